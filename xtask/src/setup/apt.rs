//! apt: what it would install, what it installs, and a newer suite beside the machine's own.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use xshell::{Shell, cmd};

use crate::tool::CommandLine;

use super::{
    apt_sources,
    packages::{ASKED, Candidates},
    probe,
    runner::Runner,
    version,
};

/// Others may be installing; the network may have a bad moment.
const PATIENT: [&str; 5] = ["-q", "-o", "DPkg::Lock::Timeout=300", "-o", "Acquire::Retries=3"];

/// Brings the lists of packages up to date.
pub(super) fn update(runner: &mut Runner<'_, '_>) -> anyhow::Result<()> {
    let shell = Shell::new()?;
    let patient = PATIENT;
    runner.run_retrying(&noninteractive(cmd!(shell, "apt-get {patient...} update").into()), is_transient)
}

/// Installs packages. One written `PACKAGE/SUITE` comes from that suite, and so does what it needs of newer versions, but nothing more: with
/// `--target-release` the C library and the system's own base files would be replaced along with it.
pub(super) fn install(packages: &[String], runner: &mut Runner<'_, '_>) -> anyhow::Result<()> {
    if packages.is_empty() {
        return Ok(());
    }
    let shell = Shell::new()?;
    let patient = PATIENT;
    let install = cmd!(shell, "apt-get {patient...} install --yes --no-install-recommends {packages...}");
    runner.run_retrying(&noninteractive(install.into()), is_transient)
}

/// What apt would install of the packages that matter.
pub(super) fn candidates() -> Candidates {
    let args: Vec<&str> = ["policy"].into_iter().chain(ASKED).collect();
    let answer = probe::ask("apt-cache", &args);
    read_policy(answer.text().unwrap_or_default())
}

/// Puts the newer suite beside the machine's own, and gives its name; `None` if the machine is of no suite that needs it.
pub(super) fn add_newer_suite(runner: &mut Runner<'_, '_>) -> anyhow::Result<Option<&'static str>> {
    let folder = Path::new("/etc/apt/sources.list.d");
    let (mut deb822, mut one_line) = (Vec::new(), Vec::new());
    for (path, text) in own_sources(folder) {
        if path.extension().is_some_and(|extension| extension == "sources") {
            deb822.extend(apt_sources::deb822(&text));
        } else {
            one_line.extend(apt_sources::one_line(&text));
        }
    }
    if deb822.is_empty() && one_line.is_empty() {
        return Ok(None);
    }
    let suite = apt_sources::NEWER;
    // The pin first: without it the next update would make the whole system want to move.
    write(
        &Path::new("/etc/apt/preferences.d").join(format!("xtask-{suite}")),
        &apt_sources::pin(),
        runner,
    )?;
    for (texts, extension) in [(deb822, "sources"), (one_line, "list")] {
        if !texts.is_empty() {
            write(&folder.join(format!("xtask-{suite}.{extension}")), &texts.join("\n"), runner)?;
        }
    }
    Ok(Some(suite))
}

/// The messages have to be those that `is_transient` knows.
fn noninteractive(line: CommandLine) -> CommandLine {
    line.env("DEBIAN_FRONTEND", "noninteractive").env("LC_ALL", "C.UTF-8")
}

/// What another try may mend.
fn is_transient(output: &str) -> bool {
    let signs = [
        "Could not get lock",
        "Unable to acquire the dpkg frontend lock",
        "Failed to fetch",
        "Temporary failure resolving",
        "Unable to fetch some archives",
        "Connection timed out",
        "Hash Sum mismatch",
    ];
    signs.iter().any(|sign| output.contains(sign))
}

fn read_policy(text: &str) -> Candidates {
    let mut candidates = Candidates::new();
    let mut package = "";
    for line in text.lines() {
        if let Some(name) = line.strip_suffix(':').filter(|name| !name.starts_with(' ')) {
            package = name;
        } else if let Some(candidate) = line.trim().strip_prefix("Candidate: ").filter(|candidate| *candidate != "(none)") {
            candidates.insert(package.to_owned(), version::read(candidate));
        }
    }
    candidates
}

fn own_sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let others = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut paths: Vec<PathBuf> = others.chain([PathBuf::from("/etc/apt/sources.list")]).collect();
    paths.sort();
    let read = |path: PathBuf| {
        let extension = path.extension()?;
        let text = (extension == "sources" || extension == "list").then(|| fs::read_to_string(&path).ok())??;
        Some((path, text))
    };
    paths.into_iter().filter_map(read).collect()
}

fn write(path: &Path, text: &str, runner: &mut Runner<'_, '_>) -> anyhow::Result<()> {
    runner.say(&format!("writing {}", path.display()));
    fs::write(path, text).with_context(|| format!("cannot write `{}`", path.display()))
}

#[cfg(test)]
mod tests {
    use semver::Version;

    use super::*;

    #[test]
    fn candidates_are_read_from_policy() {
        let text = "\
docker.io:
  Installed: (none)
  Candidate: 20.10.24+dfsg1-1+deb12u1+b6
  Version table:
     20.10.24+dfsg1-1+deb12u1+b6 500
        500 http://mirror.invalid/debian bookworm/main amd64 Packages
docker-cli:
  Installed: (none)
  Candidate: (none)
  Version table:
docker-ce:
  Installed: (none)
  Candidate: 5:28.2.2-1~debian.12~bookworm
";
        let candidates = read_policy(text);
        assert_eq!(candidates.get("docker.io"), Some(&Some(Version::new(20, 10, 24))));
        assert_eq!(candidates.get("docker-cli"), None, "known by name only");
        assert_eq!(candidates.get("docker-ce"), Some(&Some(Version::new(28, 2, 2))));
    }

    #[test]
    fn only_what_may_pass_by_itself_is_tried_again() {
        assert!(is_transient(
            "E: Could not get lock /var/lib/apt/lists/lock. It is held by process 1 (apt-get)"
        ));
        assert!(!is_transient("E: Unable to locate package docker.io"));
    }
}
