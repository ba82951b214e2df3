//! Push one image under its tags: the image that was built and scanned, and nothing else.
//!
//! What `docker push` says is not enough, either way: after each push the manifest is read back and must be the image's own. A push that failed
//! may have arrived all the same, and one that passed may have been overwritten by somebody else.

mod access;
mod check;
mod config_folder;
mod ecr_failure;
mod held;
mod logins;
mod transfer;

pub use check::preflight;
pub use ecr_failure::explain as explain_ecr;
pub use logins::Logins;

use crate::tool::{
    late,
    manifest::Manifest,
    push::{self, PushJob, PushPhase},
};

use self::{access::Access, transfer::Transfer};
use super::super::{Failure, FailureClass, PushedImage, StepContext, StepOutput};

/// Runs one push, or one phase of it.
pub async fn run(job: &PushJob, context: &StepContext) -> Result<StepOutput, Failure> {
    let image_id = context.outputs.image_to_push(&job.image).ok_or_else(|| {
        Failure::step(format!(
            "image `{}` was not built in this run, so there is nothing to push",
            job.image
        ))
        .hint("put a `docker-build` stage before this one into the task")
    })?;
    let access = Access::open(job, context).await?;
    let repository = format!("{}/{}", access.host(), job.repository);
    let references = references(job, &access, &image_id);
    let mut transfer = Transfer::new(job, context, access, image_id);
    match job.phase {
        PushPhase::Check => return check::run(&mut transfer, &references).await,
        PushPhase::Moving => {
            let kept = check::kept(&mut transfer, &references).await?;
            let free = references
                .iter()
                .filter(|reference| !kept.contains_key(*reference))
                .cloned()
                .collect();
            return push_all(&mut transfer, &repository, free, kept.into_values().collect()).await;
        }
        PushPhase::Whole | PushPhase::Upload | PushPhase::Version => {}
    }
    push_all(&mut transfer, &repository, references, Vec::new()).await
}

/// The references with what only a run knows put in.
fn references(job: &PushJob, access: &Access<'_>, image_id: &str) -> Vec<String> {
    let id = image_id.trim_start_matches("sha256:");
    let values = late::Values::from([
        (late::REGISTRY.to_owned(), access.host().to_owned()),
        (late::UPLOAD_TAG.to_owned(), format!("upload-{}", id.get(..12).unwrap_or(id))),
    ]);
    job.references()
        .iter()
        .map(|reference| late::fill_text(reference, &values))
        .collect()
}

async fn push_all(
    transfer: &mut Transfer<'_>,
    repository: &str,
    references: Vec<String>,
    notes: Vec<String>,
) -> Result<StepOutput, Failure> {
    let (context, job) = (transfer.context, transfer.job);
    let earlier = context.outputs.pushed(&job.image);
    let mut digest = earlier.map(|pushed| pushed.digest);
    for reference in &references {
        let manifest = push_under(transfer, reference).await?;
        let main = digest.get_or_insert_with(|| manifest.digest.clone());
        if manifest.digest != *main {
            let message = format!(
                "`{reference}` is `{}` in the registry, but image `{}` was pushed as `{main}`: the same image under two digests",
                manifest.digest, job.image
            );
            return Err(
                Failure::new(FailureClass::Conflict, message).hint("delete the tags of the earlier push, or release under new ones")
            );
        }
    }
    let digest = digest.ok_or_else(|| {
        Failure::step(format!("image `{}` has no tags to be pushed under", job.image)).hint("write a `[[tags]]` rule that gives a tag here")
    })?;
    let pushed = PushedImage {
        repository: repository.to_owned(),
        digest: digest.clone(),
    };
    context.outputs.record_pushed(&job.image, pushed);
    Ok(StepOutput {
        digest: Some(digest),
        references,
        notes,
        ..StepOutput::default()
    })
}

/// Pushes under one reference. The name it takes in the engine's store for that is given back afterwards.
async fn push_under(transfer: &mut Transfer<'_>, reference: &str) -> Result<Manifest, Failure> {
    let context = transfer.context;
    let before = context.run(&push::look_up(reference)).await?;
    let before = before.success().then(|| before.stdout.trim().to_owned());

    let tag = push::tag(&transfer.image_id, reference);
    let tagged = context.run(&tag).await?;
    if !tagged.success() {
        let message = format!(
            "image `{}` cannot be named `{reference}`: {}",
            transfer.image_id,
            tagged.stderr.trim()
        );
        return Err(Failure::machine(message).about(&tag, Some(&tagged)));
    }
    let result = transfer.run(reference).await;
    // What becomes of a local name decides nothing; it is in the log.
    let _ = match before {
        None => context.run(&push::untag(reference)).await,
        Some(id) => context.run(&push::tag(&id, reference)).await,
    };
    result
}
