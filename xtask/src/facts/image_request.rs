//! What the facts need to know of an image: plain values, so that this layer does not depend on what a stage is.

use std::{collections::BTreeMap, path::PathBuf};

use crate::pipeline::ImageName;

/// One image's Dockerfile, and how it is going to be built.
#[derive(Clone, Debug)]
pub struct ImageRequest {
    /// Whose it is.
    pub name: ImageName,
    /// Its path, relative to the pipeline's root.
    pub dockerfile: PathBuf,
    /// Build arguments that its `FROM` lines see.
    pub args: BTreeMap<String, String>,
    /// The stage to build; the last by default.
    pub target: Option<String>,
    /// Platforms to build for, for `FROM base-$TARGETARCH`; this machine's own where empty.
    pub platforms: Vec<String>,
}

impl ImageRequest {
    /// A Dockerfile that is built as it stands: without arguments, the last stage, for this machine.
    pub fn new(name: ImageName, dockerfile: impl Into<PathBuf>) -> Self {
        Self {
            name,
            dockerfile: dockerfile.into(),
            args: BTreeMap::new(),
            target: None,
            platforms: Vec::new(),
        }
    }
}
