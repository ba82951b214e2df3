//! Asking a program something, with a deadline: a daemon that hangs must not hang the question.

use std::{
    env,
    fs::File,
    io::{self, Read as _, Seek as _},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Duration,
};

use xshell::{Shell, cmd};

use super::process;

/// How long a program may take to answer. `docker version` takes 40 ms, and seconds on a machine that swaps.
const PATIENCE: Duration = Duration::from_secs(10);

/// What came of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The program's standard output.
    Said(String),
    /// There is no such program.
    Absent,
    /// It failed, saying this on standard error.
    Failed(String),
    /// It did not answer in time.
    Silent,
}

impl Answer {
    /// What it said, if it said something and all was well.
    pub fn text(&self) -> Option<&str> {
        if let Self::Said(text) = self { Some(text) } else { None }
    }
}

/// Where a program is on `PATH`.
pub(super) fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    // A relative folder would mean something else wherever the program is run.
    let folders = env::split_paths(&path).filter(|folder| folder.is_absolute());
    folders.map(|folder| folder.join(program)).find(|path| is_executable(path))
}

/// Asks a program on `PATH`.
pub(super) fn ask(program: &str, args: &[&str]) -> Answer {
    find(program).map_or(Answer::Absent, |path| ask_at(&path, args, PATIENCE))
}

/// Asks a program.
fn ask_at(program: &Path, args: &[&str], patience: Duration) -> Answer {
    match run(program, args, patience) {
        Ok(answer) => answer,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Answer::Absent,
        Err(error) => Answer::Failed(error.to_string()),
    }
}

fn run(program: &Path, args: &[&str], patience: Duration) -> io::Result<Answer> {
    let shell = Shell::new().map_err(io::Error::other)?;
    let mut command = Command::from(cmd!(shell, "{program} {args...}"));
    // Neither a repository's own configuration files nor variables such as TRIVY_FORMAT have a say in how a version is printed.
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy();
        if name.starts_with("TRIVY_") || name.starts_with("HADOLINT_") {
            command.env_remove(name.as_ref());
        }
    }
    let (out, err) = (tempfile::tempfile()?, tempfile::tempfile()?);
    command
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(out.try_clone()?)
        .stderr(err.try_clone()?);
    Ok(match process::run(command, patience)? {
        None => Answer::Silent,
        Some(status) if status.success() => Answer::Said(content(out)?),
        Some(_) => Answer::Failed(content(err)?),
    })
}

fn content(mut file: File) -> io::Result<String> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).trim().to_owned())
}

fn is_executable(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_answer() {
        let sh = |script: &str, patience| ask_at(Path::new("/bin/sh"), &["-c", script], patience);
        assert_eq!(sh("echo yes; echo no >&2", PATIENCE), Answer::Said("yes".to_owned()));
        assert_eq!(sh("echo yes; echo no >&2; exit 3", PATIENCE), Answer::Failed("no".to_owned()));
        assert_eq!(sh("exec sleep 1000", Duration::from_millis(50)), Answer::Silent);
        assert_eq!(ask("no-such-program-anywhere", &["--version"]), Answer::Absent);
    }

    #[test]
    fn what_it_leaves_behind_does_not_hold_the_answer() {
        let answer = ask_at(Path::new("/bin/sh"), &["-c", "sleep 3 & echo done"], PATIENCE);
        assert_eq!(answer, Answer::Said("done".to_owned()));
    }
}
