//! `--progress plain`: a line for each start and each end, for CI's logs and for files. A long step gives a sign of life now and then.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use crate::{
    exec::{Event, Outcome, StepReport},
    plan::StepId,
    report::{View, failure_block, quantity},
};

use super::{Printer, Stream, write};

/// Between two signs of life of a step.
const HEARTBEAT: Duration = Duration::from_secs(30);

pub(super) struct Plain {
    view: View,
    verbose: bool,
    stream: Stream,
    running: BTreeMap<StepId, Running>,
}

struct Running {
    since: Instant,
    next: Instant,
}

impl Plain {
    pub(super) fn new(view: View, verbose: bool, stream: Stream) -> Self {
        Self {
            view,
            verbose,
            stream,
            running: BTreeMap::new(),
        }
    }
}

impl Printer for Plain {
    fn event(&mut self, event: &Event, now: Instant) {
        let style = self.view.style;
        let text = match event {
            Event::Started { step } => {
                let running = Running {
                    since: now,
                    next: now + HEARTBEAT,
                };
                self.running.insert(step.clone(), running);
                format!("{} {step}\n", style.dim("▸"))
            }
            // The step's id in front also keeps a program's output from being taken for a command by the CI system that reads along.
            Event::Output { step, line } if self.verbose => format!("{} {line}\n", style.dim(&format!("{step} │"))),
            Event::Output { .. } | Event::Ended { .. } => return,
            Event::Notice { step, text } => format!("{}\n", style.loud(&format!("! {step}: {text}"))),
            Event::Finished(report) => {
                self.running.remove(&report.id);
                match finished(report, &self.view) {
                    Some(text) => text,
                    None => return,
                }
            }
            Event::Interrupted { signal } => format!("{}\n", interrupted(*signal, &self.view)),
        };
        write(&mut self.stream, &text);
    }

    fn tick(&mut self, now: Instant) {
        for (step, running) in &mut self.running {
            if now < running.next {
                continue;
            }
            running.next += HEARTBEAT;
            let seconds = now.duration_since(running.since).as_secs();
            write(&mut self.stream, &format!("… {step} still running ({seconds}s)\n"));
        }
    }
}

/// What is said of a step that ended: nothing if it never started, the table has it.
pub(super) fn finished(report: &StepReport, view: &View) -> Option<String> {
    let style = view.style;
    report.log.as_ref()?;
    let time = quantity::time(report.duration);
    Some(match &report.outcome {
        Outcome::Passed => format!("{} {} {}\n", style.good("✓"), report.id, style.dim(&time)),
        Outcome::Failed(_) => failure_block(report, view)?,
        Outcome::Skipped { .. } => return None,
        Outcome::Cancelled => format!("{} {} {}\n", style.loud("■"), report.id, style.dim("cancelled")),
    })
}

pub(super) fn interrupted(signal: i32, view: &View) -> String {
    let name = if signal == 2 { "SIGINT" } else { "SIGTERM" };
    let text = format!("{name}: ending what runs; once more to kill it");
    view.style.loud(&text)
}
