//! One node of the graph.

use std::{collections::BTreeMap, fmt, path::PathBuf, time::Duration};

use serde::Serialize;

use crate::{
    pipeline::{Fallback, ImageName, StageName},
    tool::{
        CommandLine, container::TestJob, docker_build::BuildJob, git_tag::GitTagJob, hadolint::LintJob, push::PushJob, run::RunJob,
        trivy::ScanJob,
    },
};

/// `stage:image`, or the stage alone for a step that runs once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct StepId(String);

impl StepId {
    /// The id of a stage's step for an image.
    pub fn new(stage: &str, image: Option<&str>) -> Self {
        Self(image.map_or_else(|| stage.to_owned(), |image| format!("{stage}:{image}")))
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The image's name in it; `None` for a step that runs once. Names of stages and images have no colon.
    pub fn image(&self) -> Option<&str> {
        self.0.split_once(':').map(|(_, image)| image)
    }
}

impl fmt::Display for StepId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// One thing to do.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its id.
    pub id: StepId,
    /// The image it is for; `None` for base steps and for stages that run once.
    pub image: Option<ImageName>,
    /// The stage it comes from (`base` for base steps).
    pub stage: StageName,
    /// Steps that must have passed first.
    pub needs: Vec<StepId>,
    /// Steps that must have ended first, however they ended.
    pub after: Vec<StepId>,
    /// What to do.
    pub action: Action,
    /// The command lines it comes down to, in order; the first is the main one.
    pub commands: Vec<CommandLine>,
    /// Files and folders it reads, relative to the pipeline's root.
    pub inputs: Vec<PathBuf>,
    /// Environment for all of its commands: the stage's own.
    pub env: BTreeMap<String, String>,
    /// Why it will not run, although it was selected.
    pub skip: Option<String>,
    /// How long it may take; `None` for the executor's own limit.
    pub timeout: Option<Duration>,
}

impl Step {
    /// A step that waits for nothing, of a stage without settings of its own.
    pub(super) fn new(id: StepId, stage: &str, action: Action) -> Self {
        Self {
            id,
            image: None,
            stage: StageName::new(stage),
            needs: Vec::new(),
            after: Vec::new(),
            commands: super::jobs::commands(&action),
            inputs: super::jobs::inputs(&action),
            action,
            env: BTreeMap::new(),
            skip: None,
            timeout: None,
        }
    }
}

/// What a step does.
#[derive(Clone, Debug)]
pub enum Action {
    /// Find a base image: in the engine, at a mirror, under its own name, or as a stand-in.
    Base(BaseJob),
    /// Lint a Dockerfile.
    Lint(LintJob),
    /// Build an image.
    Build(BuildJob),
    /// Test an image.
    Test(TestJob),
    /// Scan an image.
    Scan(ScanJob),
    /// Push an image, or a phase of that.
    Push(PushJob),
    /// Nothing: steps on one side of it are done with before those on the other side begin.
    Gate,
    /// Make the git tag of a release.
    GitTag(GitTagJob),
    /// Run the user's own command.
    Run(RunJob),
}

/// Find one base image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseJob {
    /// The reference as Dockerfiles write it.
    pub reference: String,
    /// References tried in order before the name itself.
    pub mirrors: Vec<String>,
    /// The stand-in, if there is one.
    pub fallback: Option<Fallback>,
    /// Whether the task allows the stand-in.
    pub allow_fallback: bool,
    /// Ask registries even if it is in the engine already: an image that is built from it says `pull`.
    pub pull: bool,
}
