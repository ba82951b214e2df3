//! What an action may use while it runs: commands, its log, what earlier steps gave. The only way from an action to the world.

use std::{sync::Arc, time::Duration};

use crate::{plan::StepId, tool::CommandLine};

use super::{Failure, Outputs, RunOptions};

/// Handed to each action.
#[derive(Debug)]
pub struct StepContext {
    /// The step that runs.
    pub step: StepId,
    /// How the plan is run.
    pub options: Arc<RunOptions>,
    /// What earlier steps gave.
    pub outputs: Arc<Outputs>,
}

/// How a command ended, and what it wrote.
#[derive(Clone, Debug)]
pub struct CommandOutput {
    /// Exit code; `None` if a signal ended it.
    pub code: Option<i32>,
    /// `exit status 1`, `signal 9`.
    pub status: String,
    /// Everything on standard output.
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
    /// Runs a command to its end, whatever its exit code: in a process group of its own, standard input closed, each line of its output in the
    /// step's log as it comes. `Err` if it cannot be started, takes longer than the step may, or the run is interrupted.
    pub async fn run(&self, command: &CommandLine) -> Result<CommandOutput, Failure> {
        let _ = command;
        todo!()
    }

    /// As [`run`](Self::run), with bytes for standard input (they are not logged) and a deadline of its own.
    pub async fn run_with(&self, command: &CommandLine, stdin: Option<Vec<u8>>, deadline: Duration) -> Result<CommandOutput, Failure> {
        let _ = (command, stdin, deadline);
        todo!()
    }

    /// As [`run`](Self::run), but what it writes to standard output is not logged (it is data, such as a tar or JSON), only kept as bytes.
    pub async fn read(&self, command: &CommandLine) -> Result<(CommandOutput, Vec<u8>), Failure> {
        let _ = command;
        todo!()
    }

    /// Adds a line to the step's log.
    pub fn log(&self, line: &str) {
        let _ = line;
    }

    /// Says something people must see even when all goes well.
    pub fn notice(&self, text: &str) {
        let _ = text;
    }
}
