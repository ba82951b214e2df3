//! A shell-out of the user's own.

use super::CommandLine;

/// Run the user's command.
#[derive(Clone, Debug)]
pub struct RunJob {
    /// The command, templates expanded but for late tokens.
    pub command: CommandLine,
}
