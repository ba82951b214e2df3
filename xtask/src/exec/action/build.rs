//! Build one image with buildx.

mod certificates;
mod secrets;

use std::{fs, path::Path};

use crate::tool::{
    CommandLine,
    docker_build::{self, BuildFault, BuildJob, BuildMetadata},
    late,
};

use super::super::{BuiltImage, CommandOutput, Failure, FailureClass, StepContext, StepOutput};

/// Runs one build.
pub async fn run(job: &BuildJob, context: &StepContext) -> Result<StepOutput, Failure> {
    context.redact(secrets::values(job, &context.options.root)?);
    let mut values = context.outputs.late_values(None, &context.options.run_dir);
    if let Some(written) = &job.options.ca_certificates {
        values.insert(
            late::CA_CERTIFICATES.to_owned(),
            certificates::bundle(written, &context.options.root)?,
        );
    }
    if job.options.platforms.len() > 1 {
        check_store(context).await?;
    }
    let command = late::try_fill(&docker_build::command(job), &values)
        .map_err(|missing| Failure::step(format!("nothing in this run gave {}", missing.join(", "))))?;
    let ended = context.run(&command).await?;
    if !ended.success() {
        return Err(failure(&ended, &command));
    }
    let metadata = late::fill_text(&docker_build::metadata_file(job), &values);
    let (id, size) = inspect(job, Path::new(&metadata), context).await?;
    let built = BuiltImage {
        id: id.clone(),
        local_reference: job.local_reference.clone(),
    };
    context.outputs.record_built(&job.image, built);
    Ok(StepOutput {
        digest: Some(id),
        size_bytes: Some(size),
        ..StepOutput::default()
    })
}

/// The image's id and size: what buildx says it built, as the engine knows it. Never by tag: another run may have moved that.
async fn inspect(job: &BuildJob, metadata: &Path, context: &StepContext) -> Result<(String, u64), Failure> {
    let unreadable = |reason: String| Failure::machine(format!("buildx does not say what it built: `{}` {reason}", metadata.display()));
    let text = fs::read_to_string(metadata).map_err(|error| unreadable(format!("cannot be read: {error}")))?;
    let written: BuildMetadata = serde_json::from_str(&text).map_err(|error| unreadable(format!("is not as expected: {error}")))?;
    for candidate in written.candidates() {
        let inspect = CommandLine::new(["docker", "image", "inspect", "--format", "{{.Id}} {{.Size}}", candidate]);
        let (ended, stdout) = context.read(&inspect).await?;
        let text = String::from_utf8_lossy(&stdout);
        let parsed = text
            .trim()
            .split_once(' ')
            .and_then(|(id, size)| Some((id.to_owned(), size.parse().ok()?)));
        if let Some(found) = parsed.filter(|_| ended.success()) {
            return Ok(found);
        }
    }
    Err(
        Failure::machine(format!("the engine does not have the image `{}` that buildx built", job.image))
            .hint("does the current builder load into another engine? `docker buildx ls` shows it"),
    )
}

/// The classic image store holds one platform of an image.
async fn check_store(context: &StepContext) -> Result<(), Failure> {
    let info = CommandLine::new(["docker", "info", "--format", "{{.DriverStatus}}"]);
    let (_, stdout) = context.read(&info).await?;
    if String::from_utf8_lossy(&stdout).contains("io.containerd.snapshotter") {
        return Ok(());
    }
    Err(
        Failure::machine("this engine's image store holds one platform of an image, and several are asked for")
            .hint("switch the engine to the containerd image store (docs.docker.com: \"containerd image store\"), or ask for one platform"),
    )
}

fn failure(ended: &CommandOutput, command: &CommandLine) -> Failure {
    let failure = match docker_build::explain(&ended.stderr) {
        BuildFault::NoEngine => Failure::machine("the docker engine does not answer").hint("`cargo xtask setup` shows what is missing"),
        BuildFault::DiskFull => {
            Failure::machine("the disk is full").hint("`docker system df` shows what docker keeps; `docker builder prune` frees its cache")
        }
        BuildFault::NoBase(reference) => {
            let hint = "is the name right, and is its registry reachable? `[bases.\"NAME\"]` in pipeline.toml can give it `mirrors`, or a `fallback`";
            Failure::new(FailureClass::Network, format!("base image `{reference}` cannot be had")).hint(hint)
        }
        BuildFault::Dockerfile(what) => Failure::step(what),
    };
    failure.about(command, Some(ended))
}
