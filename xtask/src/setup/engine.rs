//! Starting the docker engine, and waiting until it answers.

use std::{
    fs::{self, File},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use xshell::{Shell, cmd};

use super::{
    inspect,
    machine::Machine,
    runner::{self, Runner},
};

/// How long a daemon may take until it answers.
const START: Duration = Duration::from_secs(90);
/// Where it says why it does not start, if systemd does not keep that.
const LOG: &str = "/var/log/dockerd.log";
/// Where it keeps its process id.
const PID_FILE: &str = "/var/run/docker.pid";

/// Starts the engine, unless it runs or is starting: the package may have done that.
pub(super) fn start(machine: &Machine, runner: &mut Runner<'_, '_>) -> anyhow::Result<()> {
    if inspect::engine_version().is_some() {
        return Ok(());
    }
    let shell = Shell::new()?;
    let mut daemon = None;
    if machine.systemd {
        runner.run(&cmd!(shell, "systemctl start docker").into())?;
    } else if !is_starting() {
        daemon = Some(spawn(machine, runner)?);
    }
    wait(daemon, runner)
}

/// In a session of its own: neither Ctrl-C nor the end of the terminal is meant for it.
fn spawn(machine: &Machine, runner: &mut Runner<'_, '_>) -> anyhow::Result<Child> {
    let program = machine.daemon.as_deref().unwrap_or(Path::new("dockerd"));
    runner.say(&format!("$ setsid {} >>{LOG} 2>&1 </dev/null &", program.display()));
    let log = File::options()
        .create(true)
        .append(true)
        .open(LOG)
        .with_context(|| format!("cannot write `{LOG}`"))?;
    let mut command = Command::new("setsid");
    command.arg(program).current_dir("/").stdin(Stdio::null());
    command.stdout(log.try_clone()?).stderr(log);
    command.spawn().context("cannot run `setsid`")
}

/// Waits until the engine answers, or the daemon we started ends without another being there.
fn wait(mut daemon: Option<Child>, runner: &mut Runner<'_, '_>) -> anyhow::Result<()> {
    let since = Instant::now();
    let why = loop {
        if let Some(version) = inspect::engine_version() {
            runner.say(&format!("the docker engine {version} answers"));
            return Ok(());
        }
        let ended = daemon.as_mut().and_then(|daemon| daemon.try_wait().ok().flatten());
        if let Some(status) = ended.filter(|_| !is_starting()) {
            break format!("`dockerd` ends ({status})");
        }
        if since.elapsed() > START {
            break format!("the docker engine does not answer after {} s", START.as_secs());
        }
        thread::sleep(Duration::from_millis(200));
    };
    let log = fs::read(LOG).unwrap_or_default();
    bail!("{why}; the end of `{LOG}`:\n{}", runner::tail(&String::from_utf8_lossy(&log)));
}

/// Whether a daemon lives, whoever started it. One that has ended and was not waited for by its parent has no program any more.
fn is_starting() -> bool {
    let id = fs::read_to_string(PID_FILE).unwrap_or_default();
    let program = fs::read_link(format!("/proc/{}/exe", id.trim()));
    program.is_ok_and(|program| program.file_name().is_some_and(|name| name == "dockerd"))
}
