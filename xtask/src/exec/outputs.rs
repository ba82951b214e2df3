//! What steps hand on to later steps of the same run.

use std::{collections::BTreeMap, sync::Mutex};

use crate::pipeline::ImageName;

/// What a build step gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuiltImage {
    /// The image id: digest of the image's configuration, `sha256:…`.
    pub id: String,
    /// The name it has in the engine.
    pub local_reference: String,
}

/// What a push step gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushedImage {
    /// `HOST/REPOSITORY`.
    pub repository: String,
    /// Manifest digest, read back from the registry.
    pub digest: String,
}

/// Shared by the steps of a run. A step reads only what the steps it needs have written.
#[derive(Debug, Default)]
pub struct Outputs {
    /// By image.
    pub built: Mutex<BTreeMap<ImageName, BuiltImage>>,
    /// By image.
    pub pushed: Mutex<BTreeMap<ImageName, PushedImage>>,
    /// What a base image's reference was resolved to.
    pub bases: Mutex<BTreeMap<String, String>>,
}
