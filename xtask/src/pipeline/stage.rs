//! A stage: one kind of step, taken for each image.

use std::{collections::BTreeMap, time::Duration};

use super::StageName;

/// A `[[stages]]` table without its options: those are merged into each image.
#[derive(Clone, Debug)]
pub struct Stage {
    /// Its name: the first half of a step's id, and a task of its own.
    pub name: StageName,
    /// What it does.
    pub kind: StageKind,
    /// Stages of the same image that must have passed first. By default the stage written before it.
    pub needs: Vec<StageName>,
    /// Stages of the same image that must have ended first, however they ended.
    pub after: Vec<StageName>,
    /// Environment added for the commands of this stage.
    pub env: BTreeMap<String, String>,
    /// How long one step of it may take; `None` for the executor's own limit.
    pub timeout: Option<Duration>,
}

/// What a stage `uses`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StageKind {
    /// `uses = "hadolint"`.
    Hadolint,
    /// `uses = "docker-build"`.
    DockerBuild,
    /// `uses = "container-test"`.
    ContainerTest,
    /// `uses = "trivy"`.
    Trivy,
    /// `uses = "push"`.
    Push,
    /// `run = [...]` in place of `uses`.
    Run,
}
