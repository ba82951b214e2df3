//! A build context for one test; the image it is built to goes with it.

use std::{
    fs,
    path::Path,
    process::Command,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use xtask::{
    exec::{Failure, StepOutput, action},
    pipeline::{ImageName, options::DockerBuildOptions},
    tool::docker_build::BuildJob,
};

use crate::support::step::{IMAGE, TestStep};

/// The start of a Dockerfile whose `RUN` lines have a shell; three lines, and no end of line behind the last.
pub const SHELL: &str = "FROM scratch\nCOPY busybox /bin/busybox\nSHELL [\"/bin/busybox\", \"sh\", \"-c\"]";

/// A pipeline's root with one image in it.
pub struct Project {
    pub step: TestStep,
    reference: String,
    built: Mutex<Vec<String>>,
}

impl Project {
    /// One with this Dockerfile.
    pub fn new(dockerfile: &str) -> Self {
        Self::with_programs(dockerfile, &[])
    }

    /// The same, with some programs taken from elsewhere than `PATH`.
    pub fn with_programs(dockerfile: &str, programs: &[(&str, &Path)]) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let step = TestStep::alone("build", programs);
        step.write("Dockerfile", dockerfile);
        fs::copy("/bin/busybox", step.root().join("busybox")).expect("`busybox` (busybox-static) is needed for this test");
        step.write(".dockerignore", "target\n.git\n");
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        Self {
            step,
            built: Mutex::default(),
            reference: format!("xtask-test-build-{}-{number}/{IMAGE}:dev", std::process::id()),
        }
    }

    /// Builds the root's Dockerfile, without options.
    pub fn job(&self) -> BuildJob {
        BuildJob {
            image: ImageName::new(IMAGE),
            context: ".".into(),
            dockerfile: "Dockerfile".into(),
            options: DockerBuildOptions::default(),
            bases: Vec::new(),
            images: Vec::new(),
            source_date_epoch: None,
            local_reference: self.reference.clone(),
        }
    }

    /// Runs the build step.
    pub async fn build(&self, job: &BuildJob) -> Result<StepOutput, Failure> {
        let result = action::build::run(job, &self.step.context).await;
        let id = result.as_ref().ok().and_then(|output| output.digest.clone());
        self.built.lock().unwrap().extend(id);
        result
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        let image = |arguments: &[&str]| Command::new("docker").arg("image").args(arguments).output();
        let _ = image(&["rm", "--force", &self.reference]);
        // Earlier builds of the same name have none now. What has one may be another test's image with the same content.
        for id in self.built.get_mut().unwrap() {
            let names = image(&["inspect", "--format", "{{len .RepoTags}}", id]);
            if names.is_ok_and(|names| names.stdout.starts_with(b"0")) {
                let _ = image(&["rm", id]);
            }
        }
    }
}

/// What docker answers; it must.
pub fn docker(arguments: &[&str]) -> String {
    run("docker", arguments)
}

/// What a program answers; it must.
pub fn run(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    assert!(
        output.status.success(),
        "{program} {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
