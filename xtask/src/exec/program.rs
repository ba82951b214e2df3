//! Where a program is: among the tools of this run, else on `PATH`.
//!
//! Looked up here rather than by the operating system, so that "not found" is told apart from everything else that can go wrong.

use std::{
    env,
    ffi::OsString,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use crate::tool::CommandLine;

use super::{Failure, RunOptions};

/// The absolute path of a command's program. `cwd` is the folder the command runs in.
pub(super) fn find(command: &CommandLine, options: &RunOptions, cwd: &Path) -> Result<PathBuf, Failure> {
    let Some(name) = command.argv.first().filter(|name| !name.is_empty()) else {
        return Err(Failure::step("the command is empty").hint("give `run` at least a program"));
    };
    if let Some(path) = options.programs.get(name) {
        return Ok(path.clone());
    }
    if name.contains('/') {
        return Ok(cwd.join(name));
    }
    env::split_paths(&inherited_path(command))
        .map(|folder| cwd.join(folder).join(name))
        .find(|path| is_executable(path))
        .ok_or_else(|| not_found(name).about(command, None))
}

/// `PATH` for a command: the folders of this run's tools first, so that the user's own commands find the same versions.
pub(super) fn path_variable(command: &CommandLine, options: &RunOptions) -> OsString {
    let inherited = inherited_path(command);
    let mut folders: Vec<PathBuf> = Vec::new();
    for folder in options.programs.values().filter_map(|program| program.parent()) {
        if !folders.iter().any(|known| known == folder) {
            folders.push(folder.to_owned());
        }
    }
    folders.extend(env::split_paths(&inherited));
    // A folder with a colon in its name cannot stand in `PATH`.
    env::join_paths(folders).unwrap_or(inherited)
}

/// What is said of a program that is not there.
pub(super) fn not_found(name: &str) -> Failure {
    Failure::machine(format!("`{name}` is not found on `PATH`")).hint("`cargo xtask setup` says what is missing and how to get it")
}

fn inherited_path(command: &CommandLine) -> OsString {
    let own = command.env.get("PATH").map(OsString::from);
    own.or_else(|| env::var_os("PATH")).unwrap_or_default()
}

fn is_executable(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}
