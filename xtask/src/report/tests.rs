//! What a run looks like: the words people and machines see, in snapshots.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use tokio::sync::mpsc;

use super::{fixture::*, *};
use crate::{
    exec::{Event, Journal, Outcome},
    plan::StepId,
};

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Written {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

fn folded() -> (crate::plan::Plan, RunReport) {
    let (plan, events) = mixed();
    let mut fold = Fold::new(&plan);
    for event in &events {
        fold.apply(event);
    }
    let run = fold.finish();
    (plan, run)
}

#[test]
fn the_end_of_a_run() {
    let (plan, run) = folded();
    insta::assert_snapshot!(ending(&plan, &run, &view(), true));
}

#[test]
fn a_failure_before_ones_eyes_is_not_repeated() {
    let failed = || Outcome::Failed(Box::new(crate::exec::Failure::step("no good")));
    let skipped = || Outcome::Skipped {
        because: "s1 failed".into(),
    };
    let run = run_of(vec![Outcome::Passed, failed(), skipped()], &[]);
    assert!(run.failure_in_sight);
    assert!(!run_of(vec![failed(), failed()], &[]).failure_in_sight);
    assert!(!run_of(vec![failed(), Outcome::Passed], &[]).failure_in_sight);
}

#[test]
fn colours_change_nothing_but_colours() {
    let (plan, run) = folded();
    let coloured = View {
        style: Style::new(true),
        ..view()
    };
    let text = ending(&plan, &run, &coloured, false);
    assert!(text.contains("\u{1b}[32mpassed\u{1b}[0m"));
    let codes = regex::Regex::new("\u{1b}\\[[0-9;]*m").unwrap();
    assert_eq!(codes.replace_all(&text, ""), ending(&plan, &run, &view(), false));
}

#[test]
fn a_run_of_thousands_shows_what_there_is_to_say() {
    let mut outcomes = vec![Outcome::Passed; 5_000];
    outcomes[3] = Outcome::Failed(Box::new(crate::exec::Failure::step("no good")));
    let plan = crate::exec::fixture::plan(
        (0..5_000)
            .map(|index| crate::exec::fixture::step(&format!("s{index}"), &[]))
            .collect(),
    );
    let text = summary(&plan, &run_of(outcomes, &[]), Style::plain());
    insta::assert_snapshot!(text);
}

#[test]
fn the_report_as_json() {
    let (plan, run) = folded();
    let document = serde_json::to_value(ReportJson::new(&plan, &run)).unwrap();
    assert_eq!(
        (&document["schema"], &document["ok"], &document["exit_code"]),
        (&1.into(), &false.into(), &1.into())
    );
    insta::assert_json_snapshot!(&document["steps"].as_array().unwrap()[4..]);
}

#[test]
fn plain_progress() {
    let (plan, events) = mixed();
    let written = Written::default();
    let mut printer = Progress::Plain.printer(&plan, &view(), true, Box::new(written.clone()));
    let start = Instant::now();
    for event in &events {
        printer.event(event, start);
    }
    let step = StepId::new("build", Some("slow"));
    printer.event(&Event::Started { step }, start);
    for seconds in [29, 30, 31, 60] {
        printer.tick(start + Duration::from_secs(seconds));
    }
    printer.event(&Event::Interrupted { signal: 2 }, start);
    insta::assert_snapshot!(written.text());
}

#[test]
fn json_progress_is_a_line_an_event_and_quiet_shows_notices() {
    let (plan, events) = mixed();
    let (json, quiet) = (Written::default(), Written::default());
    for (progress, written) in [(Progress::Json, &json), (Progress::Quiet, &quiet)] {
        let mut printer = progress.printer(&plan, &view(), false, Box::new(written.clone()));
        for event in &events {
            printer.event(event, Instant::now());
        }
    }
    let lines: Vec<serde_json::Value> = json.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), events.len());
    assert_eq!(lines[6]["line"], "ERROR: failed to solve");
    assert_eq!(lines[7]["outcome"], "failed");
    assert_eq!(
        quiet.text(),
        "! base:python:3.12-slim: cannot be had, so `debian:trixie` stands in for it\n"
    );
}

#[test]
fn progress_that_cannot_be_written_stops_nothing() {
    let (plan, events) = mixed();
    for progress in [Progress::Plain, Progress::Json, Progress::Quiet] {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let mut printer = progress.printer(&plan, &view(), true, Box::new(full));
        for event in &events {
            printer.event(event, Instant::now());
        }
    }
}

/// Standard error of a test is no terminal, so nothing is drawn; that the templates are right shows all the same.
#[test]
fn drawing_does_not_fail_without_a_terminal() {
    let (plan, events) = mixed();
    let mut printer = Progress::Tty.printer(&plan, &view(), false, Box::new(io::sink()));
    for event in &events {
        printer.event(event, Instant::now());
        printer.tick(Instant::now());
    }
    assert_eq!(Progress::auto(true, Some("xterm")), Progress::Tty);
    assert_eq!(Progress::auto(true, Some("dumb")), Progress::Plain);
    assert_eq!(Progress::auto(false, None), Progress::Plain);
}

#[tokio::test]
async fn following_a_run_keeps_a_journal_and_gives_the_report() {
    let (plan, events) = mixed();
    let runs = tempfile::tempdir().unwrap();
    let mut journal = Journal::create(runs.path()).unwrap();
    let (sender, receiver) = mpsc::unbounded_channel();
    let count = events.len();
    for event in events {
        sender.send(event).unwrap();
    }
    drop(sender);
    let written = Written::default();
    let mut printer = Progress::Plain.printer(&plan, &view(), false, Box::new(written.clone()));
    let run = follow(&plan, receiver, printer.as_mut(), Some(&mut journal)).await;
    assert_eq!(run.steps.len(), plan.steps.len());
    assert_eq!(exit_code(&run), 1);
    let lines = std::fs::read_to_string(journal.folder().join("events.jsonl")).unwrap();
    assert_eq!(lines.lines().count(), count - 1, "all but the one line of output");
    assert!(written.text().contains("✓ build:api 4.0s"));
}
