//! A stand-in for a base image: a Debian root made by mmdebstrap on this machine, imported under a name that no registry has.

use std::{fs, path::Path};

use crate::{
    pipeline::Fallback,
    tool::{CommandLine, debian_root},
};

use super::super::super::{Failure, StepContext};

/// The stand-in's reference, built if the engine does not have it yet.
pub(super) async fn provide(reference: &str, fallback: &Fallback, context: &StepContext) -> Result<String, Failure> {
    let name = debian_root::name(reference, fallback);
    let inspect = CommandLine::new(["docker", "image", "inspect", "--format", "{{.Id}}", &name]);
    if context.run(&inspect).await?.success() {
        return Ok(name);
    }
    import(reference, fallback, &name, true, context).await?;
    Ok(name)
}

/// Builds the root and imports it as `target`. Two processes that do so at once import the same thing twice, and the later one wins.
pub(super) async fn import(reference: &str, fallback: &Fallback, target: &str, mark: bool, context: &StepContext) -> Result<(), Failure> {
    let tar = context.options.run_dir.join(format!("{}.tar", debian_root::file_stem(reference)));
    if !tar.exists() {
        bootstrap(fallback, &tar, context).await?;
    }
    let command = debian_root::import(&tar.display().to_string(), reference, fallback, target, mark);
    let ended = context.run(&command).await?;
    if !ended.success() {
        return Err(Failure::machine("docker cannot import the stand-in").about(&command, Some(&ended)));
    }
    if mark {
        return Ok(());
    }
    fs::remove_file(&tar).map_err(|error| Failure::machine(format!("cannot remove `{}`: {error}", tar.display())))
}

async fn bootstrap(fallback: &Fallback, tar: &Path, context: &StepContext) -> Result<(), Failure> {
    let sources = debian_root::sources(&host_sources(), &fallback.suite);
    let partial = tar.with_extension("partial.tar");
    let command = debian_root::bootstrap(fallback, &partial.display().to_string(), sources.is_some());
    let ended = context
        .run_with(&command, sources.map(String::into_bytes), context.limits.step)
        .await?;
    if !ended.success() {
        let hint = "its log says why; mmdebstrap needs root or user namespaces, and a route to Debian's packages";
        return Err(Failure::machine("mmdebstrap cannot build the stand-in")
            .hint(hint)
            .about(&command, Some(&ended)));
    }
    fs::rename(&partial, tar).map_err(|error| Failure::machine(format!("cannot rename `{}`: {error}", partial.display())))
}

/// The texts of the host's apt sources, so that a machine with mirrors of its own uses them here, too.
fn host_sources() -> Vec<String> {
    let folder = fs::read_dir("/etc/apt/sources.list.d")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path());
    let mut paths: Vec<_> = folder
        .filter(|path| path.extension().is_some_and(|end| end == "sources" || end == "list"))
        .collect();
    paths.sort_unstable();
    paths.push("/etc/apt/sources.list".into());
    paths.into_iter().filter_map(|path| fs::read_to_string(path).ok()).collect()
}
