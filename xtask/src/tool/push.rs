//! Pushing: an image in the engine's store → tags in a registry.

use crate::pipeline::{ImageName, Registry, options::PushOptions};

use super::CommandLine;

/// Push one image.
#[derive(Clone, Debug)]
pub struct PushJob {
    /// Which.
    pub image: ImageName,
    /// Where to.
    pub registry: Registry,
    /// The repository within the registry, expanded: `docker-ecr/python-basic`.
    pub repository: String,
    /// The tags it gets, in order; the first is the main one.
    pub tags: Vec<String>,
    /// How.
    pub options: PushOptions,
}

/// The `docker tag` and `docker push` lines, in order. For ECR the host is the late token [`REGISTRY`](super::late::REGISTRY).
pub fn commands(_job: &PushJob) -> Vec<CommandLine> {
    Vec::new()
}
