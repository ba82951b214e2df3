//! What `pipeline.toml` means: images, stages, tag rules, registries, bases and tasks, typed, defaulted and checked.
//!
//! [`resolve`](resolve::resolve) makes it from the manifest. Nothing in here knows where a value was written, nor anything
//! of the world outside the file.

mod base;
pub mod closure;
pub mod cycle;
mod ecr_repository;
mod image;
mod name;
pub mod options;
mod registry;
pub mod resolve;
pub mod selector;
mod stage;
pub mod tag_rule;
mod task;
pub mod template;
mod tool_spec;
mod version_source;
mod version_tag;

use std::{collections::BTreeSet, path::PathBuf};

use indexmap::IndexMap;

pub use crate::manifest::{Allowance, Encryption, RefEvent, Requirement, ShaFormat};
pub use base::{Base, Fallback};
pub use ecr_repository::{EcrRepository, Lifecycle, LifecycleRules};
pub use image::{Image, ImageStage};
pub use name::{ImageName, RegistryName, StageName, TaskName};
pub use options::StageOptions;
pub use registry::{EcrRegistry, OciRegistry, Registry, RegistryKind};
pub use stage::{Stage, StageKind};
pub use tag_rule::{Expression, Flavor, FlavorLatest, TagRule, TagRuleKind, VersionRule};
pub use task::Task;
pub use template::{Clock, Template};
pub use tool_spec::{ToolSpec, Tools};
pub use version_source::VersionSource;
pub use version_tag::VersionTagPattern;

/// A whole `pipeline.toml`, resolved.
#[derive(Debug)]
pub struct Pipeline {
    /// Absolute path of the folder that holds `pipeline.toml`; every relative path starts here.
    pub root: PathBuf,
    /// `[project] name`: what local image names and the default repository start with.
    pub project: String,
    /// `[project] description`, for the OCI labels.
    pub description: Option<String>,
    /// `[project] licenses`: an SPDX expression, for the OCI labels.
    pub licenses: Option<String>,
    /// `[project] allow`: what every task without a push tolerates.
    pub allow: BTreeSet<Allowance>,
    /// The tool versions the pipeline asks for.
    pub tools: Tools,
    /// Images in the order they are written.
    pub images: IndexMap<ImageName, Image>,
    /// Stages in the order they run within an image.
    pub stages: IndexMap<StageName, Stage>,
    /// Tag rules in the order they are written.
    pub tags: Vec<TagRule>,
    /// What applies to all tags.
    pub flavor: Flavor,
    /// Where images can be pushed.
    pub registries: IndexMap<RegistryName, Registry>,
    /// Base images with mirrors or a fallback, by the reference a Dockerfile's `FROM` uses.
    pub bases: IndexMap<String, Base>,
    /// What `cargo xtask NAME` runs: the declared tasks.
    pub tasks: IndexMap<TaskName, Task>,
}

impl Pipeline {
    /// The tag rules of an image: its own, or the pipeline's.
    pub fn tag_rules<'a>(&'a self, image: &'a Image) -> &'a [TagRule] {
        image.tags.as_ref().unwrap_or(&self.tags)
    }
}
