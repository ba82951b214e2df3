//! Runs to render, for the unit tests of this layer.

use std::time::Duration;

use crate::{
    exec::{
        Event, Failure, Outcome, StepOutput, StepReport,
        fixture::{plan, step},
    },
    plan::{Plan, StepId},
    tool::{CommandLine, Finding},
};

use super::{Fold, RunReport, Style, View};

/// A run of one step for each outcome, and what else happened.
pub(super) fn run_of(outcomes: Vec<Outcome>, more: &[Event]) -> RunReport {
    let plan = plan((0..outcomes.len()).map(|index| step(&format!("s{index}"), &[])).collect());
    let finished = plan
        .steps
        .iter()
        .zip(outcomes)
        .map(|(step, outcome)| finished(step.id.as_str(), outcome, 1_000));
    let mut fold = Fold::new(&plan);
    for event in finished {
        fold.apply(&event);
    }
    for event in more {
        fold.apply(event);
    }
    fold.finish()
}

pub(super) fn finished(id: &str, outcome: Outcome, milliseconds: u64) -> Event {
    let started = !matches!(outcome, Outcome::Skipped { .. });
    Event::Finished(Box::new(StepReport {
        id: StepId::new(id, None),
        outcome,
        duration: Duration::from_millis(if started { milliseconds } else { 0 }),
        log: started.then(|| format!("/repo/target/xtask/runs/1/logs/{}.log", id.replace(':', ".")).into()),
        tail: Vec::new(),
        output: StepOutput::default(),
    }))
}

/// Without colours, from the root of the pipeline.
pub(super) fn view() -> View {
    View {
        style: Style::plain(),
        here: "/repo".into(),
        root: "/repo".into(),
    }
}

/// Two images on one base; the build of one fails, and something is found in the other.
pub(super) fn mixed() -> (Plan, Vec<Event>) {
    let mut skipped = step("test:api", &["build:api"]);
    skipped.skip = Some("no `test` table".into());
    let mut base = step("base", &[]);
    base.id = StepId::new("base", Some("python:3.12-slim"));
    let steps = vec![
        step("sign", &[]),
        base,
        step("lint:web-日本", &[]),
        step("lint:api", &[]),
        step("build:web-日本", &[]),
        step("build:api", &[]),
        skipped,
        step("scan:web-日本", &[]),
        step("scan:api", &[]),
    ];
    let command = CommandLine::new(["docker", "buildx", "build", "--", "web dir"]);
    let mut failure = Failure::step("`docker buildx build` ends with exit status 1\nthe Dockerfile is not right")
        .hint("look at the last lines of its output")
        .about(&command, None);
    failure.status = Some("exit status 1".into());
    let mut failed = finished("build:web-日本", Outcome::Failed(Box::new(failure)), 12_345);
    if let Event::Finished(report) = &mut failed {
        report.tail = vec!["$ docker buildx build".into(), "ERROR: failed to solve".into()];
    }
    let mut built = finished("build:api", Outcome::Passed, 4_000);
    let mut scanned = finished("scan:api", Outcome::Passed, 62_000);
    let mut linted = finished("lint:api", Outcome::Passed, 200);
    if let (Event::Finished(built), Event::Finished(scanned), Event::Finished(linted)) = (&mut built, &mut scanned, &mut linted) {
        built.output.size_bytes = Some(12_345_678);
        scanned.output.findings = Some(["HIGH", "CRITICAL", "HIGH"].map(finding).into());
        linted.output.findings = Some(Vec::new());
    }
    let skipped = |because: &str| Outcome::Skipped { because: because.into() };
    let started = |id: &str| Event::Started {
        step: StepId::new(id, None),
    };
    let events = vec![
        started("base:python:3.12-slim"),
        Event::Notice {
            step: StepId::new("base", Some("python:3.12-slim")),
            text: "cannot be had, so `debian:trixie` stands in for it".into(),
        },
        finished("base:python:3.12-slim", Outcome::Passed, 36),
        finished("lint:web-日本", Outcome::Passed, 300),
        linted,
        started("build:web-日本"),
        Event::Output {
            step: StepId::new("build:web-日本", None),
            line: "ERROR: failed to solve".into(),
        },
        failed,
        finished("scan:web-日本", skipped("build:web-日本 failed"), 0),
        built,
        finished("test:api", skipped("no `test` table"), 0),
        scanned,
        finished("sign", Outcome::Cancelled, 100),
        Event::Ended {
            duration: Duration::from_millis(42_100),
        },
    ];
    (plan(steps), events)
}

fn finding(severity: &str) -> Finding {
    Finding {
        code: "CVE-2026-1".into(),
        severity: severity.into(),
        message: "bad".into(),
        location: "openssl".into(),
        gating: false,
    }
}
