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
        &in_newer_suite(&text),
        runner,
    )?;
    // With the star, since `trixie-updates` and `trixie-security` are code names of their own: unpinned, they would upgrade the whole machine.
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
    // Debian's own name for its file first, so that the answer does not hang on the order of the folder.
    let mut known: Vec<PathBuf> = known.collect();
    known.sort_by_key(|path| (path.file_stem().is_none_or(|stem| stem != "debian"), path.clone()));
    known
        .into_iter()
        .filter_map(|path| fs::read_to_string(&path).ok().map(|text| (path, text)))
        .find(|(_, text)| names_suite(text))
}

fn names_suite(text: &str) -> bool {
    let own = text.lines().filter(|line| is_of_debian(line));
    own.flat_map(str::split_whitespace).any(|word| word == OLDER)
}

/// Whether a line of either form names suites of Debian itself. Other people's repositories use its suite names, too, but not its component `main`
/// in the one-line form; in the other they are told apart by the file, since the components stand on another line.
fn is_of_debian(line: &str) -> bool {
    line.starts_with("Suites:") || (line.starts_with("deb ") && line.split_whitespace().any(|word| word == "main"))
}

/// The same sources with the suites of Debian 13; hosts, keys and comments stay as they are. Of the one-line form, other people's lines are left out.
fn in_newer_suite(text: &str) -> String {
    let kept = text.lines().filter(|line| !line.starts_with("deb ") || is_of_debian(line));
    let mut lines = String::new();
    for line in kept {
        let words = line.split(' ').map(|word| match word.strip_prefix(OLDER) {
            Some(rest) if is_of_debian(line) && (rest.is_empty() || rest.starts_with('-')) => format!("{NEWER}{rest}"),
            _ => word.to_owned(),
        });
        lines.push_str(&words.collect::<Vec<_>>().join(" "));
        lines.push('\n');
    }
    lines
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
        assert!(!names_suite("deb https://vendor.invalid/linux/debian bookworm stable\n"));
    }

    #[test]
    fn only_the_suites_of_sources_change() {
        let stanza = |suites: &str, security: &str| {
            format!(
                "Types: deb\n# as of bookworm\nURIs: http://mirror.invalid/bookworm/debian\nSuites: {suites}\nComponents: main\n\n\
                 Types: deb\nURIs: http://mirror.invalid/security\nSuites: {security}\nComponents: main\nSigned-By: /keys/bookworm.gpg\n"
            )
        };
        assert_eq!(
            in_newer_suite(&stanza("bookworm bookworm-updates", "bookworm-security")),
            stanza("trixie trixie-updates", "trixie-security")
        );
        assert_eq!(
            in_newer_suite(
                "# from the installer\ndeb [arch=amd64] http://mirror.invalid/bookworm bookworm main contrib\n\
                 deb http://mirror.invalid/security bookworm-security main\n\
                 deb https://vendor.invalid/linux/debian bookworm stable\n"
            ),
            "# from the installer\ndeb [arch=amd64] http://mirror.invalid/bookworm trixie main contrib\n\
             deb http://mirror.invalid/security trixie-security main\n"
        );
    }
}
