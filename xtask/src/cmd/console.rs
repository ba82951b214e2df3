//! The two streams. A closed pipe or a full disk at the other end is no reason to panic.

use std::io::{self, IsTerminal as _, Write as _};

use crate::cli::ColorWhen;

use super::CommandFailure;

/// Where commands write: the answer to standard output, everything else to standard error.
#[derive(Clone, Copy, Debug)]
pub struct Console {
    /// Whether standard error is coloured.
    pub color: bool,
}

impl Console {
    /// Decides on colours: `auto` means on a terminal, unless `NO_COLOR` is set to something (no-color.org) or `TERM` is `dumb`.
    pub fn new(when: ColorWhen) -> Self {
        let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
        let color = match when {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            ColorWhen::Auto => io::stderr().is_terminal() && set("NO_COLOR").is_none() && set("TERM").is_none_or(|term| term != "dumb"),
        };
        Self { color }
    }

    /// Writes the answer, with a line end.
    pub fn out(&self, text: &str) {
        drop(writeln!(io::stdout().lock(), "{}", text.trim_end()));
    }

    /// Writes something besides the answer, with a line end.
    pub fn note(&self, text: &str) {
        drop(writeln!(io::stderr().lock(), "{}", text.trim_end()));
    }

    /// Says why a command could not do its work, and gives its exit code.
    pub fn fail(&self, failure: &CommandFailure) -> u8 {
        let (start, end) = if self.color { ("\u{1b}[1;31m", "\u{1b}[0m") } else { ("", "") };
        self.note(&format!("{start}error{end}: {:#}", failure.error));
        if let Some(hint) = &failure.hint {
            self.note(&format!("  = help: {hint}"));
        }
        failure.exit_code
    }

    /// Asks on the terminal; `None` where nobody can answer.
    pub fn confirm(&self, question: &str) -> Option<bool> {
        if !io::stdin().is_terminal() {
            return None;
        }
        drop(write!(io::stderr().lock(), "{question} [y/N] "));
        let mut answer = String::new();
        io::stdin().read_line(&mut answer).ok()?;
        Some(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
    }
}
