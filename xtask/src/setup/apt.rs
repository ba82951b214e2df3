//! apt: what a package's candidate is, and a newer suite beside the machine's own.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use xshell::{Shell, cmd};

use super::{probe, runner::Runner};

/// The suite that has an engine with buildx, for Debian 12, which has none.
const NEWER: &str = "trixie";
/// The suite of Debian 12.
const OLDER: &str = "bookworm";

/// Brings the lists of packages up to date.
pub(super) fn update(runner: &mut Runner<'_, '_>) -> anyhow::Result<()> {
    let shell = Shell::new()?;
    runner.run(cmd!(shell, "apt-get update -q -o Acquire::Retries=3 -o DPkg::Lock::Timeout=120"))
}

/// Installs packages, from a certain suite if one is given.
pub(super) fn install(packages: &[&str], suite: Option<&str>, runner: &mut Runner<'_, '_>) -> anyhow::Result<()> {
    let shell = Shell::new()?;
    let _quiet = shell.push_env("DEBIAN_FRONTEND", "noninteractive");
    let suite = suite.map(|suite| format!("--target-release={suite}"));
    let options = [
        "-q",
        "--no-install-recommends",
        "-o",
        "Acquire::Retries=3",
        "-o",
        "DPkg::Lock::Timeout=120",
    ];
    runner.run(cmd!(shell, "apt-get install -y {options...} {suite...} {packages...}"))
}

/// The version apt would install, without its epoch; `None` if it knows no such package.
pub(super) fn candidate(package: &str) -> Option<semver::Version> {
    let policy = probe::ask("apt-cache", &["policy", package])?;
    let line = policy.lines().find_map(|line| line.trim().strip_prefix("Candidate: "))?;
    probe::version(line.rsplit_once(':').map_or(line, |(_, version)| version))
}

/// Puts Debian 13's sources beside Debian 12's, pinned so low that nothing comes from there unasked. Gives the suite; `None` if this is no Debian 12.
pub(super) fn add_newer_suite(runner: &mut Runner<'_, '_>) -> anyhow::Result<Option<&'static str>> {
    let Some((path, text)) = own_sources() else { return Ok(None) };
    let end = path.extension().and_then(|end| end.to_str()).unwrap_or("sources");
    write(
        &Path::new("/etc/apt/sources.list.d").join(format!("xtask-{NEWER}.{end}")),
        &text.replace(OLDER, NEWER),
        runner,
    )?;
    let pin = format!("Package: *\nPin: release n={NEWER}*\nPin-Priority: 100\n");
    write(Path::new(&format!("/etc/apt/preferences.d/xtask-{NEWER}")), &pin, runner)?;
    Ok(Some(NEWER))
}

fn write(path: &Path, text: &str, runner: &mut Runner<'_, '_>) -> anyhow::Result<()> {
    runner.say(&format!("writing {}", path.display()));
    fs::write(path, text).with_context(|| format!("cannot write `{}`", path.display()))
}

/// The machine's own sources for Debian 12, in whichever form they are.
fn own_sources() -> Option<(PathBuf, String)> {
    let folder = fs::read_dir("/etc/apt/sources.list.d")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path());
    let paths = folder.chain(["/etc/apt/sources.list".into()]);
    let known = paths.filter(|path| path.extension().is_some_and(|end| end == "sources" || end == "list"));
    known
        .filter_map(|path| fs::read_to_string(&path).ok().map(|text| (path, text)))
        .find(|(_, text)| names_suite(text))
}

fn names_suite(text: &str) -> bool {
    let active = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    active
        .filter(|line| line.starts_with("Suites:") || line.starts_with("deb "))
        .any(|line| line.split_whitespace().any(|word| word == OLDER))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_debian_12_gets_a_newer_suite_beside_it() {
        assert!(names_suite(
            "Types: deb\nURIs: http://mirror.invalid/debian\nSuites: bookworm bookworm-updates\n"
        ));
        assert!(names_suite("deb http://mirror.invalid/debian bookworm main\n"));
        assert!(!names_suite("# deb http://mirror.invalid/debian bookworm main\n"));
        assert!(!names_suite("Suites: noble noble-updates\n"));
        assert!(!names_suite("deb http://mirror.invalid/x bookworm-extras main\n"));
    }
}
