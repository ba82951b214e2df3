//! The world as it is: read once, before planning, and never again.
//!
//! Everything in [`Facts`] is plain data. Nothing here runs a build, and a fact that cannot be had is `None`: whoever needs it says so.

mod credentials;
mod dockerfile;
mod environment;
mod event;
mod gather;
mod git;
mod image_request;

pub use credentials::has_docker_login;
pub use dockerfile::{BaseReference, Dockerfile, DockerfileError, UnresolvedReference};
pub use environment::Environment;
pub use event::{Ci, Event, EventError};
pub use gather::{GatherError, Gathered, Request, gather};
pub use git::{Change, ChangesError, ChangesOf, Git, GitError, Upstream, VersionHistory, VersionTag, changes, web_url};
pub use image_request::ImageRequest;

use std::{collections::BTreeMap, io, path::PathBuf};

use indexmap::IndexMap;
use semver::Version;

use crate::pipeline::{Clock, ImageName, RegistryName};

/// All that a plan depends on besides `pipeline.toml`.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The git repository around `pipeline.toml`; `None` outside of one.
    pub git: Option<Git>,
    /// What is built: ref, commit and event, from CI's variables or from git.
    pub event: Event,
    /// The Dockerfile of each image.
    pub dockerfiles: IndexMap<ImageName, Dockerfile>,
    /// For each registry, whether there is anything to log in with; or what is missing.
    pub credentials: BTreeMap<RegistryName, Result<(), String>>,
    /// What each file that says a version says; or why none can be had from it.
    pub version_files: BTreeMap<PathBuf, Result<Version, String>>,
    /// The time that templates see, in seconds since 1970: `SOURCE_DATE_EPOCH`, or now.
    pub now: i64,
    /// `SOURCE_DATE_EPOCH`, where it is set.
    pub epoch: Option<i64>,
}

impl Facts {
    /// The times that templates see. Where nobody knows when the commit was made, it was now, as in docker/metadata-action.
    pub fn clock(&self) -> Clock {
        Clock {
            now: self.now,
            commit: self.event.commit_time.unwrap_or(self.now),
        }
    }
}

/// The operating system's reason in our wording: lower case, without its number.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut chars = text.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
