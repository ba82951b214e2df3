//! What `docker inspect` says of a container's state: whether it runs, how it ended, how healthy it is.

use serde::Deserialize;

use super::answer::excerpt;

/// The shell's exit codes for a command that cannot be run or is not there.
const CANNOT_RUN: [i32; 2] = [126, 127];
/// What the engine writes where there is no shell in between; its exit code is -1 then, as it is when the command takes too long.
const NOT_STARTED: &str = "OCI runtime exec failed";

/// How a container is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ContainerState {
    /// Whether its program runs.
    pub running: bool,
    /// How its program ended, if it did.
    pub exit_code: i32,
    /// Whether it was ended because memory ran out.
    #[serde(rename = "OOMKilled")]
    pub oom_killed: bool,
    /// Why it could not be started.
    pub error: String,
    /// What its `HEALTHCHECK` says, if it has one.
    pub health: Option<Health>,
}

/// What a container's `HEALTHCHECK` says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Health {
    /// `starting`, `healthy`, `unhealthy`.
    pub status: String,
    /// How many times in a row its command failed.
    pub failing_streak: u32,
    /// The last few times it ran.
    pub log: Option<Vec<HealthLog>>,
}

/// One time that the command of a `HEALTHCHECK` ran.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct HealthLog {
    /// How it ended; -1 if it took too long or could not be started.
    pub exit_code: i32,
    /// What it wrote.
    pub output: String,
}

/// What a container's health comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As it should be.
    Healthy,
    /// Not yet known.
    Pending,
    /// It will not become healthy.
    Hopeless,
}

impl ContainerState {
    /// Reads the answer of `docker inspect --format '{{json .State}}' CONTAINER`.
    pub fn parse(json: &str) -> Result<Self, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    /// How it ended, as the end of a sentence that begins with "the container".
    pub fn ending(&self) -> String {
        let code = self.exit_code;
        match (self.oom_killed, self.error.as_str()) {
            (true, _) => format!("is killed because its memory runs out (exit code {code})"),
            (false, "") => format!("exits with exit code {code}"),
            (false, error) => format!("cannot be started: {error}"),
        }
    }
}

impl Health {
    /// What it comes to. A probe whose program is missing stays so: no need to wait until the time is up. Seen twice, so that a program that the
    /// container itself puts in place gets its chance.
    pub fn verdict(&self) -> Verdict {
        let log = self.log.as_deref().unwrap_or_default();
        let missing = self.failing_streak >= 2 && log.iter().rev().take(2).all(HealthLog::is_missing);
        match self.status.as_str() {
            "healthy" => Verdict::Healthy,
            "unhealthy" => Verdict::Hopeless,
            _ if missing => Verdict::Hopeless,
            _ => Verdict::Pending,
        }
    }

    /// The last answer of its command.
    pub fn last(&self) -> String {
        let Some(probe) = self.log.as_ref().and_then(|log| log.last()) else {
            return "its command has not answered yet".to_owned();
        };
        let code = match probe.exit_code {
            -1 => "no exit code".to_owned(),
            code => format!("exit code {code}"),
        };
        let streak = self.failing_streak.max(1);
        format!(
            "{streak} in a row fail, the last with {code} and output `{}`",
            excerpt(probe.output.trim())
        )
    }
}

impl HealthLog {
    fn is_missing(&self) -> bool {
        CANNOT_RUN.contains(&self.exit_code) || self.output.starts_with(NOT_STARTED)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn health(status: &str, codes: &[i32]) -> Health {
        Health {
            status: status.to_owned(),
            failing_streak: u32::try_from(codes.len()).unwrap(),
            log: Some(
                codes
                    .iter()
                    .map(|code| HealthLog {
                        exit_code: *code,
                        output: "no\n".to_owned(),
                    })
                    .collect(),
            ),
        }
    }

    #[test]
    fn a_state_is_read_as_the_engine_writes_it() {
        let json = r#"{"Status":"running","Running":true,"OOMKilled":false,"Pid":17985,"ExitCode":0,"Error":"",
            "Health":{"Status":"starting","FailingStreak":1,"Log":[{"Start":"2026-11-23T09:03:26Z","ExitCode":1,"Output":"refused\n"}]}}"#;
        let state = ContainerState::parse(json).unwrap();
        assert!(state.running);
        assert_eq!(
            state.health.unwrap().last(),
            "1 in a row fail, the last with exit code 1 and output `refused`"
        );
        let state = ContainerState::parse(r#"{"Running":false,"OOMKilled":true,"ExitCode":137}"#).unwrap();
        assert_eq!(state.ending(), "is killed because its memory runs out (exit code 137)");
    }

    #[test]
    fn a_missing_program_is_hopeless_and_a_refused_connection_is_not() {
        assert_eq!(health("starting", &[1, 1, 1]).verdict(), Verdict::Pending);
        assert_eq!(health("starting", &[127]).verdict(), Verdict::Pending);
        assert_eq!(health("starting", &[1, 127, 127]).verdict(), Verdict::Hopeless);
        assert_eq!(health("unhealthy", &[1]).verdict(), Verdict::Hopeless);
        assert_eq!(health("healthy", &[]).verdict(), Verdict::Healthy);
    }
}
