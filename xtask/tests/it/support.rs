//! What integration tests stand on: real servers started per test, images made of a few files, and the faults that must be forced.

pub mod fault_proxy;
pub mod http;
pub mod image;
pub mod moto;
pub mod project;
pub mod registry;
pub mod server;
pub mod step;
pub mod vulnerability_db;

use std::{env, fs, os::unix::fs::PermissionsExt, path::Path, process::Command};

/// Set in a test that was started again by [`rerun_with`].
const RERUN: &str = "XTASK_TEST_RERUN";

/// Whether this is the second start of a test, with an environment of its own.
pub fn is_rerun() -> bool {
    env::var_os(RERUN).is_some()
}

/// Starts the test `name` once more, in a process of its own with other environment variables (`None` takes one away): a process must not change
/// its own. Fails if that one does.
pub fn rerun_with(name: &str, variables: &[(&str, Option<&str>)]) {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", name, "--nocapture"]).env(RERUN, "1");
    for (variable, value) in variables {
        match value {
            Some(value) => command.env(variable, value),
            None => command.env_remove(variable),
        };
    }
    let output = command.output().unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{stdout}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(stdout.contains("1 passed"), "`{name}` is not the name of a test: {stdout}");
}

/// Writes a program: a shell script, where a fault must be forced that the real one does not have on demand.
pub fn script(path: &Path, text: &str) {
    fs::write(path, format!("#!/bin/sh\n{text}\n")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}
