//! What a run's steps leave in the engine is removed when the run ends, by the run's label, and nothing else is.

use std::{
    collections::BTreeMap,
    process::{self, Command},
};

use tokio::sync::mpsc;
use xtask::{
    exec::{self, Cancel, RUN_LABEL, RunOptions},
    pipeline::{ImageName, StageName, options::ContainerTestOptions},
    plan::{Action, Plan, Step, StepId},
    tool::container::TestJob,
};

fn docker(arguments: &[&str]) -> String {
    let output = Command::new("docker").args(arguments).output().unwrap();
    assert!(
        output.status.success(),
        "docker {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// An image with nothing in it, removed at the end of the test.
struct EmptyImage(String);

impl EmptyImage {
    fn new() -> Self {
        let name = format!("xtask-test-empty-{}", process::id());
        let folder = tempfile::tempdir().unwrap();
        let tar = folder.path().join("empty.tar");
        // Two blocks of zeros are an empty tar.
        std::fs::write(&tar, [0; 1024]).unwrap();
        docker(&["import", tar.to_str().unwrap(), &name]);
        Self(name)
    }

    fn container(&self, run_id: &str) -> String {
        docker(&["create", "--label", &format!("{RUN_LABEL}={run_id}"), &self.0, "/nothing"])
    }
}

impl Drop for EmptyImage {
    fn drop(&mut self) {
        let _ = Command::new("docker").args(["rmi", "--force", &self.0]).output();
    }
}

/// One step that tests an image nobody built: it fails, whatever it does.
fn plan() -> Plan {
    let job = TestJob {
        image: ImageName::new("web"),
        options: ContainerTestOptions::default(),
    };
    Plan {
        task: "test".into(),
        registry: None,
        commit: None,
        releases: Vec::new(),
        steps: vec![Step {
            id: StepId::new("test", Some("web")),
            image: Some(ImageName::new("web")),
            stage: StageName::new("test"),
            needs: Vec::new(),
            after: Vec::new(),
            action: Action::Test(job),
            commands: Vec::new(),
            inputs: Vec::new(),
            skip: None,
            env: std::collections::BTreeMap::new(),
            timeout: None,
        }],
        unmet: Vec::new(),
        notes: Vec::new(),
    }
}

#[tokio::test]
async fn containers_of_a_run_go_with_it_and_those_of_others_stay() {
    let image = EmptyImage::new();
    let run_id = format!("test-{}", process::id());
    let ours = image.container(&run_id);
    let others = image.container(&format!("{run_id}-other"));
    let folder = tempfile::tempdir().unwrap();
    let options = RunOptions {
        root: folder.path().to_owned(),
        project: "test".into(),
        run_dir: folder.path().join(&run_id),
        run_id,
        jobs: 1,
        keep_going: false,
        programs: BTreeMap::new(),
        cache_dir: folder.path().join("cache"),
    };
    let (events, _receiver) = mpsc::unbounded_channel();
    exec::run(&plan(), options, events, Cancel::new()).await;
    let left = docker(&["ps", "--all", "--quiet", "--no-trunc"]);
    docker(&["rm", "--force", &others]);
    assert!(!left.contains(&ours), "the run's own container is gone");
    assert!(left.contains(&others), "another run's container stays");
}
