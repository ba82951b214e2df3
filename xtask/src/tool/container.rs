//! Containers: checks on an image's configuration and files, and on containers started from it.
//!
//! The command lines are here, and the reading of the engine's answers in one file each; `exec::action::test` runs the one and asks the other.
//! Everything becomes a [`Check`], so that one run reports all that is wrong with an image.

mod accounts;
mod answer;
mod check;
mod file;
mod image;
mod state;

pub use accounts::Accounts;
pub use answer::{Answer, check_answer, check_run, run_name};
pub use check::{Check, verdict};
pub use file::{FileFacts, check_file};
pub use image::{ImageFacts, check_image, needs_accounts};
pub use state::{ContainerState, Health, HealthLog, Verdict};

use std::time::Duration;

use crate::pipeline::{
    ImageName,
    options::{ContainerTestOptions, RunCheck},
};

use super::{CommandLine, late};

/// How often the command of a `HEALTHCHECK` runs in a container under test. The image's own interval, 30 s unless it says otherwise, is also
/// how long the engine waits before the first one.
const HEALTH_INTERVAL: Duration = Duration::from_millis(500);

/// Test one image.
#[derive(Clone, Debug)]
pub struct TestJob {
    /// Which.
    pub image: ImageName,
    /// What must hold.
    pub options: ContainerTestOptions,
}

/// What a plan shows of a test step: the `docker run` that starts the container under test or, where none is started, the look at the image.
pub fn command(job: &TestJob) -> CommandLine {
    if job.options.start.enabled { start(job) } else { inspect_image() }
}

/// All the commands a test comes down to, the main one first; not those that follow from what these answer.
pub fn commands(job: &TestJob) -> Vec<CommandLine> {
    let mut commands = vec![command(job)];
    commands.extend(job.options.run.iter().map(run));
    if job.options.start.enabled {
        commands.push(inspect_image());
    }
    commands
}

/// `docker run --detach …`: the container under test. Without `--init`: the program of the image is to be PID 1, as it is in production.
pub fn start(job: &TestJob) -> CommandLine {
    let ContainerTestOptions {
        start, healthcheck, http, ..
    } = &job.options;
    let mut argv = labelled_run();
    argv.push("--detach".to_owned());
    if let Some(probe) = http {
        // A port of the engine's choice: one of ours could be taken, and then docker leaves a container that was never started.
        argv.extend(["--publish".to_owned(), format!("127.0.0.1::{}", probe.port)]);
    }
    if start.read_only {
        argv.push("--read-only".to_owned());
    }
    let scratch = start.read_only.then_some("/tmp");
    for folder in scratch.into_iter().chain(start.tmpfs.iter().map(String::as_str)) {
        argv.extend(["--tmpfs".to_owned(), folder.to_owned()]);
    }
    for (name, value) in &start.env {
        argv.extend(["--env".to_owned(), format!("{name}={value}")]);
    }
    if *healthcheck {
        argv.extend(health_options(start.timeout.0));
    }
    argv.push(late::IMAGE_ID.to_owned());
    argv.extend(start.args.iter().cloned());
    CommandLine::new(argv)
}

/// `docker run --rm …`: a command in a container of its own.
pub fn run(check: &RunCheck) -> CommandLine {
    let mut argv = labelled_run();
    argv.push("--rm".to_owned());
    if let Some(entrypoint) = &check.entrypoint {
        argv.extend(["--entrypoint".to_owned(), entrypoint.clone()]);
    }
    argv.push(late::IMAGE_ID.to_owned());
    argv.extend(check.args.iter().cloned());
    CommandLine::new(argv)
}

/// `docker create …`: a container that is never started, to copy files from. An image without a command needs one named, whether or not it exists.
pub fn create() -> CommandLine {
    let labels = labels();
    let words = ["docker", "create", "--pull", "never"].map(str::to_owned);
    CommandLine::new(
        words
            .into_iter()
            .chain(labels)
            .chain([late::IMAGE_ID.to_owned(), "never-started".to_owned()]),
    )
}

/// `docker image inspect`, by image id.
pub fn inspect_image() -> CommandLine {
    CommandLine::new(["docker", "image", "inspect", late::IMAGE_ID])
}

/// The first bytes of the tar that `docker cp CONTAINER:PATH -` writes: its header is all that is asked of a file, and of a folder the whole
/// tree would come (300 MB: 0.9 s, cut off: 0.02 s).
pub fn copy_header(container: &str, path: &str) -> CommandLine {
    let script = r#"docker cp "$1" - | head -c 65536"#;
    CommandLine::new(["sh", "-c", script, "copy-header", &format!("{container}:{path}")])
}

/// `docker cp CONTAINER:PATH -`: a tar of a file, or of what it points at, on standard output.
pub fn copy(container: &str, path: &str) -> CommandLine {
    CommandLine::new(["docker", "cp", "--follow-link", &format!("{container}:{path}"), "-"])
}

/// `docker port`: where on this machine a port of a container is.
pub fn port(container: &str, port: u16) -> CommandLine {
    CommandLine::new(["docker", "port", container, &format!("{port}/tcp")])
}

/// `docker wait`: ends when the container does.
pub fn wait(container: &str) -> CommandLine {
    CommandLine::new(["docker", "wait", container])
}

/// `docker inspect`: a container's [`ContainerState`].
pub fn inspect_state(container: &str) -> CommandLine {
    CommandLine::new(["docker", "inspect", "--format", "{{json .State}}", container])
}

/// `docker kill --signal`: asks the container's program to stop, and does not insist as `docker stop` does.
pub fn signal(container: &str, signal: &str) -> CommandLine {
    CommandLine::new(["docker", "kill", "--signal", signal, container])
}

/// `docker logs`: the last lines of a container's own output.
pub fn logs(container: &str) -> CommandLine {
    CommandLine::new(["docker", "logs", "--tail", "50", container])
}

/// The ids of all containers of this step, running or not.
pub fn list() -> CommandLine {
    let filters = [format!("dev.xtask.run={}", late::RUN_ID), format!("dev.xtask.step={}", late::STEP)];
    let filters = filters
        .into_iter()
        .flat_map(|label| ["--filter".to_owned(), format!("label={label}")]);
    let words = ["docker", "ps", "--all", "--quiet", "--no-trunc"].map(str::to_owned);
    CommandLine::new(words.into_iter().chain(filters))
}

/// `docker rm`, whatever state they are in, with their anonymous volumes.
pub fn remove(containers: &[String]) -> CommandLine {
    let words = ["docker", "rm", "--force", "--volumes"].map(str::to_owned);
    CommandLine::new(words.into_iter().chain(containers.iter().cloned()))
}

/// `docker run`, with what all containers under test have in common.
fn labelled_run() -> Vec<String> {
    let mut argv = ["docker", "run", "--pull", "never"].map(str::to_owned).to_vec();
    argv.extend(labels());
    argv
}

/// By these, containers are found again when whoever started them is gone.
fn labels() -> impl Iterator<Item = String> {
    [("run", late::RUN_ID), ("project", late::PROJECT), ("step", late::STEP)]
        .into_iter()
        .flat_map(|(name, value)| ["--label".to_owned(), format!("dev.xtask.{name}={value}")])
}

/// Makes the engine probe at once and often, and leaves it to us when the time is up: with the image's own number of retries at our interval, a
/// container that is slow to start would count as unhealthy much sooner than in production. A start period of 0 would mean the image's own.
fn health_options(timeout: Duration) -> [String; 6] {
    let retries = timeout.as_millis() / HEALTH_INTERVAL.as_millis() + 2;
    [
        "--health-interval".to_owned(),
        format!("{}ms", HEALTH_INTERVAL.as_millis()),
        "--health-start-period".to_owned(),
        "1ms".to_owned(),
        "--health-retries".to_owned(),
        retries.to_string(),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(options: &str) -> TestJob {
        TestJob {
            image: ImageName::new("web"),
            options: toml::from_str(options).unwrap(),
        }
    }

    #[test]
    fn the_start_line_says_all_that_was_asked_for() {
        let job = job(r#"
            healthcheck = true
            http = { port = 8000 }
            start = { args = ["--port", "8000"], env = { MODE = "a b" }, read-only = true, tmpfs = ["/run"], timeout = "10s" }
        "#);
        assert_eq!(
            command(&job).argv.join(" "),
            "docker run --pull never --label dev.xtask.run={{run_id}} --label dev.xtask.project={{project}} --label dev.xtask.step={{step}} \
             --detach --publish 127.0.0.1::8000 --read-only --tmpfs /tmp --tmpfs /run --env MODE=a b \
             --health-interval 500ms --health-start-period 1ms --health-retries 22 {{image_id}} --port 8000"
        );
    }

    #[test]
    fn what_is_not_asked_for_is_not_on_the_line() {
        assert_eq!(
            command(&job("")).argv.join(" "),
            "docker run --pull never --label dev.xtask.run={{run_id}} --label dev.xtask.project={{project}} --label dev.xtask.step={{step}} \
             --detach {{image_id}}"
        );
        let job = job("start = { enabled = false }\nrun = [{ entrypoint = \"sh\", args = [\"-c\", \"id\"] }]");
        let lines: Vec<_> = commands(&job).iter().map(|line| line.argv.join(" ")).collect();
        assert_eq!(lines[0], "docker image inspect {{image_id}}");
        assert!(lines[1].ends_with(" --rm --entrypoint sh {{image_id}} -c id"), "{}", lines[1]);
        assert_eq!(lines.len(), 2);
    }
}
