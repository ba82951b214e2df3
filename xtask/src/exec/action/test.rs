//! Tests an image: its configuration, its files, a container that serves, and commands in containers of their own.
//!
//! All checks run and all that is wrong is told. The image is named by its id, never by a tag, so that what was built is what is tested.
//! Every container carries the labels of its step; whatever happens in here, what carries them is removed at the end.

mod engine;
mod files;
mod http;
mod service;

use crate::{
    exec::{Failure, StepContext, StepOutput},
    tool::container::{self, Check, ImageFacts, TestJob, check_image, check_run},
};

use engine::Engine;
use service::Service;

/// What the checks came to, and the end of the log of the container under test if that is of interest.
struct Results {
    checks: Vec<Check>,
    container_log: Option<String>,
    size_bytes: u64,
}

/// Runs all checks of a job.
pub async fn run(job: &TestJob, context: &StepContext) -> Result<StepOutput, Failure> {
    let engine = Engine::new(job, context)?;
    let results = examine(job, &engine).await;
    engine.remove_containers().await;
    let results = results?;
    for check in &results.checks {
        context.log(&check.line());
    }
    report(results)
}

async fn examine(job: &TestJob, engine: &Engine<'_>) -> Result<Results, Failure> {
    let inspect = container::inspect_image();
    let answer = engine.ask(&inspect).await?;
    let image = ImageFacts::parse(&answer).map_err(|error| engine.unreadable(&inspect, &error))?;
    let service = Service::new(job, &image, engine);
    let (contents, (service, container_log), runs) = tokio::try_join!(contents(job, &image, engine), service.test(), runs(job, engine))?;
    Ok(Results {
        checks: [contents, service, runs].concat(),
        container_log,
        size_bytes: image.size,
    })
}

/// What is in the image, without running it.
async fn contents(job: &TestJob, image: &ImageFacts, engine: &Engine<'_>) -> Result<Vec<Check>, Failure> {
    let (accounts, files) = files::check(&job.options, image, engine).await?;
    let mut checks = check_image(&job.options, image, &accounts);
    checks.extend(files);
    Ok(checks)
}

/// One after the other, beside everything else: their outputs stay readable in the log.
async fn runs(job: &TestJob, engine: &Engine<'_>) -> Result<Vec<Check>, Failure> {
    let mut checks = Vec::new();
    for check in &job.options.run {
        let answer = engine.try_within(&container::run(check), check.timeout.0).await?;
        checks.push(match answer {
            Some(output) => check_run(check, output.code, &output.stdout, &output.stderr),
            None => Check::fail(
                container::run_name(check),
                format!("expected to end within {:?}, actual still running", check.timeout.0),
            ),
        });
    }
    Ok(checks)
}

fn report(results: Results) -> Result<StepOutput, Failure> {
    let mut output = StepOutput {
        size_bytes: Some(results.size_bytes),
        ..StepOutput::default()
    };
    match container::verdict(&results.checks) {
        Ok(note) => {
            output.notes.push(note);
            Ok(output)
        }
        Err(mut message) => {
            if let Some(log) = results.container_log {
                message.push_str("\nthe container's last lines:");
                log.lines().for_each(|line| message.extend(["\n  ", line]));
            }
            Err(Failure::step(message).output(output))
        }
    }
}
