//! `cargo xtask changelog`: what changed since the last release, for each image: the commits that touched what it is made of.

mod entry;
mod json;
mod markdown;

use anyhow::anyhow;

use crate::{
    cli::{ChangelogArgs, Format, Global},
    facts::{self, ChangesError, ChangesOf, Facts, VersionHistory, VersionTag},
    pipeline::{Image, ImageName},
    plan,
};

use self::{entry::Entry, json::ChangelogJson};
use super::{CommandFailure, Console, DONE, Loaded, WRONG_PIPELINE, planned};

/// The changelog of one image.
struct ImageChanges {
    image: ImageName,
    /// The release it begins after; `None` for all of history.
    since: Option<VersionTag>,
    /// What `--since` says instead.
    revision: Option<String>,
    /// The version that HEAD is.
    version: Option<VersionTag>,
    entries: Vec<Entry>,
}

/// Prints the changelog.
pub(super) fn show(loaded: &Loaded, args: &ChangelogArgs, global: &Global, console: &Console) -> Result<u8, CommandFailure> {
    let pipeline = &loaded.resolved.pipeline;
    let facts = planned::facts(loaded, false)?.facts;
    let inputs = plan::image_inputs(pipeline, &facts, &args.images).map_err(|error| {
        let code = if error.is_usage() { 2 } else { WRONG_PIPELINE };
        CommandFailure::new(code, anyhow!(error))
    })?;
    let empty = VersionHistory::default();
    let mut asked = Vec::new();
    let mut images = Vec::new();
    for (name, paths) in inputs {
        let history = history(&facts, &pipeline.images[name.as_str()]).unwrap_or(&empty);
        let since = last_release(history).filter(|_| args.since.is_none());
        asked.push(ChangesOf {
            since: args.since.clone().or_else(|| since.map(|tag| tag.commit.clone())),
            paths: paths.into_iter().collect(),
        });
        images.push(ImageChanges {
            image: name,
            since: since.cloned(),
            revision: args.since.clone(),
            version: history.at_head.clone(),
            entries: Vec::new(),
        });
    }
    let changes = facts::changes(&pipeline.root, &asked).map_err(failure)?;
    for (image, changes) in images.iter_mut().zip(changes) {
        image.entries = changes.iter().map(Entry::new).collect();
    }
    if facts.git.as_ref().is_some_and(|git| git.shallow) {
        console.note("this is a shallow clone, so commits and releases may be missing; `git fetch --unshallow --tags` gets them");
    }
    let commit = facts.git.and_then(|git| git.commit);
    console.out(&match global.format {
        Format::Text => images.iter().map(markdown::section).collect::<Vec<_>>().join("\n"),
        Format::Json => serde_json::to_string_pretty(&ChangelogJson::new(&images, commit.as_deref())).map_err(anyhow::Error::from)?,
    });
    Ok(DONE)
}

fn history<'a>(facts: &'a Facts, image: &Image) -> Option<&'a VersionHistory> {
    facts.git.as_ref()?.versions.get(&image.version.git_tag)
}

/// The release before this one. What leads to a version is told since the version before it, whatever prereleases there were in between.
fn last_release(history: &VersionHistory) -> Option<&VersionTag> {
    let is_final = history.at_head.as_ref().is_some_and(|tag| tag.version.pre.is_empty());
    if is_final {
        history.before_final.as_ref()
    } else {
        history.before.as_ref()
    }
}

fn failure(error: ChangesError) -> CommandFailure {
    let (code, hint) = match &error {
        ChangesError::UnknownRevision(_) => (
            2,
            "pass a tag, a branch or a commit; in a shallow clone, `git fetch --unshallow --tags` gets more",
        ),
        ChangesError::NoRepository | ChangesError::NoCommit => (1, "a changelog is made of commits: run `git init`, and commit"),
        ChangesError::Git(_) => (4, "see whether `git log` works here"),
    };
    CommandFailure::new(code, error).hint(hint)
}
