//! Why a command could not do its work.

/// An error with the exit code it means, and what to do next.
#[derive(Debug)]
pub struct CommandFailure {
    /// 2 usage, 3 pipeline.toml, 4 the machine, 5 conflict, 6 network, 7 not authorised.
    pub exit_code: u8,
    /// What went wrong, with its contexts.
    pub error: anyhow::Error,
    /// What to do next.
    pub hint: Option<String>,
}

impl CommandFailure {
    /// An error with an exit code.
    pub fn new(exit_code: u8, error: impl Into<anyhow::Error>) -> Self {
        Self {
            exit_code,
            error: error.into(),
            hint: None,
        }
    }

    /// Adds what to do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl From<anyhow::Error> for CommandFailure {
    /// What nobody classified is the machine's fault.
    fn from(error: anyhow::Error) -> Self {
        Self::new(4, error)
    }
}
