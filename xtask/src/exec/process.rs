//! One program, from start to end: in a process group of its own, read as it writes, and surely ended when it must be.
//!
//! Killing the group takes along what the program started; what left the group (`setsid`) cannot hold us either, because reading its
//! output has a deadline. Dropping the future kills the group, so an aborted step leaves nothing running.

use std::{
    io,
    os::unix::process::ExitStatusExt,
    path::Path,
    process::{ExitStatus, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};
use tokio::{
    io::{AsyncWrite, AsyncWriteExt},
    process::{Child, Command},
    time::{Instant, sleep, sleep_until, timeout},
};

use crate::tool::CommandLine;

use super::{Cancel, CommandOutput, Failure, Limits, RunOptions, capture::Capture, log::StepLog, program};

/// A program to run and all that it is run with.
pub(super) struct Process<'a> {
    pub command: &'a CommandLine,
    pub options: &'a RunOptions,
    pub limits: &'a Limits,
    pub cancel: &'a Cancel,
    pub log: &'a StepLog,
    /// Bytes for standard input; closed if `None`.
    pub stdin: Option<Vec<u8>>,
    /// Whether standard output is text for people, or data for us.
    pub log_stdout: bool,
    /// When it must have ended, and how long that is in all, for the message.
    pub deadline: (Instant, Duration),
    /// Set if it is ended by an interrupt.
    pub interrupted: &'a AtomicBool,
}

/// How a program ended.
pub(super) struct Ended {
    pub status: ExitStatus,
    pub stdout: Capture,
    pub stderr: Capture,
}

impl Ended {
    /// Everything it wrote to standard output, as bytes, taken out.
    pub(super) fn take_stdout(mut self) -> (Vec<u8>, Self) {
        let stdout = std::mem::replace(&mut self.stdout, Capture::new(false));
        (stdout.into_bytes(), self)
    }

    /// For an action to read.
    pub(super) fn into_output(self) -> CommandOutput {
        CommandOutput {
            code: self.status.code(),
            status: describe(self.status),
            stdout: self.stdout.into_text(),
            stderr: self.stderr.into_text(),
        }
    }
}

/// Why a program was made to end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stopped {
    Deadline,
    Interrupted,
}

impl Process<'_> {
    /// Runs it. `Err` if it cannot be started or was made to end.
    pub(super) async fn run(mut self) -> Result<Ended, Failure> {
        let stdin = self.stdin.take();
        if self.cancel.signal().is_some() {
            return Err(self.stopped(Stopped::Interrupted));
        }
        self.log.line(&format!("$ {}", self.command));
        let mut child = self.spawn(stdin.is_some())?;
        let mut group = Group::of(&child);
        let mut stdout = Capture::new(self.log_stdout);
        let mut stderr = Capture::new(true);
        let (input, out, err) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let (status, stopped) = {
            let pump = async { tokio::join!(feed(input, stdin), stdout.read(out, self.log), stderr.read(err, self.log)) };
            tokio::pin!(pump);
            let mut pumped = false;
            let supervise = self.supervise(&mut child, &group);
            tokio::pin!(supervise);
            let ended = loop {
                tokio::select! {
                    ended = &mut supervise => break ended,
                    _ = &mut pump, if !pumped => pumped = true,
                }
            };
            if !pumped && timeout(self.limits.drain, &mut pump).await.is_err() {
                self.log
                    .line("(the program ended, but something it started still holds its output; it is not waited for)");
                group.signal(Signal::KILL);
                let _ = timeout(self.limits.drain / 10, &mut pump).await;
            }
            ended.map_err(|error| self.failure(format!("`{}` cannot be waited for: {error}", self.name())))?
        };
        group.release();
        stdout.finish(self.log);
        stderr.finish(self.log);
        match stopped {
            None => Ok(Ended { status, stdout, stderr }),
            Some(why) => Err(self.stopped(why)),
        }
    }

    fn name(&self) -> &str {
        self.command.argv.first().map_or("", String::as_str)
    }

    fn failure(&self, message: String) -> Failure {
        Failure::machine(message).about(self.command, None)
    }

    fn spawn(&self, stdin: bool) -> Result<Child, Failure> {
        let root: &Path = &self.options.root;
        let cwd = self
            .command
            .cwd
            .as_ref()
            .map_or_else(|| root.to_owned(), |folder| root.join(folder));
        let program = program::find(self.command, self.options, &cwd)?;
        if !cwd.is_dir() {
            let message = format!("`{}` cannot be started: the folder `{}` does not exist", self.name(), cwd.display());
            return Err(self.failure(message).hint("correct its `cwd`"));
        }
        let mut command = Command::new(&program);
        for (name, _) in std::env::vars_os() {
            if self.command.removes_env(&name.to_string_lossy()) {
                command.env_remove(&name);
            }
        }
        command
            .args(&self.command.argv[1..])
            .envs(&self.command.env)
            .env("PATH", program::path_variable(self.command, self.options))
            .current_dir(&cwd)
            .stdin(if stdin { Stdio::piped() } else { Stdio::null() })
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true);
        command.spawn().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => program::not_found(&program.display().to_string()).about(self.command, None),
            _ => self.failure(format!("`{}` cannot be started: {error}", program.display())),
        })
    }

    /// Waits for the program, or makes it end: when its time is up, or the run is interrupted.
    async fn supervise(&self, child: &mut Child, group: &Group) -> io::Result<(ExitStatus, Option<Stopped>)> {
        let why = tokio::select! {
            // An interrupted run starts nothing and fails nothing else.
            biased;
            _ = self.cancel.requested() => Stopped::Interrupted,
            status = child.wait() => return Ok((status?, None)),
            () = sleep_until(self.deadline.0) => Stopped::Deadline,
        };
        group.signal(Signal::TERM);
        let gone = async {
            let status = child.wait().await;
            // The rest of the group gets the same grace as the program itself.
            while group.is_alive() {
                sleep(Duration::from_millis(20)).await;
            }
            status
        };
        let status = tokio::select! {
            status = gone => Some(status?),
            () = sleep(self.limits.grace) => None,
            _ = self.cancel.killed() => None,
        };
        group.signal(Signal::KILL);
        let status = match status {
            Some(status) => status,
            None => child.wait().await?,
        };
        Ok((status, Some(why)))
    }

    fn stopped(&self, why: Stopped) -> Failure {
        match why {
            Stopped::Interrupted => {
                self.interrupted.store(true, Ordering::Relaxed);
                Failure::step(format!("`{}` was ended because the run was interrupted", self.name()))
            }
            Stopped::Deadline => {
                let message = format!("`{}` takes longer than {} and was ended", self.name(), human(self.deadline.1));
                Failure::step(message).hint("look at its log for what it waits for, or give the stage a longer `timeout`")
            }
        }
        .about(self.command, None)
    }
}

/// `90s` as `1m 30s`, `0.25s` as `250ms`.
fn human(duration: Duration) -> String {
    let (seconds, minutes) = (duration.as_secs() % 60, duration.as_secs() / 60);
    match (minutes, seconds) {
        (0, 0) => format!("{}ms", duration.as_millis()),
        (0, seconds) => format!("{seconds}s"),
        (minutes, 0) => format!("{minutes}m"),
        (minutes, seconds) => format!("{minutes}m {seconds}s"),
    }
}

/// Writes standard input and closes it. A program that does not read it all is free not to.
async fn feed<W: AsyncWrite + Unpin>(input: Option<W>, bytes: Option<Vec<u8>>) {
    if let (Some(mut input), Some(bytes)) = (input, bytes) {
        let _ = input.write_all(&bytes).await;
        let _ = input.shutdown().await;
    }
}

/// `exit status 1`, `signal 9`.
fn describe(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit status {code}"),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => "unknown status".to_owned(),
    }
}

/// A child's process group; killed when dropped, unless released.
struct Group(Option<Pid>);

impl Group {
    fn of(child: &Child) -> Self {
        Self(child.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw))
    }

    /// That it is gone already is fine.
    fn signal(&self, signal: Signal) {
        if let Some(id) = self.0 {
            let _ = kill_process_group(id, signal);
        }
    }

    fn is_alive(&self) -> bool {
        self.0.is_some_and(|id| test_kill_process_group(id).is_ok())
    }

    /// From now on the group's number may belong to somebody else.
    fn release(&mut self) {
        self.0 = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
    }
}
