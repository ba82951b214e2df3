//! `--progress tty`: what runs, drawn over and over below what ended.
//!
//! Always on standard error. indicatif draws at most so often a second and ignores a terminal that went away.

use std::{collections::HashMap, time::Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use crate::{
    exec::{Event, Outcome},
    plan::StepId,
    report::{View, quantity},
};

use super::{
    Printer,
    plain::{finished, interrupted},
};

pub(super) struct Tty {
    view: View,
    verbose: bool,
    screen: MultiProgress,
    total: ProgressBar,
    running: HashMap<StepId, ProgressBar>,
    failed: usize,
}

impl Tty {
    pub(super) fn new(steps: usize, view: View, verbose: bool) -> Self {
        let screen = MultiProgress::with_draw_target(ProgressDrawTarget::stderr());
        let total = screen.add(ProgressBar::new(steps as u64).with_style(style("[{bar:20}] {pos}/{len} done{msg}").progress_chars("━╸ ")));
        Self {
            view,
            verbose,
            screen,
            total,
            running: HashMap::new(),
            failed: 0,
        }
    }

    /// A line that stays, above what is drawn.
    fn print(&self, text: &str) {
        let _ = self.screen.println(text.trim_end_matches('\n'));
    }
}

impl Printer for Tty {
    fn event(&mut self, event: &Event, _now: Instant) {
        match event {
            Event::Started { step } => {
                let bar = ProgressBar::new_spinner().with_style(style("{spinner} {prefix} {time} {wide_msg}"));
                let bar = self.screen.insert_before(&self.total, bar.with_prefix(step.to_string()));
                bar.tick();
                self.running.insert(step.clone(), bar);
            }
            Event::Output { step, line } => {
                if let Some(bar) = self.running.get(step).filter(|_| !line.trim().is_empty()) {
                    bar.set_message(line.replace('\t', " "));
                }
                if self.verbose {
                    self.print(&format!("{} {line}", self.view.style.dim(&format!("{step} │"))));
                }
            }
            Event::Notice { step, text } => self.print(&self.view.style.loud(&format!("! {step}: {text}"))),
            Event::Finished(report) => {
                if let Some(bar) = self.running.remove(&report.id) {
                    bar.finish_and_clear();
                    self.screen.remove(&bar);
                }
                if let Some(text) = finished(report, &self.view) {
                    self.print(&text);
                }
                if matches!(report.outcome, Outcome::Failed(_)) {
                    self.failed += 1;
                    self.total.set_message(format!(", {} failed", self.failed));
                }
                self.total.inc(1);
            }
            Event::Interrupted { signal } => self.print(&interrupted(*signal, &self.view)),
            Event::Ended { .. } => {
                self.total.finish_and_clear();
                let _ = self.screen.clear();
            }
        }
    }

    fn tick(&mut self, _now: Instant) {
        for bar in self.running.values() {
            bar.tick();
        }
    }
}

/// A template of ours is right, so the fallback is never seen; a test looks at each of them.
fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_spinner())
        .with_key("time", |state: &ProgressState, text: &mut dyn std::fmt::Write| {
            let _ = text.write_str(&quantity::time(state.elapsed()));
        })
}
