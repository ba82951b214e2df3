//! A git repository in a folder of its own, made with the git command, deaf to the configuration of whoever runs the tests.

use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;
use xtask::facts::{self, Environment, GatherError, Gathered, Git, Request};

/// When commits are made, unless a test says otherwise: seconds since 1970.
pub const COMMIT_TIME: i64 = 1_769_860_800;

pub struct Repository {
    folder: TempDir,
    name: &'static str,
}

impl Repository {
    /// An empty repository on the branch `main`.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let repository = Self {
            folder,
            name: "repository",
        };
        fs::create_dir(repository.path("")).unwrap();
        repository.git(&["init", "-q", "-b", "main"]);
        repository
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(self.name).join(path)
    }

    /// A path next to the repository, outside of it.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn git(&self, arguments: &[&str]) -> String {
        git(&self.path(""), arguments, COMMIT_TIME)
    }

    pub fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Commits a change to the file `file`, and gives the commit's id.
    pub fn commit(&self, message: &str) -> String {
        self.commit_at(message, COMMIT_TIME)
    }

    pub fn commit_at(&self, message: &str, time: i64) -> String {
        self.write("file", message);
        self.git(&["add", "file"]);
        git(&self.path(""), &["commit", "-q", "-m", message], time);
        self.git(&["rev-parse", "HEAD"])
    }

    pub fn clone_with(&self, options: &[&str]) -> Self {
        let clone = Self {
            folder: tempfile::tempdir().unwrap(),
            name: "clone",
        };
        let url = format!("file://{}", self.path("").display());
        let arguments = [&["clone", "-q"], options, &[url.trim_end_matches('/'), "clone"]].concat();
        git(clone.folder.path(), &arguments, COMMIT_TIME);
        clone
    }

    pub fn facts(&self) -> Git {
        facts(&self.path(""), true).expect("this is a repository")
    }
}

/// What the facts say of git in `folder`.
pub fn facts(folder: &Path, check_dirty: bool) -> Option<Git> {
    gather(folder, check_dirty).unwrap().facts.git
}

pub fn gather(folder: &Path, check_dirty: bool) -> Result<Gathered, GatherError> {
    facts::gather(&Request {
        check_dirty,
        ..Request::new(folder, &Environment::default())
    })
}

/// Who owns a file, as chown takes it.
pub fn owner(path: &Path) -> String {
    fs::metadata(path).unwrap().uid().to_string()
}

/// Gives a folder away; needs root, or a sudo that asks for no password, as CI machines have.
pub fn chown(owner: &str, path: &Path) {
    let as_root = owner_of_this_process() == "0";
    let mut command = if as_root { Command::new("chown") } else { Command::new("sudo") };
    if !as_root {
        command.args(["-n", "chown"]);
    }
    let status = command.arg(owner).arg(path).status().unwrap();
    assert!(status.success(), "this test needs root, or sudo without a password");
}

fn owner_of_this_process() -> String {
    owner(tempfile::tempdir().unwrap().path())
}

fn git(folder: &Path, arguments: &[&str], time: i64) -> String {
    let time = format!("{time} +0000");
    let output = Command::new("git")
        .current_dir(folder)
        .args([
            "-c",
            "protocol.file.allow=always",
            "-c",
            "commit.gpgsign=false",
            "-c",
            "tag.gpgsign=false",
        ])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .envs([
            ("GIT_AUTHOR_NAME", "A"),
            ("GIT_AUTHOR_EMAIL", "a@example.com"),
            ("GIT_AUTHOR_DATE", &time),
        ])
        .envs([
            ("GIT_COMMITTER_NAME", "A"),
            ("GIT_COMMITTER_EMAIL", "a@example.com"),
            ("GIT_COMMITTER_DATE", &time),
        ])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "git {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}
