//! An image made for one test: busybox or nothing at all, from scratch. Its image and whatever was started from it go with it.

use std::{collections::BTreeMap, fs, path::Path, process::Command};

use tempfile::TempDir;
use tokio::sync::mpsc::UnboundedReceiver;
use xtask::{
    exec::{BuiltImage, Event, Failure, RunOptions, StepContext, StepOutput, action},
    pipeline::ImageName,
    plan::StepId,
    tool::container::TestJob,
};

/// `/bin/busybox` with the applets the tests use.
const APPLETS: [&str; 12] = [
    "sh", "httpd", "nc", "sleep", "echo", "false", "cat", "touch", "mkdir", "rm", "id", "test",
];

/// A Dockerfile with a small rootfs: a shell, some files, some accounts.
pub const BUSYBOX: &str = "FROM scratch\nCOPY rootfs/ /\n";

/// One image and the context its test step runs in.
pub struct Fixture {
    pub context: StepContext,
    pub id: String,
    events: UnboundedReceiver<Event>,
    _folder: TempDir,
}

impl Fixture {
    /// Builds an image from a Dockerfile that starts with [`BUSYBOX`], or with nothing.
    pub fn build(dockerfile: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("xtask-test-").tempdir().unwrap();
        rootfs(&folder.path().join("rootfs"));
        let name = folder.path().file_name().unwrap().to_str().unwrap().to_owned();
        // A label of its own makes an image id of its own, so that removing it takes no other test's image away.
        let dockerfile = format!("{dockerfile}\nLABEL fixture={name}\n");
        fs::write(folder.path().join("Dockerfile"), dockerfile).unwrap();
        let path = folder.path().to_str().unwrap();
        docker(&["build", "--quiet", "--iidfile", &format!("{path}/iid"), "--", path]);
        let id = fs::read_to_string(folder.path().join("iid")).unwrap();

        let (context, events) = StepContext::detached(options(folder.path(), &name), StepId::new("test", Some("web")));
        let built = BuiltImage {
            id: id.clone(),
            local_reference: "nobody/asks:dev".into(),
        };
        context.outputs.built.lock().unwrap().insert(ImageName::new("web"), built);
        Self {
            context,
            id,
            events,
            _folder: folder,
        }
    }

    /// Runs the checks; what they leave behind fails the test.
    pub async fn test(&self, options: &str) -> Result<StepOutput, Failure> {
        let result = action::test::run(&job(options), &self.context).await;
        assert_eq!(self.containers(), "", "containers are left");
        result
    }

    /// Runs checks that are to fail; gives the failure's message.
    pub async fn failure(&self, options: &str) -> String {
        self.test(options).await.unwrap_err().message
    }

    /// The ids of the containers of this run.
    pub fn containers(&self) -> String {
        let label = format!("label=dev.xtask.run={}", self.context.options.run_id);
        docker(&["ps", "--all", "--quiet", "--filter", &label])
    }

    /// Waits until the step's log has a line with this text.
    pub async fn logged(&mut self, text: &str) {
        while let Some(event) = self.events.recv().await {
            if matches!(event, Event::Output { line, .. } if line.contains(text)) {
                return;
            }
        }
        panic!("`{text}` is never logged");
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        let _ = Command::new("docker").args(["rmi", "--force", &self.id]).output();
    }
}

pub fn job(options: &str) -> TestJob {
    TestJob {
        image: ImageName::new("web"),
        options: toml::from_str(options).unwrap(),
    }
}

fn options(root: &Path, name: &str) -> RunOptions {
    RunOptions {
        root: root.to_owned(),
        project: "xtask-test".into(),
        run_dir: root.join("runs").join(name),
        run_id: name.to_owned(),
        jobs: 1,
        keep_going: false,
        programs: BTreeMap::new(),
        cache_dir: root.join("cache"),
    }
}

fn rootfs(root: &Path) {
    for folder in ["bin", "etc", "www", "tmp"] {
        fs::create_dir_all(root.join(folder)).unwrap();
    }
    fs::copy("/bin/busybox", root.join("bin/busybox")).expect("`busybox-static` is installed");
    for applet in APPLETS {
        std::os::unix::fs::symlink("busybox", root.join("bin").join(applet)).unwrap();
    }
    fs::write(root.join("www/index.html"), "hello from busybox\n").unwrap();
    fs::write(
        root.join("etc/passwd"),
        "root:x:0:0::/:/bin/sh\ntoor:x:0:0::/:/bin/sh\napp:x:1000:1001::/:/bin/sh\n",
    )
    .unwrap();
    fs::write(root.join("etc/group"), "root:x:0:\napp:x:1001:\n").unwrap();
}

fn docker(args: &[&str]) -> String {
    let output = Command::new("docker").args(args).output().expect("docker is installed");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "docker {args:?}: {stderr}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
