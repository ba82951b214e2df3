//! What an action may use while it runs: commands, its log, what earlier steps gave. The only way from an action to the world.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::mpsc::{self, UnboundedReceiver, UnboundedSender},
    time::Instant,
};

use crate::{plan::StepId, tool::CommandLine};

use super::{
    Cancel, Event, Failure, Limits, Outputs, RunOptions,
    log::StepLog,
    process::{Ended, Process},
};

/// Handed to each action.
#[derive(Clone, Debug)]
pub struct StepContext {
    /// The step that runs.
    pub step: StepId,
    /// How the plan is run.
    pub options: Arc<RunOptions>,
    /// What earlier steps gave.
    pub outputs: Arc<Outputs>,
    /// How long things may take.
    pub limits: Limits,
    cancel: Cancel,
    log: Arc<StepLog>,
    events: UnboundedSender<Event>,
    started: Instant,
    interrupted: Arc<AtomicBool>,
    /// For all commands of the step; what a command sets itself wins.
    pub(super) env: BTreeMap<String, String>,
}

/// How a command ended, and what it wrote.
#[derive(Clone, Debug)]
pub struct CommandOutput {
    /// Exit code; `None` if a signal ended it.
    pub code: Option<i32>,
    /// `exit status 1`, `signal 9`.
    pub status: String,
    /// Everything on standard output; empty where [`StepContext::read`] gives it as bytes.
    pub stdout: String,
    /// Everything on standard error.
    pub stderr: String,
}

impl CommandOutput {
    /// Whether it ended with exit code 0.
    pub fn success(&self) -> bool {
        self.code == Some(0)
    }
}

impl StepContext {
    /// A context outside of a run, for tests and for commands that need one action only. The receiver gets its events.
    pub fn detached(options: RunOptions, step: StepId) -> (Self, UnboundedReceiver<Event>) {
        let (events, receiver) = mpsc::unbounded_channel();
        let context = Self::new(Arc::new(options), step, Arc::default(), Cancel::new(), events);
        (context, receiver)
    }

    /// A step's context; its log is created and its time starts.
    pub(super) fn new(
        options: Arc<RunOptions>,
        step: StepId,
        outputs: Arc<Outputs>,
        cancel: Cancel,
        events: UnboundedSender<Event>,
    ) -> Self {
        let log = Arc::new(StepLog::create(step.clone(), &options.run_dir, events.clone()));
        Self {
            step,
            options,
            outputs,
            limits: Limits::default(),
            cancel,
            log,
            events,
            started: Instant::now(),
            interrupted: Arc::default(),
            env: BTreeMap::new(),
        }
    }

    /// The same context under another request to stop.
    #[must_use]
    pub fn with_cancel(mut self, cancel: Cancel) -> Self {
        self.cancel = cancel;
        self
    }

    /// Runs a command to its end, whatever its exit code: in a process group of its own, standard input closed, each line of its output in the
    /// step's log as it comes. `Err` if it cannot be started, takes longer than the step may, or the run is interrupted.
    pub async fn run(&self, command: &CommandLine) -> Result<CommandOutput, Failure> {
        let ended = self.process(command, None, self.step_deadline(), true).await?;
        Ok(ended.into_output())
    }

    /// As [`run`](Self::run), with bytes for standard input (they are not logged) and a deadline of its own, the step's still applying.
    pub async fn run_with(&self, command: &CommandLine, stdin: Option<Vec<u8>>, deadline: Duration) -> Result<CommandOutput, Failure> {
        let own = (Instant::now() + deadline, deadline);
        let ended = self.process(command, stdin, own.min(self.step_deadline()), true).await?;
        Ok(ended.into_output())
    }

    /// As [`run`](Self::run), but what it writes to standard output is not logged (it is data, such as a tar or JSON), only kept as bytes.
    pub async fn read(&self, command: &CommandLine) -> Result<(CommandOutput, Vec<u8>), Failure> {
        let ended = self.process(command, None, self.step_deadline(), false).await?;
        if ended.stdout.is_truncated() {
            let message = format!("`{}` writes more data than is kept in memory", command.argv.join(" "));
            return Err(Failure::machine(message).about(command, None));
        }
        let (bytes, ended) = ended.take_stdout();
        Ok((ended.into_output(), bytes))
    }

    /// Adds a line to the step's log.
    pub fn log(&self, line: &str) {
        self.log.line(line);
    }

    /// From now on, none of `secrets` appears in the step's log or its events: a build may print the secret it is given.
    pub fn redact(&self, secrets: &[String]) {
        self.log.redact(secrets);
    }

    /// `text` without the secrets that are kept out of the log: what a failure quotes of a program's output.
    pub fn redacted(&self, text: &str) -> String {
        self.log.redacted(text)
    }

    /// Where the step's log is.
    pub fn log_path(&self) -> &Path {
        self.log.path()
    }

    /// Says something people must see even when all goes well. It goes into the log, too.
    pub fn notice(&self, text: &str) {
        self.log.line(text);
        // Nobody listening is no reason to stop.
        let _ = self.events.send(Event::Notice {
            step: self.step.clone(),
            text: text.to_owned(),
        });
    }

    /// Ends when the run is interrupted. Commands end by themselves then; this is for actions that wait for something else.
    pub async fn interrupted(&self) {
        self.cancel.requested().await;
        self.interrupted.store(true, Ordering::Relaxed);
    }

    /// Whether an interrupt reached this step: a failure it ends with is none of its own then.
    pub(super) fn was_interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }

    /// The last lines of the log.
    pub(super) fn log_tail(&self) -> Vec<String> {
        self.log.tail()
    }

    /// What went wrong with the log itself.
    pub(super) fn check_log(&self) -> Result<(), Failure> {
        self.log.check()
    }

    async fn process(
        &self,
        command: &CommandLine,
        stdin: Option<Vec<u8>>,
        deadline: (Instant, Duration),
        log_stdout: bool,
    ) -> Result<Ended, Failure> {
        let mut command = command.clone();
        for (name, value) in &self.env {
            command.env.entry(name.clone()).or_insert_with(|| value.clone());
        }
        let process = Process {
            command: &command,
            options: &self.options,
            limits: &self.limits,
            cancel: &self.cancel,
            log: &self.log,
            stdin,
            log_stdout,
            deadline,
            interrupted: &self.interrupted,
        };
        let ended = process.run().await?;
        self.log.check()?;
        Ok(ended)
    }

    fn step_deadline(&self) -> (Instant, Duration) {
        (self.started + self.limits.step, self.limits.step)
    }
}
