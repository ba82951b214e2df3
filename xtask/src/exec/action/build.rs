//! Build one image with buildx.

mod certificates;
mod secrets;

use std::{fs, path::Path};

use crate::tool::{
    CommandLine, PushFault,
    docker_build::{self, BuildFault, BuildJob, BuildMetadata, MissingImage},
    late,
};

use super::super::{BuiltImage, CommandOutput, Failure, FailureClass, StepContext, StepOutput};

/// Runs one build.
pub async fn run(job: &BuildJob, context: &StepContext) -> Result<StepOutput, Failure> {
    context.redact(&secrets::values(job, &context.options.root)?);
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
        return Err(failure(&ended, &command, context));
    }
    let metadata = late::fill_text(&docker_build::metadata_file(job), &values);
    let (id, size) = inspect(job, Path::new(&metadata), context).await?;
    let built = BuiltImage {
        id: id.clone(),
        local_reference: job.local_reference.clone(),
    };
    context.outputs.record_built(&job.image, built);
    let withheld = docker_build::withholds_pull(job)
        .then(|| "`pull` holds for bases with a `[bases]` table only: docker would ask registries for images built here, too".to_owned());
    Ok(StepOutput {
        digest: Some(id),
        size_bytes: Some(size),
        notes: withheld.into_iter().collect(),
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
    let (ended, stdout) = context.read(&info).await?;
    if !ended.success() {
        return Err(no_engine().about(&info, Some(&ended)));
    }
    if String::from_utf8_lossy(&stdout).contains("io.containerd.snapshotter") {
        return Ok(());
    }
    Err(
        Failure::machine("this engine's image store holds one platform of an image, and several are asked for")
            .hint("switch the engine to the containerd image store (docs.docker.com: \"containerd image store\"), or ask for one platform"),
    )
}

fn no_engine() -> Failure {
    Failure::machine("the docker engine does not answer").hint("`cargo xtask setup` shows what is missing")
}

fn failure(ended: &CommandOutput, command: &CommandLine, context: &StepContext) -> Failure {
    let failure = match docker_build::explain(&ended.stderr) {
        BuildFault::NoEngine => no_engine(),
        BuildFault::NoBuilder(what) => {
            Failure::machine(what).hint("`docker buildx ls` shows the builders; `BUILDX_BUILDER` or `docker buildx use` chose this one")
        }
        BuildFault::DiskFull => {
            Failure::machine("the disk is full").hint("`docker system df` shows what docker keeps; `docker builder prune` frees its cache")
        }
        BuildFault::WrongProcessor(place) => Failure::machine(format!("{place}: this machine cannot run programs of the image's platform"))
            .hint("register emulators for it (qemu-user-static, binfmt), build on such a machine, or ask for this machine's platform"),
        BuildFault::NoImage(missing) => without_image(&missing),
        // What a command said last may be the secret it was given.
        BuildFault::Dockerfile(what) => Failure::step(context.redacted(&what)),
    };
    failure.about(command, Some(ended))
}

fn without_image(missing: &MissingImage) -> Failure {
    let MissingImage { reference, reason, .. } = missing;
    if missing.is_frontend {
        return Failure::new(
            FailureClass::Network,
            format!("the `# syntax=` line asks for `{reference}`, which cannot be had: {reason}"),
        )
        .hint("remove the line: the engine's own frontend knows all but the newest syntax");
    }
    let message = format!("base image `{reference}` cannot be had: {reason}");
    match PushFault::read(reason) {
        PushFault::NotFound => Failure::step(message).hint("the registry does not know it: look at its name and tag"),
        PushFault::Unauthorised => Failure::new(FailureClass::Authorisation, message)
            .hint("it is private, or its name is wrong: registries say the same to both; for a private one, `docker login`"),
        _ => Failure::new(FailureClass::Network, message)
            .hint("is its registry reachable? `[bases.\"NAME\"]` in pipeline.toml can give it `mirrors`, or a `fallback`"),
    }
}
