//! The options of the built-in stages, one type a file, as they are after merging a stage's with an image's own.

mod container_test;
mod docker_build;
mod duration;
mod hadolint;
mod push;
mod run;
mod size;
mod trivy;

pub use container_test::{ContainerTestOptions, FileCheck, FileKind, HttpProbe, RunCheck, StartOptions};
pub use docker_build::DockerBuildOptions;
pub use duration::HumanDuration;
pub use hadolint::{HadolintOptions, LintThreshold};
pub use push::PushOptions;
pub use run::RunOptions;
pub use size::ByteSize;
pub use trivy::{Scanner, Severity, TrivyOptions};

/// The options of one stage for one image, by what the stage uses.
#[derive(Clone, Debug)]
pub enum StageOptions {
    /// `uses = "hadolint"`.
    Hadolint(HadolintOptions),
    /// `uses = "docker-build"`.
    DockerBuild(DockerBuildOptions),
    /// `uses = "container-test"`.
    ContainerTest(ContainerTestOptions),
    /// `uses = "trivy"`.
    Trivy(TrivyOptions),
    /// `uses = "push"`.
    Push(PushOptions),
    /// `run = [...]`.
    Run(RunOptions),
}
