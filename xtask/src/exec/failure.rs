//! Why a step failed, so that a person can act on it and a machine can tell by the exit code.

use crate::tool::CommandLine;

use super::{CommandOutput, StepOutput};

/// What kind of failure, each with an exit code of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FailureClass {
    /// The step did its work and the answer is no: exit 1.
    Step,
    /// This machine cannot: a tool is missing, the daemon is down, the disk is full: exit 4.
    Machine,
    /// Something else is already there: exit 5.
    Conflict,
    /// A registry, AWS or the network did not answer well within the retries: exit 6.
    Network,
    /// Not authorised: exit 7.
    Authorisation,
}

impl FailureClass {
    /// The process's exit code for this class.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Step => 1,
            Self::Machine => 4,
            Self::Conflict => 5,
            Self::Network => 6,
            Self::Authorisation => 7,
        }
    }
}

/// Why a step failed.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What kind.
    pub class: FailureClass,
    /// What is wrong: lower case, present tense, no trailing full stop; several lines where several things are.
    pub message: String,
    /// What to do next.
    pub hint: Option<String>,
    /// The command that failed, if one did.
    pub command: Option<CommandLine>,
    /// How it ended: `exit status 1`, `signal 9`.
    pub status: Option<String>,
    /// What the step found out before it failed.
    pub output: StepOutput,
}

impl Failure {
    /// A failure with a message only.
    pub fn new(class: FailureClass, message: impl Into<String>) -> Self {
        Self {
            class,
            message: message.into(),
            hint: None,
            command: None,
            status: None,
            output: StepOutput::default(),
        }
    }

    /// The step did its work and the answer is no.
    pub fn step(message: impl Into<String>) -> Self {
        Self::new(FailureClass::Step, message)
    }

    /// This machine cannot.
    pub fn machine(message: impl Into<String>) -> Self {
        Self::new(FailureClass::Machine, message)
    }

    /// Adds what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Adds the command it is about, and how that ended if it did.
    #[must_use]
    pub fn about(mut self, command: &CommandLine, ended: Option<&CommandOutput>) -> Self {
        self.command = Some(command.clone());
        self.status = ended.map(|output| output.status.clone());
        self
    }

    /// Adds what the step found out before it failed.
    #[must_use]
    pub fn output(mut self, output: StepOutput) -> Self {
        self.output = output;
        self
    }
}
