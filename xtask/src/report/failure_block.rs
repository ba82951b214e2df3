//! Why a step failed, with all one needs to go on: what to do, the command to paste, the end of its output, where the rest is.

use std::fmt::Write;

use crate::exec::{Failure, Outcome, StepReport};

use super::View;

/// The block for a failed step; `None` for any other.
pub fn failure_block(report: &StepReport, view: &View) -> Option<String> {
    let Outcome::Failed(failure) = &report.outcome else { return None };
    let Failure {
        class: _,
        message,
        hint,
        command,
        status,
        output: _,
    } = failure.as_ref();
    let style = view.style;
    let mut lines = message.lines();
    let first = lines.next().unwrap_or("it says nothing of why");
    let mut block = format!("{} {}: {first}\n", style.bad("✗"), style.bad(report.id.as_str()));
    // Writing to a string cannot fail.
    for line in lines {
        let _ = writeln!(block, "  {line}");
    }
    let mut field = |name: &str, text: &str| {
        let _ = writeln!(
            block,
            "  {} {}",
            style.dim(&format!("{name:<8}")),
            text.replace('\n', "\n           ")
        );
    };
    if let Some(hint) = hint {
        field("hint", hint);
    }
    if let Some(command) = command {
        field("command", &view.command(command));
    }
    if let Some(status) = status {
        field("status", status);
    }
    if let Some(log) = &report.log {
        field("log", &view.path(log));
    }
    for line in &report.tail {
        let _ = writeln!(block, "  {} {line}", style.dim("│"));
    }
    Some(block)
}
