//! The engine as a test step uses it: command lines filled with the step's values, refusals as failures, and nothing left behind.

use std::time::{Duration, Instant};

use crate::{
    exec::{Cancel, CommandOutput, Failure, StepContext},
    tool::{
        CommandLine,
        container::{self, TestJob},
        late,
    },
};

/// How long the removal of containers may take.
const REMOVAL: Duration = Duration::from_secs(30);

/// The docker engine, for one step.
pub(super) struct Engine<'a> {
    pub context: &'a StepContext,
    values: late::Values,
}

impl<'a> Engine<'a> {
    /// Fails if the image has not been built in this run.
    pub fn new(job: &TestJob, context: &'a StepContext) -> Result<Self, Failure> {
        let options = &context.options;
        let mut values = context.outputs.late_values(Some(&job.image), &options.run_dir);
        if !values.contains_key(late::IMAGE_ID) {
            let message = format!("the image `{}` has not been built in this run", job.image);
            return Err(Failure::step(message).hint("take the stage that builds it into the task, before this one"));
        }
        values.insert(late::RUN_ID.to_owned(), options.run_id.clone());
        values.insert(late::PROJECT.to_owned(), options.project.clone());
        values.insert(late::STEP.to_owned(), context.step.to_string());
        Ok(Self { context, values })
    }

    /// Runs a command and gives its standard output; `Err` unless it succeeds.
    pub async fn ask(&self, command: &CommandLine) -> Result<String, Failure> {
        let (output, bytes) = self.read(command).await?;
        if output.success() {
            return Ok(String::from_utf8_lossy(&bytes).trim_end().to_owned());
        }
        Err(refusal(&late::fill(command, &self.values), &output))
    }

    /// Runs a command whose standard output is data, whatever its exit code.
    pub async fn read(&self, command: &CommandLine) -> Result<(CommandOutput, Vec<u8>), Failure> {
        let command = late::fill(command, &self.values);
        let (output, bytes) = self.context.read(&command).await?;
        reachable(&command, output).map(|output| (output, bytes))
    }

    /// Runs a command whose output belongs in the log, whatever its exit code.
    pub async fn run(&self, command: &CommandLine) -> Result<CommandOutput, Failure> {
        let command = late::fill(command, &self.values);
        let output = self.context.run(&command).await?;
        reachable(&command, output)
    }

    /// As [`run`](Self::run), with a deadline; `None` if that passed. The container of a `docker run` is still there then.
    pub async fn try_within(&self, command: &CommandLine, deadline: Duration) -> Result<Option<CommandOutput>, Failure> {
        let command = late::fill(command, &self.values);
        let begun = Instant::now();
        match self.context.run_with(&command, None, deadline).await {
            Ok(output) => reachable(&command, output).map(Some),
            Err(failure) if begun.elapsed() < deadline => Err(failure),
            Err(_) => Ok(None),
        }
    }

    /// Says that an answer makes no sense.
    pub fn unreadable(&self, command: &CommandLine, error: &str) -> Failure {
        let command = late::fill(command, &self.values);
        Failure::machine(format!("the answer of `{command}` cannot be read: {error}"))
    }

    /// Removes all containers of this step, also when its time is up or the run is interrupted. What cannot be removed is said in the log, and
    /// found again by its labels at the end of the run.
    pub async fn remove_containers(&self) {
        let mut context = self.context.clone().with_cancel(Cancel::new());
        context.limits.step += REMOVAL;
        let list = late::fill(&container::list(), &self.values);
        let Ok((output, bytes)) = context.read(&list).await else { return };
        let containers: Vec<_> = String::from_utf8_lossy(&bytes).lines().map(str::to_owned).collect();
        if !output.success() || containers.is_empty() {
            return;
        }
        if let Err(failure) = context.run_with(&container::remove(&containers), None, REMOVAL).await {
            context.log(&format!("containers are left: {}", failure.message));
        }
    }
}

/// No engine is no answer to any question: the machine's fault, not the image's.
fn reachable(command: &CommandLine, output: CommandOutput) -> Result<CommandOutput, Failure> {
    let gone = ["Cannot connect to the Docker daemon", "error during connect"];
    if output.success() || !gone.iter().any(|words| output.stderr.contains(words)) {
        return Ok(output);
    }
    Err(refusal(command, &output).hint("start the docker engine; `docker info` says whether it runs"))
}

fn refusal(command: &CommandLine, output: &CommandOutput) -> Failure {
    let words: Vec<_> = command.argv.iter().take(2).map(String::as_str).collect();
    let reason = engine_error(&output.stderr);
    Failure::machine(format!("`{}` fails: {reason}", words.join(" "))).about(command, Some(output))
}

/// What the engine said, without what the client wraps around it.
pub(super) fn engine_error(stderr: &str) -> &str {
    let said = |line: &&str| !line.is_empty() && !line.starts_with("Run '") && !line.starts_with("See '");
    let line = stderr.lines().map(str::trim).rfind(said).unwrap_or("no reason given");
    let line = line.strip_prefix("docker: ").unwrap_or(line);
    line.strip_prefix("Error response from daemon: ").unwrap_or(line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_engine_s_own_words_are_told() {
        let stderr = "docker: Error response from daemon: No such image: sha256:00\n\nRun 'docker run --help' for more information\n";
        assert_eq!(engine_error(stderr), "No such image: sha256:00");
        assert_eq!(engine_error(""), "no reason given");
    }
}
