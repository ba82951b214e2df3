//! A project in a folder of its own, and the real binary run in it: what people do, and what they see.
//!
//! Its name is like no other's, so that tests run side by side on one docker engine. Dropping it removes what it built by its own `clean`.

use std::{
    env, fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use serde_json::Value;
use tempfile::TempDir;

/// The binary under test.
const XTASK: &str = env!("CARGO_BIN_EXE_xtask");
/// A static busybox: Debian's `busybox-static`.
const BUSYBOX: &str = "/bin/busybox";

/// A Dockerfile of an image that stays up until it is told to stop, and that no linter minds.
pub const SLEEPER: &str = "FROM scratch\nCOPY busybox /bin/busybox\nUSER 1000\nCMD [\"/bin/busybox\", \"sleep\", \"600\"]\n";

/// A project: `pipeline.toml`, Dockerfiles, perhaps a git repository, and a home folder that is nobody's.
#[derive(Debug)]
pub struct Project {
    /// The project's name.
    pub name: String,
    folder: TempDir,
}

impl Project {
    /// A project of this pipeline. `[project]` is written already, with the project's name; `NAME` in the text stands for it.
    pub fn new(pipeline: &str) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let name = format!("it-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let project = Self {
            name,
            folder: tempfile::tempdir().unwrap(),
        };
        fs::create_dir_all(project.home()).unwrap();
        project.pipeline(pipeline).file(".gitignore", "/target/\n/.xtask\n");
        fs::create_dir_all(project.path(".xtask")).unwrap();
        symlink(tools(), project.path(".xtask/tools")).unwrap();
        project
    }

    /// Writes another pipeline.
    pub fn pipeline(&self, text: &str) -> &Self {
        // The description ends up in a label: no image of one project has the id of another's.
        let head = format!("[project]\nname = \"{0}\"\ndescription = \"{0}\"\n\n", self.name);
        self.file("pipeline.toml", &(head + &text.replace("NAME", &self.name)))
    }

    /// The folder of `pipeline.toml`.
    pub fn root(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    /// `HOME` of whatever runs here.
    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// A path in the project.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root().join(relative)
    }

    /// Writes a file.
    pub fn file(&self, relative: &str, text: &str) -> &Self {
        let path = self.path(relative);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    /// Writes an executable file.
    pub fn program(&self, relative: &str, text: &str) -> &Self {
        self.file(relative, text);
        fs::set_permissions(self.path(relative), fs::Permissions::from_mode(0o755)).unwrap();
        self
    }

    /// Writes a context with this Dockerfile and a static busybox in it.
    pub fn image(&self, context: &str, dockerfile: &str) -> &Self {
        self.file(&format!("{context}/Dockerfile"), dockerfile);
        let busybox = self.path(&format!("{context}/busybox"));
        fs::copy(BUSYBOX, busybox).expect("`/bin/busybox` (busybox-static) is needed for this test");
        self
    }

    /// Runs git, which must succeed.
    pub fn git(&self, arguments: &[&str]) -> String {
        let mut git = Command::new("git");
        git.arg("-C").arg(self.root()).args(arguments).env("HOME", self.home());
        for role in ["AUTHOR", "COMMITTER"] {
            git.env(format!("GIT_{role}_NAME"), "t")
                .env(format!("GIT_{role}_EMAIL"), "t@example.invalid");
        }
        let output = git.output().unwrap();
        assert!(output.status.success(), "git {arguments:?}: {}", text(&output.stderr));
        text(&output.stdout).trim().to_owned()
    }

    /// Commits everything; the first time, makes the repository.
    pub fn commit(&self) -> &Self {
        if !self.path(".git").exists() {
            self.git(&["init", "--quiet", "--initial-branch", "main"]);
        }
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "all"]);
        self
    }

    /// The binary with these arguments, in the project, with an environment in which nothing of the tests' own shows.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(XTASK);
        command.args(arguments).current_dir(self.root()).stdin(Stdio::null()).env_clear();
        for kept in ["PATH", "TMPDIR", "DOCKER_HOST", "SSL_CERT_FILE", "LLVM_PROFILE_FILE"] {
            if let Some(value) = env::var_os(kept) {
                command.env(kept, value);
            }
        }
        command.env("HOME", self.home()).env("LANG", "C.UTF-8");
        command
    }

    /// Runs the binary.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(&self.command(arguments).output().unwrap())
    }

    /// Runs the binary with more environment.
    pub fn run_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Ran {
        let mut command = self.command(arguments);
        command.envs(variables.iter().copied());
        Ran::of(&command.output().unwrap())
    }

    /// The local name of an image.
    pub fn reference(&self, image: &str) -> String {
        format!("{}/{image}:dev", self.name)
    }

    /// The containers of this project, of all states.
    pub fn containers(&self) -> Vec<String> {
        let filter = format!("label=dev.xtask.project={}", self.name);
        let ids = docker(&["ps", "--all", "--quiet", "--filter", &filter]);
        ids.lines().map(str::to_owned).collect()
    }

    /// The files under `target/xtask` in which a text stands.
    pub fn files_with(&self, text: &str) -> Vec<PathBuf> {
        let mut folders = vec![self.path("target/xtask")];
        let mut found = Vec::new();
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
                let path = entry.path();
                let kind = entry.file_type().unwrap();
                if kind.is_dir() {
                    folders.push(path);
                } else if kind.is_file() && contains(&path, text) {
                    found.push(path);
                }
            }
        }
        found
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        // The test may have left a pipeline that is wrong.
        self.pipeline("[images.any]\ncontext = \".\"\n[[stages]]\nname = \"build\"\nuses = \"docker-build\"\n");
        let cleaned = self.command(&["clean"]).output();
        if !thread::panicking() {
            Ran::of(&cleaned.unwrap()).ends(0);
        }
        for name in super::image::names_with(&format!("{}/", self.name)) {
            let _ = Command::new("docker").args(["image", "rm", "--force", &name]).output();
        }
    }
}

/// What a run of the binary came to.
#[derive(Debug)]
pub struct Ran {
    /// Its exit code.
    pub code: i32,
    /// The answer.
    pub stdout: String,
    /// What people watch.
    pub stderr: String,
}

impl Ran {
    /// What a process that ended left.
    pub fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
        }
    }

    /// Fails the test unless it ended with this exit code.
    #[track_caller]
    pub fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "\n{}\n{}", self.stdout, self.stderr);
        self
    }

    /// Fails the test unless people saw all of this.
    #[track_caller]
    pub fn says(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(self.stderr.contains(part), "no {part:?} in\n{}", self.stderr);
        }
        self
    }

    /// The answer as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}\n{}\n{}", self.stdout, self.stderr))
    }

    /// One step of a JSON report or plan.
    #[track_caller]
    pub fn step(&self, id: &str) -> Value {
        let answer = self.json();
        let steps = answer["steps"].as_array().unwrap();
        let step = steps.iter().find(|step| step["id"] == id);
        step.unwrap_or_else(|| panic!("no step {id:?} in {steps:#?}")).clone()
    }

    /// `STEP OUTCOME` of each step of a JSON report.
    pub fn outcomes(&self) -> Vec<String> {
        let answer = self.json();
        let steps = answer["steps"].as_array().unwrap();
        let word = |value: &Value| value.as_str().unwrap().to_owned();
        steps
            .iter()
            .map(|step| format!("{} {}", word(&step["id"]), word(&step["outcome"])))
            .collect()
    }
}

/// Runs docker, which must succeed.
#[track_caller]
pub fn docker(arguments: &[&str]) -> String {
    let output = Command::new("docker").args(arguments).output().unwrap();
    assert!(output.status.success(), "docker {arguments:?}: {}", text(&output.stderr));
    text(&output.stdout).trim().to_owned()
}

/// The workspace's own hadolint and trivy, installed as people install them, once for all tests.
fn tools() -> &'static Path {
    static TOOLS: OnceLock<PathBuf> = OnceLock::new();
    TOOLS.get_or_init(|| {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let folder = workspace.join(".xtask/tools");
        if !["hadolint", "trivy"].iter().all(|tool| folder.join("bin").join(tool).is_file()) {
            let mut install = Command::new(XTASK);
            let installed = install
                .args(["setup", "--install", "--yes"])
                .current_dir(workspace)
                .output()
                .unwrap();
            assert!(
                installed.status.success(),
                "{}\n{}",
                text(&installed.stdout),
                text(&installed.stderr)
            );
        }
        folder
    })
}

fn contains(path: &Path, text: &str) -> bool {
    let bytes = fs::read(path).unwrap();
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
