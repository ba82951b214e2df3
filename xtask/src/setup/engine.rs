//! The docker engine, buildx and mmdebstrap, from the system's packages.

use std::{
    fs::File,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use semver::Version;
use xshell::{Shell, cmd};

use super::{Consent, Inspection, State, apt, probe, runner::Runner};

/// The first engine whose client knows `buildx build --load` as it is used here.
const OLDEST: Version = Version::new(23, 0, 0);
/// How long a daemon may take until it answers.
const START: Duration = Duration::from_secs(60);
const LOG: &str = "/var/log/dockerd.log";

/// What is to be installed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Packages {
    /// The engine with its client and buildx.
    engine: bool,
    /// mmdebstrap.
    mmdebstrap: bool,
    /// The daemon is there, and does not run.
    start: bool,
}

/// What to type for docker, on this machine.
pub(super) fn how_to_get() -> String {
    if cfg!(target_os = "macos") {
        "brew install --cask docker (Docker Desktop), or colima with docker and docker-buildx".to_owned()
    } else if Path::new("/etc/debian_version").exists() {
        "as root, `cargo xtask setup --install`; by hand: apt-get install docker.io docker-buildx (Debian 13, Ubuntu 24.04 and later)"
            .to_owned()
    } else if Path::new("/etc/fedora-release").exists() {
        "dnf install moby-engine docker-buildx".to_owned()
    } else {
        "docs.docker.com/engine/install says how on this system".to_owned()
    }
}

/// What to type for a daemon that does not answer.
pub(super) fn how_to_start() -> String {
    if cfg!(target_os = "macos") {
        "start Docker Desktop, or `colima start`".to_owned()
    } else if find_daemon() && has_systemd() {
        "systemctl start docker (and be root, or in the group `docker`)".to_owned()
    } else if find_daemon() {
        "as root, `cargo xtask setup --install` starts it".to_owned()
    } else {
        how_to_get()
    }
}

/// What an inspection leaves to the system's packages; an error if this machine has none we know.
pub(super) fn packages(inspection: &Inspection) -> anyhow::Result<Packages> {
    let missing = |name: &str| inspection.tool(name).is_some_and(|tool| tool.state != State::Ready);
    let no_engine = missing("docker engine");
    let start = no_engine && find_daemon() && !missing("docker") && !missing("docker buildx");
    let wanted = Packages {
        engine: (no_engine && !start) || missing("docker") || missing("docker buildx"),
        mmdebstrap: missing("mmdebstrap"),
        start,
    };
    if wanted == Packages::default() {
        return Ok(wanted);
    }
    if !Path::new("/etc/debian_version").exists() || !is_root() {
        if wanted
            == (Packages {
                mmdebstrap: true,
                ..Packages::default()
            })
        {
            // Stand-ins are a help, not a need.
            return Ok(Packages::default());
        }
        bail!(
            "docker can be installed here only as root on Debian or Ubuntu; otherwise: {}",
            if start { how_to_start() } else { how_to_get() }
        );
    }
    Ok(wanted)
}

/// Installs and starts what is wanted.
pub(super) fn install(wanted: &Packages, consent: &mut Consent<'_>, runner: &mut Runner<'_, '_>) -> anyhow::Result<()> {
    let mut doing = Vec::new();
    if wanted.engine {
        doing.push("install the docker engine with buildx by apt-get");
    }
    if wanted.mmdebstrap {
        doing.push("install mmdebstrap by apt-get");
    }
    if wanted.engine || wanted.start {
        doing.push("start the docker daemon");
    }
    if doing.is_empty() {
        return Ok(());
    }
    if consent(&format!("{}?", doing.join(", "))) != Some(true) {
        bail!("this would be done: {}; say yes on a terminal, or pass `--yes`", doing.join(", "));
    }
    if wanted.engine || wanted.mmdebstrap {
        apt::update(runner)?;
    }
    if wanted.mmdebstrap {
        apt::install(&["mmdebstrap"], None, runner)?;
    }
    if wanted.engine {
        install_engine(runner)?;
    }
    start(runner)
}

fn install_engine(runner: &mut Runner<'_, '_>) -> anyhow::Result<()> {
    let good = apt::candidate("docker.io").is_some_and(|version| version >= OLDEST) && apt::candidate("docker-buildx").is_some();
    let suite = if good {
        None
    } else {
        let suite = apt::add_newer_suite(runner)?
            .with_context(|| format!("the packages of this system have no engine with buildx; {}", how_to_get()))?;
        apt::update(runner)?;
        Some(suite)
    };
    // Debian splits client and engine since 13; Ubuntu does not.
    let split = suite.is_some() || apt::candidate("docker-cli").is_some();
    let mut packages = vec!["docker.io", "docker-buildx", "iptables"];
    packages.extend(split.then_some("docker-cli"));
    apt::install(&packages, suite, runner)
}

fn start(runner: &mut Runner<'_, '_>) -> anyhow::Result<()> {
    if answers() {
        return Ok(());
    }
    let shell = Shell::new()?;
    if has_systemd() {
        runner.run(cmd!(shell, "systemctl start docker"))?;
    } else {
        runner.say(&format!("starting dockerd; its log: {LOG}"));
        let log = File::options()
            .create(true)
            .append(true)
            .open(LOG)
            .with_context(|| format!("cannot write `{LOG}`"))?;
        // A session of its own: neither Ctrl-C nor the end of the terminal is meant for it.
        let mut daemon = Command::new("setsid");
        daemon
            .args(["--fork", "dockerd"])
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        daemon.status().context("cannot run `dockerd`")?;
    }
    wait(runner)
}

fn wait(runner: &mut Runner<'_, '_>) -> anyhow::Result<()> {
    let since = Instant::now();
    while since.elapsed() < START {
        if answers() {
            runner.say("the docker engine answers");
            return Ok(());
        }
        thread::sleep(Duration::from_millis(300));
    }
    let log = std::fs::read_to_string(LOG).unwrap_or_default();
    let lines: Vec<&str> = log.lines().collect();
    bail!(
        "the docker engine does not answer after {} s\n{}",
        START.as_secs(),
        lines[lines.len().saturating_sub(15)..].join("\n")
    );
}

fn answers() -> bool {
    probe::ask("docker", &["version", "--format", "{{.Server.Version}}"]).is_some_and(|version| !version.is_empty())
}

fn find_daemon() -> bool {
    ["/usr/bin/dockerd", "/usr/sbin/dockerd", "/usr/local/bin/dockerd"]
        .into_iter()
        .any(|path| Path::new(path).exists())
}

fn has_systemd() -> bool {
    Path::new("/run/systemd/system").exists()
}

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}
