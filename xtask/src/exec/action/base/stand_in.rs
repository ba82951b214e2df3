//! A stand-in for a base image: a Debian root made by mmdebstrap on this machine, imported under a name that no registry has.

use std::{fs, path::Path};

use crate::{
    pipeline::Fallback,
    tool::{CommandLine, debian_root},
};

use super::{
    super::super::{Failure, FailureClass, StepContext},
    engine,
};

/// The stand-in's reference, built if the engine does not have it yet. Two processes that do so at once import the same thing twice, and the later
/// one wins.
pub(super) async fn provide(reference: &str, fallback: &Fallback, context: &StepContext) -> Result<String, Failure> {
    let name = debian_root::name(reference, fallback);
    if engine::look_up(&name, context).await?.is_some_and(|image| image.is_stand_in()) {
        return Ok(name);
    }
    build_fallback(reference, fallback, &name, true, context).await?;
    Ok(name)
}

/// Builds the root for `reference` and imports it as `target`; `mark` labels it a stand-in, which is then refused wherever the real one is wanted.
pub async fn build_fallback(reference: &str, fallback: &Fallback, target: &str, mark: bool, context: &StepContext) -> Result<(), Failure> {
    let cannot = |error: std::io::Error| Failure::machine(format!("cannot write to `{}`: {error}", context.options.run_dir.display()));
    // A root is some hundred megabytes: it goes with the folder, however this ends.
    let folder = tempfile::Builder::new()
        .prefix("base-")
        .tempdir_in(&context.options.run_dir)
        .map_err(cannot)?;
    let tar = folder.path().join("root.tar");
    bootstrap(fallback, &tar, context).await?;
    let command = debian_root::import(&tar.display().to_string(), reference, fallback, target, mark);
    let ended = context.run(&command).await?;
    if ended.success() {
        return Ok(());
    }
    Err(Failure::machine("docker cannot import the stand-in").about(&command, Some(&ended)))
}

async fn bootstrap(fallback: &Fallback, tar: &Path, context: &StepContext) -> Result<(), Failure> {
    let sources = debian_root::sources(&host_sources(), &fallback.suite);
    let command = debian_root::bootstrap(fallback, &tar.display().to_string(), sources.is_some());
    let ended = context
        .run_with(&command, sources.map(String::into_bytes), context.limits.step)
        .await;
    let ended = ended.map_err(|failure| without_mmdebstrap(failure, &command))?;
    if ended.success() {
        return Ok(());
    }
    let said = ended.stderr.lines().rev().map(str::trim).find(|line| line.starts_with("E: "));
    let message = said.map_or_else(String::new, |line| format!(": {}", line.trim_start_matches("E: ")));
    let hint = "its log says more; mmdebstrap needs root or user namespaces, and a way to Debian's packages";
    Err(Failure::machine(format!("mmdebstrap cannot build the stand-in{message}"))
        .hint(hint)
        .about(&command, Some(&ended)))
}

/// A missing tool is told apart by the command that was never started.
fn without_mmdebstrap(failure: Failure, command: &CommandLine) -> Failure {
    if failure.class == FailureClass::Machine && failure.message.contains("is not found") {
        return Failure::machine("`mmdebstrap`, which builds stand-ins for base images, is not installed")
            .hint("`cargo xtask setup --install` installs it on Debian; elsewhere, give the base a mirror that can be reached")
            .about(command, None);
    }
    failure
}

/// The texts of the host's apt sources.
fn host_sources() -> Vec<String> {
    let folder = fs::read_dir("/etc/apt/sources.list.d").into_iter().flatten().flatten();
    let mut paths: Vec<_> = folder
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|end| end == "sources" || end == "list"))
        .collect();
    paths.sort_unstable();
    paths.insert(0, "/etc/apt/sources.list".into());
    paths.into_iter().filter_map(|path| fs::read_to_string(path).ok()).collect()
}
