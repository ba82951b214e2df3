//! The scheduler with actions that run no program: what starts when, and what becomes of the rest.

use std::{
    collections::BTreeMap,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::sync::{Semaphore, mpsc};

use super::*;
use crate::{
    exec::fixture::{options, plan, step},
    plan::Step,
};

/// All that happened in a run.
struct Ran {
    events: Vec<Event>,
}

impl Ran {
    /// `passed`, or `skipped: because`, by step; panics unless every step finished just once and the run ended last.
    fn outcomes(&self) -> BTreeMap<&str, String> {
        let mut outcomes = BTreeMap::new();
        for event in &self.events {
            let Event::Finished(report) = event else { continue };
            let outcome = match report.outcome.reason() {
                Some(reason) => format!("{}: {reason}", report.outcome.as_str()),
                None => report.outcome.as_str().to_owned(),
            };
            assert_eq!(outcomes.insert(report.id.as_str(), outcome), None, "{} finished twice", report.id);
        }
        assert!(matches!(self.events.last(), Some(Event::Ended { .. })));
        outcomes
    }

    fn started(&self) -> Vec<&str> {
        let mut started = Vec::new();
        for event in &self.events {
            if let Event::Started { step } = event {
                started.push(step.as_str());
            }
        }
        started
    }
}

/// Runs a plan with `action` in place of every action.
async fn run_with<F>(steps: Vec<Step>, jobs: usize, keep_going: bool, action: impl Fn(StepContext) -> F) -> Ran
where
    F: Future<Output = Done> + Send + 'static,
{
    run_cancelled(steps, (jobs, keep_going), Cancel::new(), action).await
}

async fn run_cancelled<F>(steps: Vec<Step>, (jobs, keep_going): (usize, bool), cancel: Cancel, action: impl Fn(StepContext) -> F) -> Ran
where
    F: Future<Output = Done> + Send + 'static,
{
    let folder = tempfile::tempdir().unwrap();
    let options = RunOptions {
        jobs,
        keep_going,
        ..options(folder.path())
    };
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let count = steps.len();
    let plan = plan(steps);
    let mut scheduler = Scheduler::new(&plan, options, sender, cancel);
    scheduler.limits = Limits {
        grace: Duration::ZERO,
        drain: Duration::ZERO,
        patience: Duration::from_millis(1),
        ..Limits::default()
    };
    scheduler.run(|_, context| action(context)).await;
    let mut events = Vec::new();
    while let Some(event) = receiver.recv().await {
        events.push(event);
    }
    let ran = Ran { events };
    assert_eq!(ran.outcomes().len(), count, "every step finishes");
    ran
}

async fn passes(_: StepContext) -> Done {
    Ok(StepOutput::default())
}

/// Fails the steps whose ids stand in `failing`.
fn failing(failing: &'static [&'static str]) -> impl Fn(StepContext) -> std::future::Ready<Done> {
    move |context| {
        std::future::ready(if failing.contains(&context.step.as_str()) {
            context.log("what it wrote");
            Err(Failure::step("no good"))
        } else {
            Ok(StepOutput::default())
        })
    }
}

fn two_images() -> Vec<Step> {
    vec![
        step("lint:a", &[]),
        step("lint:b", &[]),
        step("build:a", &["lint:a"]),
        step("build:b", &["lint:b"]),
        step("scan:a", &["build:a"]),
    ]
}

#[tokio::test]
async fn steps_start_once_what_they_need_has_passed() {
    let ran = run_with(two_images(), 1, false, passes).await;
    assert_eq!(ran.started(), ["lint:a", "lint:b", "build:a", "build:b", "scan:a"]);
    assert!(ran.outcomes().values().all(|outcome| outcome == "passed"));
}

#[tokio::test]
async fn never_more_than_so_many_at_once() {
    static NOW: AtomicUsize = AtomicUsize::new(0);
    static MOST: AtomicUsize = AtomicUsize::new(0);
    let steps = (0..50).map(|index| step(&format!("s{index}"), &[])).collect();
    run_with(steps, 3, false, |_| async {
        MOST.fetch_max(NOW.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        tokio::task::yield_now().await;
        NOW.fetch_sub(1, Ordering::SeqCst);
        Ok(StepOutput::default())
    })
    .await;
    assert_eq!(MOST.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn after_a_failure_nothing_new_starts() {
    let ran = run_with(two_images(), 1, false, failing(&["lint:a"])).await;
    assert_eq!(ran.started(), ["lint:a"]);
    let outcomes = ran.outcomes();
    assert_eq!(outcomes["lint:a"], "failed: no good");
    assert_eq!(outcomes["scan:a"], "skipped: lint:a failed");
    assert_eq!(outcomes["lint:b"], "skipped: not started after lint:a failed");
    assert_eq!(outcomes["build:b"], "skipped: not started after lint:a failed");
}

#[tokio::test]
async fn what_runs_when_another_fails_may_finish() {
    let gate = Arc::new(Semaphore::new(0));
    let ran = run_with(two_images(), 2, false, |context| {
        let gate = Arc::clone(&gate);
        async move {
            if context.step.as_str() == "lint:a" {
                // As this ends, `lint:b` is still waiting at the gate.
                gate.add_permits(1);
                return Err(Failure::step("no good"));
            }
            gate.acquire().await.unwrap().forget();
            Ok(StepOutput::default())
        }
    })
    .await;
    assert_eq!(ran.outcomes()["lint:b"], "passed");
    assert_eq!(ran.outcomes()["build:b"], "skipped: not started after lint:a failed");
}

#[tokio::test]
async fn keep_going_runs_what_does_not_depend_on_a_failure() {
    let ran = run_with(two_images(), 1, true, failing(&["build:a"])).await;
    let outcomes = ran.outcomes();
    assert_eq!(outcomes["build:b"], "passed");
    assert_eq!(outcomes["scan:a"], "skipped: build:a failed");
    let failed = ran.events.iter().find_map(|event| match event {
        Event::Finished(report) if matches!(report.outcome, Outcome::Failed(_)) => Some(report),
        _ => None,
    });
    assert_eq!(failed.unwrap().tail, ["what it wrote"]);
}

#[tokio::test]
async fn a_step_the_plan_skips_does_not_hold_up_the_others() {
    let mut steps = two_images();
    steps[2].skip = Some("up to date".into());
    let ran = run_with(steps.clone(), 4, false, passes).await;
    assert_eq!(ran.outcomes()["build:a"], "skipped: up to date");
    assert_eq!(ran.outcomes()["scan:a"], "passed");
    // But a failure before it still reaches those behind it.
    let ran = run_with(steps, 4, true, failing(&["lint:a"])).await;
    assert_eq!(ran.outcomes()["build:a"], "skipped: up to date");
    assert_eq!(ran.outcomes()["scan:a"], "skipped: lint:a failed");
}

#[tokio::test]
async fn after_means_ended_however_it_ended() {
    let mut steps = two_images();
    steps[4].needs.clear();
    steps[4].after = vec![StepId::new("build", Some("a"))];
    let ran = run_with(steps, 1, true, failing(&["lint:a"])).await;
    assert_eq!(ran.outcomes()["scan:a"], "passed");
    assert_eq!(ran.started().last(), Some(&"scan:a"));
}

#[tokio::test]
async fn a_panic_is_a_failed_step() {
    let ran = run_with(two_images(), 1, true, |context| async move {
        assert!(context.step.as_str() != "build:a", "something {} was off", 1);
        Ok(StepOutput::default())
    })
    .await;
    assert_eq!(
        ran.outcomes()["build:a"],
        "failed: xtask itself has a defect here: something 1 was off"
    );
    assert_eq!(ran.outcomes()["build:b"], "passed");
}

#[tokio::test]
async fn an_interrupt_cancels_what_runs_and_what_waits() {
    let cancel = Cancel::new();
    let ran = run_cancelled(two_images(), (1, false), cancel.clone(), |context| {
        let cancel = cancel.clone();
        async move {
            if context.step.as_str() == "lint:b" {
                cancel.request(15);
                context.interrupted().await;
                return Err(Failure::step("ended"));
            }
            Ok(StepOutput::default())
        }
    })
    .await;
    let outcomes = ran.outcomes();
    assert_eq!(outcomes["lint:a"], "passed");
    assert!(
        ["lint:b", "build:a", "build:b", "scan:a"]
            .iter()
            .all(|id| outcomes[id] == "cancelled")
    );
    assert!(ran.events.iter().any(|event| matches!(event, Event::Interrupted { signal: 15 })));
}

#[tokio::test]
async fn an_action_that_does_not_listen_is_dropped() {
    let cancel = Cancel::new();
    let ran = run_cancelled(two_images(), (2, false), cancel.clone(), |_| {
        let cancel = cancel.clone();
        async move {
            cancel.request(2);
            pending().await
        }
    })
    .await;
    assert!(ran.outcomes().values().all(|outcome| outcome == "cancelled"));
}

#[tokio::test]
async fn an_action_that_never_ends_is_ended() {
    let mut steps = vec![step("wait", &[])];
    steps[0].timeout = Some(Duration::from_millis(1));
    let ran = run_with(steps, 1, false, |_| pending()).await;
    assert_eq!(ran.outcomes()["wait"], "failed: it takes longer than it may and was ended");
}

#[tokio::test]
async fn a_cycle_does_not_hang() {
    let ran = run_with(vec![step("a", &["b"]), step("b", &["a"])], 1, false, passes).await;
    assert!(ran.outcomes()["a"].starts_with("skipped: it waits for itself"));
}

/// Quadratic scheduling would show here: ten thousand steps, each image's five in a row, and one that needs them all.
#[tokio::test]
async fn ten_thousand_steps() {
    static ORDER: Mutex<Vec<usize>> = Mutex::new(Vec::new());
    let stages = ["lint", "build", "test", "scan", "push"];
    let mut steps = Vec::new();
    for image in 0..2_000 {
        for (index, stage) in stages.iter().enumerate() {
            let needs = index.checked_sub(1).map(|index| format!("{}:i{image}", stages[index]));
            let needs: Vec<_> = needs.iter().map(String::as_str).collect();
            let mut step = step(&format!("{stage}:i{image}"), &needs);
            // Skipped steps go through the whole graph without ten thousand log files.
            step.skip = (stage != &"lint").then(|| "up to date".to_owned());
            steps.push(step);
        }
    }
    let all: Vec<_> = steps.iter().map(|step| step.id.as_str().to_owned()).collect();
    steps.push(step("once", &all.iter().map(String::as_str).collect::<Vec<_>>()));
    let ran = run_with(steps, 8, false, |context| async move {
        ORDER.lock().unwrap().push(context.step.as_str().len());
        Ok(StepOutput::default())
    })
    .await;
    assert_eq!(ORDER.lock().unwrap().len(), 2_001);
    assert_eq!(ran.started().last(), Some(&"once"));
}
