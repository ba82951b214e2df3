//! The world as it is: read once, before planning, and never again.
//!
//! Everything in [`Facts`] is plain data. Nothing here runs a build, and a fact that cannot be had is `None`: whoever needs it says so.

mod dockerfile;
mod event;
mod git;

pub use dockerfile::{BaseReference, Dockerfile, DockerfileError};
pub use event::{Ci, Event};
pub use git::{Git, GitError};

use indexmap::IndexMap;

use crate::pipeline::ImageName;

/// All that a plan depends on besides `pipeline.toml`.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The git repository around `pipeline.toml`; `None` outside of one.
    pub git: Option<Git>,
    /// What is built: ref, commit and event, from CI's variables or from git.
    pub event: Event,
    /// The Dockerfile of each image.
    pub dockerfiles: IndexMap<ImageName, Dockerfile>,
    /// The time that templates and `created` labels see, in seconds since 1970: `SOURCE_DATE_EPOCH`, or now.
    pub now: i64,
    /// `SOURCE_DATE_EPOCH`, where it is set.
    pub epoch: Option<i64>,
}
