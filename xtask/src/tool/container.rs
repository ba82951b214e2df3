//! Containers: checks on an image's configuration and on containers started from it.

use crate::pipeline::{ImageName, options::ContainerTestOptions};

use super::CommandLine;

/// Test one image.
#[derive(Clone, Debug)]
pub struct TestJob {
    /// Which.
    pub image: ImageName,
    /// What must hold.
    pub options: ContainerTestOptions,
}

/// The `docker run` that starts the container under test: what a plan shows of a test step.
pub fn command(_job: &TestJob) -> CommandLine {
    CommandLine::new(["docker", "run", super::late::IMAGE_ID])
}
