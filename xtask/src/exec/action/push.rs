//! Push one image under its tags: the image that was built and scanned, and nothing else.
//!
//! What `docker push` says is not enough, either way: after each push the manifest is read back and must be the image's own. A push that failed
//! may have arrived all the same, and one that passed may have been overwritten by somebody else.

mod access;
mod config_folder;
mod ecr_failure;
mod logins;
mod transfer;

pub use logins::Logins;

use crate::tool::{
    late,
    manifest::Manifest,
    push::{self, PushJob},
};

use self::{access::Access, transfer::Transfer};
use super::super::{Failure, FailureClass, PushedImage, StepContext, StepOutput};

/// Runs one push.
pub async fn run(job: &PushJob, context: &StepContext) -> Result<StepOutput, Failure> {
    let mut values = context.outputs.late_values(Some(&job.image), &context.options.run_dir);
    let image_id = values.get(late::IMAGE_ID).cloned().ok_or_else(|| {
        Failure::step(format!(
            "image `{}` was not built in this run, so there is nothing to push",
            job.image
        ))
        .hint("put a `docker-build` stage before this one into the task")
    })?;
    let access = Access::open(job, context).await?;
    values.insert(late::REGISTRY.to_owned(), access.host().to_owned());
    let repository = format!("{}/{}", access.host(), job.repository);
    let references: Vec<_> = job
        .references()
        .iter()
        .map(|reference| late::fill_text(reference, &values))
        .collect();

    let mut transfer = Transfer::new(job, context, access, image_id);
    let mut main: Option<Manifest> = None;
    for reference in &references {
        let manifest = push_under(&mut transfer, reference).await?;
        let main = main.get_or_insert_with(|| manifest.clone());
        if manifest.digest != main.digest {
            let message = format!(
                "`{reference}` is `{}` in the registry, but `{}` is `{}`: the same image under two digests",
                manifest.digest, references[0], main.digest
            );
            return Err(
                Failure::new(FailureClass::Conflict, message).hint("delete the tags of the earlier push, or release under new ones")
            );
        }
    }
    let digest = main.map(|manifest| manifest.digest).ok_or_else(|| {
        Failure::step(format!("image `{}` has no tags to be pushed under", job.image)).hint("write a `[[tags]]` rule that gives a tag here")
    })?;
    context.outputs.record_pushed(
        &job.image,
        PushedImage {
            repository,
            digest: digest.clone(),
        },
    );
    Ok(StepOutput {
        digest: Some(digest),
        references,
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
