//! What each image is released as: the version that was asked for, the git tag at HEAD, or what a file says.

mod bump;
mod choice;
mod moving;

pub use bump::{Bump, bump};
pub use choice::{Releases, VersionChoice, choose};
pub use moving::{Kept, TagClasses, classify};

use std::borrow::Cow;

use semver::Version;
use serde::Serialize;

use crate::{
    facts::{Ci, Event, Facts, VersionTag},
    pipeline::{Image, ImageName},
};

/// One image's release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Release {
    /// Whose.
    pub image: ImageName,
    /// The version it gets.
    pub version: Version,
    /// The git tag of that version.
    pub git_tag: String,
    /// Whether that git tag stands at HEAD already; it is made in the end otherwise.
    pub is_tagged: bool,
    /// The release before it: the greatest version among HEAD's ancestors.
    pub previous: Option<String>,
}

/// The event as an image sees it: its release's git tag in place of the ref, and on a laptop the version tag at HEAD that is its own.
pub fn event<'a>(facts: &'a Facts, image: &Image, release: Option<&Release>) -> Cow<'a, Event> {
    let at_head = || {
        let git = facts.git.as_ref().filter(|_| facts.event.ci == Ci::None)?;
        let tag: &VersionTag = git.versions.get(&image.version.git_tag)?.at_head.as_ref()?;
        Some(tag.name.as_str())
    };
    let Some(tag) = release.map(|release| release.git_tag.as_str()).or_else(at_head) else {
        return Cow::Borrowed(&facts.event);
    };
    let git_ref = Some(format!("refs/tags/{tag}"));
    if facts.event.git_ref == git_ref {
        return Cow::Borrowed(&facts.event);
    }
    Cow::Owned(Event {
        git_ref,
        base_ref: None,
        ..facts.event.clone()
    })
}
