//! One search for a base image.

use std::{
    path::Path,
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
};

use xtask::{
    exec::{Failure, StepOutput, action},
    plan::BaseJob,
};

use crate::support::step::TestStep;

/// The step that searches.
pub struct Search {
    pub step: TestStep,
}

impl Search {
    pub fn new() -> Self {
        Self::with_programs(&[])
    }

    /// The same, with some programs taken from elsewhere than `PATH`.
    pub fn with_programs(programs: &[(&str, &Path)]) -> Self {
        Self {
            step: TestStep::alone("base", programs),
        }
    }

    pub async fn run(&self, job: &BaseJob) -> Result<StepOutput, Failure> {
        action::base::run(job, &self.step.context).await
    }

    /// What later steps take the base from.
    pub fn resolved(&self, reference: &str) -> Option<String> {
        self.step.context.outputs.bases.lock().unwrap().get(reference).cloned()
    }
}

/// A name no other test has.
pub fn unique(name: &str) -> String {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    format!("xtask-test-{name}-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

/// What docker answers; it must.
pub fn docker(arguments: &[&str]) -> String {
    let output = Command::new("docker").args(arguments).output().unwrap();
    assert!(
        output.status.success(),
        "docker {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
