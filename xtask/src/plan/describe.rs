//! The version of a commit that may not be released: the next prerelease, as `git describe` would count it.
//!
//! It is greater than the last release, less than the next, and nobody takes it for one: `1.2.4-dev.5.g1a2b3c4` is five commits after 1.2.3.

use semver::Version;

use crate::{
    facts::{Facts, VersionHistory},
    pipeline::Image,
};

use super::{Release, release};

/// What `{{describe}}` stands for.
pub(super) fn describe(facts: &Facts, image: &Image, release: Option<&Release>) -> String {
    let empty = VersionHistory::default();
    let git = facts.git.as_ref();
    let history = git.and_then(|git| git.versions.get(&image.version.git_tag)).unwrap_or(&empty);
    let event = release::event(facts, image, release);
    let tag = event.git_ref.as_deref().and_then(|git_ref| git_ref.strip_prefix("refs/tags/"));
    let of_ref = tag.and_then(|tag| image.version.git_tag.version(tag));
    let released = of_ref.or(history.at_head.as_ref().map(|tag| tag.version.clone()));
    let dirty = git.is_some_and(|git| git.dirty && release.is_none());
    if let Some(version) = released.as_ref().filter(|_| !dirty) {
        return version.to_string();
    }
    let file = image
        .version
        .file
        .as_ref()
        .and_then(|file| facts.version_files.get(file)?.as_ref().ok());
    let last = history.last().map(|tag| &tag.version);
    let base = base(last, file);
    let separator = if base.contains('-') { '.' } else { '-' };
    let count = if released.is_some() {
        0
    } else {
        history.commits_since.unwrap_or(0)
    };
    let commit = facts.event.sha.as_deref().and_then(|sha| sha.get(..7));
    let commit = commit.map_or_else(String::new, |commit| format!(".g{commit}"));
    let dirty = if dirty { ".dirty" } else { "" };
    format!("{base}{separator}dev.{count}{commit}{dirty}")
}

/// The version that the prerelease leads to: what the file says where it is ahead, else the next patch; after a prerelease, that one goes on.
fn base(last: Option<&Version>, file: Option<&Version>) -> String {
    let ahead = |file: &&Version| last.is_none_or(|last| file.cmp_precedence(last).is_gt());
    match (file.filter(ahead), last) {
        (Some(file), _) => bare(file),
        (None, Some(last)) if last.pre.is_empty() => Version::new(last.major, last.minor, last.patch + 1).to_string(),
        (None, Some(last)) => bare(last),
        (None, None) => "0.0.0".to_owned(),
    }
}

fn bare(version: &Version) -> String {
    let Version {
        major, minor, patch, pre, ..
    } = version;
    let version = Version::new(*major, *minor, *patch);
    if pre.is_empty() {
        version.to_string()
    } else {
        format!("{version}-{pre}")
    }
}
