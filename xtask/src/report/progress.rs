//! A run while it happens: one [`Printer`] of four, fed by [`follow`].
//!
//! Printers get the time with each event, so that tests decide what time it is.

mod json;
mod plain;
mod quiet;
mod tty;

use std::{
    io::Write,
    time::{Duration, Instant},
};

use tokio::{
    sync::mpsc::UnboundedReceiver,
    time::{MissedTickBehavior, interval},
};

use crate::{
    exec::{Event, Journal},
    plan::Plan,
};

use super::{Fold, RunReport, View};

/// Where progress is written; errors are ignored, because nothing better could be done about them.
type Stream = Box<dyn Write + Send>;
/// Between two calls of [`Printer::tick`].
const TICK: Duration = Duration::from_millis(100);

/// Shows a run while it happens.
pub trait Printer: Send {
    /// Something happened.
    fn event(&mut self, event: &Event, now: Instant);

    /// Time passes.
    fn tick(&mut self, now: Instant) {
        let _ = now;
    }

    /// Whether failures are shown as they happen.
    fn shows_failures(&self) -> bool {
        true
    }
}

/// How progress is shown: `--progress`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// A line for each running step, drawn over and over.
    Tty,
    /// A line for each start and each end.
    Plain,
    /// Each event as a line of JSON.
    Json,
    /// Nothing but notices.
    Quiet,
}

impl Progress {
    /// What `--progress auto` comes to: `tty` if standard error is a terminal that can be drawn on.
    pub fn auto(is_terminal: bool, term: Option<&str>) -> Self {
        if is_terminal && term != Some("dumb") {
            Self::Tty
        } else {
            Self::Plain
        }
    }

    /// The printer for a run of `plan`, writing to `stream` (the drawing one always draws on standard error). With `verbose`, every line of
    /// output is shown.
    pub fn printer(self, plan: &Plan, view: &View, verbose: bool, stream: Box<dyn Write + Send>) -> Box<dyn Printer> {
        match self {
            Self::Tty => Box::new(tty::Tty::new(plan.steps.len(), view.clone(), verbose)),
            Self::Plain => Box::new(plain::Plain::new(view.clone(), verbose, stream)),
            Self::Json => Box::new(json::Json::new(stream)),
            Self::Quiet => Box::new(quiet::Quiet::new(view.style, stream)),
        }
    }
}

/// Takes the events of a run of `plan` until there are no more: shown by `printer`, kept in `journal`, folded into a report.
pub async fn follow(
    plan: &Plan,
    mut events: UnboundedReceiver<Event>,
    printer: &mut dyn Printer,
    mut journal: Option<&mut Journal>,
) -> RunReport {
    let mut fold = Fold::new(plan);
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let event = tokio::select! {
            event = events.recv() => event,
            _ = ticks.tick() => {
                printer.tick(Instant::now());
                continue;
            }
        };
        let Some(event) = event else { return fold.finish() };
        fold.apply(&event);
        if let Some(failure) = journal.as_mut().and_then(|journal| journal.record(&event).err()) {
            fold.trouble(failure);
            // It would fail again and again.
            journal = None;
        }
        printer.event(&event, Instant::now());
    }
}

/// Writes all at once, so that lines of other processes do not come in between.
fn write(stream: &mut Stream, text: &str) {
    let _ = stream.write_all(text.as_bytes()).and_then(|()| stream.flush());
}
