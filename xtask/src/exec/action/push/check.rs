//! What a release finds in the registry: whether its version is free, and which moving tags a greater version has.

use std::collections::BTreeMap;

use crate::{
    pipeline::RegistryKind,
    tool::{
        CommandLine,
        manifest::Manifest,
        push::{self, PushJob, PushPhase},
    },
};

use super::{
    super::super::{Failure, FailureClass, StepContext, StepOutput},
    access::Access,
    held::Held,
    references,
    transfer::Transfer,
};

/// Before anything is built: whether the tags of a phase can be had at all, as far as the registry knows. Changes nothing.
pub async fn preflight(job: &PushJob, context: &StepContext) -> Result<(), Failure> {
    let job = &PushJob {
        tags: job.tags.iter().filter(|tag| !moves(job, tag)).cloned().collect(),
        ..job.clone()
    };
    if job.tags.is_empty() {
        return Ok(());
    }
    let Some(access) = Access::open_existing(job, context).await? else {
        return Ok(());
    };
    let references = references(job, &access, "");
    let mut transfer = Transfer::new(job, context, access, String::new());
    for reference in &references {
        if let Some(held) = transfer.look_up(reference).await?
            && !is_of_this_commit(job, &held)
        {
            return Err(match job.phase {
                PushPhase::Moving => cannot_move(job, reference),
                _ => conflict(reference, &held, None),
            });
        }
    }
    Ok(())
}

/// Whether a tag may stand for another image than before.
fn moves(job: &PushJob, tag: &str) -> bool {
    let lets_move = match &job.registry.kind {
        RegistryKind::Ecr(ecr) => ecr.repositories.lets_move(tag),
        RegistryKind::Oci(_) => true,
    };
    job.phase == PushPhase::Moving && lets_move
}

fn cannot_move(job: &PushJob, reference: &str) -> Failure {
    let message = format!(
        "`{reference}` would have to move to this version, and the tags of registry `{}` are immutable",
        job.registry.name
    );
    Failure::new(FailureClass::Conflict, message)
        .hint("except the tag by `mutable-tags` of the registry, or leave out the rule that gives it")
}

/// Makes sure that each of the version's tags is free, or has this very image. Where an earlier run of this release has pushed another build of
/// the same commit, that one is the release: a version that people may have is never made another.
pub(super) async fn run(transfer: &mut Transfer<'_>, references: &[String]) -> Result<StepOutput, Failure> {
    let (context, job) = (transfer.context, transfer.job);
    let mut notes = Vec::new();
    let mut adopted: Option<Manifest> = None;
    for reference in references {
        let Some(held) = transfer.look_up(reference).await? else { continue };
        if held.manifest.is_of(&transfer.image_id) {
            notes.push(format!("`{reference}` is there already"));
        } else if is_of_this_commit(job, &held) && adopted.as_ref().is_none_or(|first| first.digest == held.manifest.digest) {
            adopted = Some(held.manifest);
        } else {
            return Err(conflict(reference, &held, Some(&transfer.image_id)));
        }
    }
    if let Some(manifest) = adopted {
        let name = format!("{}/{}@{}", transfer.access.host(), job.repository, manifest.digest);
        let id = adopt(transfer, &name).await?;
        context.notice(&format!(
            "an earlier run of this release has pushed `{name}` from this commit; that is released, not what was built now"
        ));
        context.outputs.record_adopted(&job.image, id);
    }
    Ok(StepOutput {
        notes,
        ..StepOutput::default()
    })
}

/// The moving tags that a greater version has, and how that is said.
pub(super) async fn kept(transfer: &mut Transfer<'_>, references: &[String]) -> Result<BTreeMap<String, String>, Failure> {
    let mut kept = BTreeMap::new();
    let Some(release) = &transfer.job.release else { return Ok(kept) };
    for reference in references {
        let held = transfer.look_up(reference).await?;
        let version = held.and_then(|held| release.version_in(held.version.as_deref()?));
        if let Some(version) = version.filter(|version| version.cmp_precedence(&release.version).is_gt()) {
            let note = format!("`{reference}` stays with {version}, which is greater than {}", release.version);
            transfer.context.notice(&note);
            kept.insert(reference.clone(), note);
        }
    }
    Ok(kept)
}

fn is_of_this_commit(job: &PushJob, held: &Held) -> bool {
    let own = job.release.as_ref().and_then(|release| release.revision.as_ref());
    own.is_some() && held.revision.as_ref() == own
}

fn conflict(reference: &str, held: &Held, image_id: Option<&str>) -> Failure {
    let ours = image_id.map_or_else(String::new, |id| format!("; this run has image `{id}`"));
    let message = format!("`{reference}` is there already: {}{ours}", held.description());
    Failure::new(FailureClass::Conflict, message).hint("release under a new version; one that people may have is never made another")
}

/// Gets an image from the registry and gives it the name of the one that was built: without a name, the engine would drop it again. Gives its id.
async fn adopt(transfer: &Transfer<'_>, name: &str) -> Result<String, Failure> {
    let context = transfer.context;
    let pull = transfer.access.apply(CommandLine::new(["docker", "pull", "--quiet", name]));
    let local = context.outputs.local_reference(&transfer.job.image);
    let named = local.map(|local| push::tag(name, &local));
    let mut id = String::new();
    for command in [Some(pull), Some(push::look_up(name)), named].into_iter().flatten() {
        let ended = context.run(&command).await?;
        if !ended.success() {
            let message = format!("`{name}` cannot be had from the registry: {}", ended.stderr.trim());
            return Err(Failure::new(FailureClass::Network, message).about(&command, Some(&ended)));
        }
        if command.argv[1] == "image" {
            ended.stdout.trim().clone_into(&mut id);
        }
    }
    Ok(id)
}
