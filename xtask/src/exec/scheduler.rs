//! Runs a plan: as many steps at once as allowed, each once what it needs has passed, each with exactly one `Finished` event.
//!
//! Which step is next is the [`Graph`]'s business; this file is about tasks, time and interrupts. Actions come in as a function, so that
//! tests can schedule thousands of them without running one program.

use std::{
    any::Any,
    collections::HashMap,
    future::{Future, pending},
    sync::Arc,
    time::Duration,
};

use tokio::{
    sync::mpsc::UnboundedSender,
    task::{Id, JoinError, JoinSet},
    time::{Instant, sleep, sleep_until, timeout},
};

use crate::plan::{Action, Plan, StepId};

use super::{
    Cancel, Event, Failure, Limits, Outcome, Outputs, RunOptions, StepContext, StepOutput, StepReport, action, containers,
    graph::{Graph, Settled, Verdict},
};

/// What an action gives back.
type Done = Result<StepOutput, Failure>;

/// Runs `plan` to its end and reports all that happens as `events`. Never fails: what goes wrong is in the events.
pub async fn run(plan: &Plan, options: RunOptions, events: UnboundedSender<Event>, cancel: Cancel) {
    let run_action = |action: Action, context: StepContext| async move { action::run(&action, &context).await };
    Scheduler::new(plan, options, events, cancel).run(run_action).await;
}

struct Scheduler<'a> {
    plan: &'a Plan,
    options: Arc<RunOptions>,
    events: UnboundedSender<Event>,
    cancel: Cancel,
    limits: Limits,
    outputs: Arc<Outputs>,
    graph: Graph,
    tasks: JoinSet<Done>,
    running: HashMap<Id, Running>,
    /// Why nothing new starts: the first failure of a run that does not keep going.
    halted: Option<String>,
    /// Since when the run is being ended.
    interrupted: Option<Instant>,
    aborted: bool,
    started_containers: bool,
}

struct Running {
    index: usize,
    context: StepContext,
    since: Instant,
}

impl<'a> Scheduler<'a> {
    fn new(plan: &'a Plan, options: RunOptions, events: UnboundedSender<Event>, cancel: Cancel) -> Self {
        Self {
            plan,
            options: Arc::new(options),
            events,
            cancel,
            limits: Limits::default(),
            outputs: Arc::default(),
            graph: Graph::new(&plan.steps),
            tasks: JoinSet::new(),
            running: HashMap::new(),
            halted: None,
            interrupted: None,
            aborted: false,
            started_containers: false,
        }
    }

    async fn run<F>(mut self, run_action: impl Fn(Action, StepContext) -> F)
    where
        F: Future<Output = Done> + Send + 'static,
    {
        let since = Instant::now();
        let cancel = self.cancel.clone();
        loop {
            if let (Some(signal), None) = (cancel.signal(), self.interrupted) {
                self.interrupted = Some(Instant::now());
                self.send(Event::Interrupted { signal });
            }
            self.settle();
            self.start(&run_action);
            if self.tasks.is_empty() {
                break;
            }
            tokio::select! {
                biased;
                _ = cancel.requested(), if self.interrupted.is_none() => {}
                Some(joined) = self.tasks.join_next_with_id() => self.joined(joined),
                () = too_late(&cancel, self.interrupted, self.limits), if !self.aborted => {
                    self.tasks.abort_all();
                    self.aborted = true;
                }
            }
        }
        for index in self.graph.unfinished() {
            let because = "it waits for itself, which is a defect of the plan".to_owned();
            self.finish_unstarted(index, Outcome::Skipped { because });
        }
        if self.started_containers {
            containers::remove(&self.options, &self.events, &self.cancel).await;
        }
        self.send(Event::Ended { duration: since.elapsed() });
    }

    /// Ends what ends without being run, over and over, until only steps that can start or must wait are left.
    fn settle(&mut self) {
        loop {
            while let Some(Settled { index, because }) = self.graph.next_settled() {
                let verdict = because.clone().map_or(Verdict::Passed, Verdict::Blocks);
                let outcome = match self.plan.steps[index].skip.clone().or(because) {
                    _ if self.interrupted.is_some() => Outcome::Cancelled,
                    because => Outcome::Skipped {
                        because: because.unwrap_or_default(),
                    },
                };
                self.graph.finish(index, &verdict);
                self.finish_unstarted(index, outcome);
            }
            if self.interrupted.is_none() && self.halted.is_none() {
                return;
            }
            let Some(index) = self.graph.next_ready() else { return };
            let because = self.halted.clone().unwrap_or_default();
            self.graph.finish(index, &Verdict::Blocks(because.clone()));
            let outcome = if self.interrupted.is_some() {
                Outcome::Cancelled
            } else {
                Outcome::Skipped { because }
            };
            self.finish_unstarted(index, outcome);
        }
    }

    fn start<F>(&mut self, run_action: &impl Fn(Action, StepContext) -> F)
    where
        F: Future<Output = Done> + Send + 'static,
    {
        while self.tasks.len() < self.options.jobs.max(1) {
            let Some(index) = self.graph.next_ready() else { return };
            let step = &self.plan.steps[index];
            self.started_containers |= containers::may_start(&step.action);
            self.send(Event::Started { step: step.id.clone() });
            let mut context = StepContext::new(
                Arc::clone(&self.options),
                step.id.clone(),
                Arc::clone(&self.outputs),
                self.cancel.clone(),
                self.events.clone(),
            );
            context.env.clone_from(&step.env);
            context.limits = Limits {
                step: step.timeout.unwrap_or(self.limits.step),
                ..self.limits
            };
            // Its commands end at the limit by themselves; this is for what an action does besides.
            let most = context.limits.step + context.limits.grace + context.limits.drain + context.limits.patience;
            let action = run_action(step.action.clone(), context.clone());
            let task = self
                .tasks
                .spawn(async move { timeout(most, action).await.unwrap_or_else(|_| Err(too_long())) });
            let since = Instant::now();
            self.running.insert(task.id(), Running { index, context, since });
        }
    }

    fn joined(&mut self, joined: Result<(Id, Done), JoinError>) {
        let (task, done) = match joined {
            Ok((task, done)) => (task, Some(done)),
            Err(error) => (error.id(), error.try_into_panic().ok().map(|panic| Err(defect(panic.as_ref())))),
        };
        let Some(Running { index, context, since }) = self.running.remove(&task) else {
            return;
        };
        let done = done.map(|done| done.and_then(|output| context.check_log().map(|()| output)));
        let (outcome, output) = match done {
            Some(Ok(output)) => (Outcome::Passed, output),
            Some(Err(failure)) if context.was_interrupted() => (Outcome::Cancelled, failure.output),
            Some(Err(failure)) => {
                let output = failure.output.clone();
                (Outcome::Failed(Box::new(failure)), output)
            }
            None => (Outcome::Cancelled, StepOutput::default()),
        };
        let step = &self.plan.steps[index].id;
        self.graph.finish(index, &verdict(step, &outcome));
        if matches!(outcome, Outcome::Failed(_)) && !self.options.keep_going {
            self.halted.get_or_insert_with(|| format!("not started after {step} failed"));
        }
        let tail = if matches!(outcome, Outcome::Failed(_)) {
            context.log_tail()
        } else {
            Vec::new()
        };
        self.send(Event::Finished(Box::new(StepReport {
            id: step.clone(),
            outcome,
            duration: since.elapsed(),
            log: Some(context.log_path().to_owned()),
            tail,
            output,
        })));
    }

    fn finish_unstarted(&self, index: usize, outcome: Outcome) {
        self.send(Event::Finished(Box::new(StepReport {
            id: self.plan.steps[index].id.clone(),
            outcome,
            duration: Duration::ZERO,
            log: None,
            tail: Vec::new(),
            output: StepOutput::default(),
        })));
    }

    fn send(&self, event: Event) {
        // Nobody listening is no reason to stop.
        let _ = self.events.send(event);
    }
}

fn verdict(step: &StepId, outcome: &Outcome) -> Verdict {
    match outcome {
        Outcome::Passed => Verdict::Passed,
        Outcome::Failed(_) => Verdict::Blocks(format!("{step} failed")),
        Outcome::Skipped { because } => Verdict::Blocks(because.clone()),
        Outcome::Cancelled => Verdict::Blocks(format!("{step} was cancelled")),
    }
}

/// Ends when what runs has had all the time to end that an interrupted run gives it: never, if the run is not interrupted.
async fn too_late(cancel: &Cancel, interrupted: Option<Instant>, limits: Limits) {
    let Some(since) = interrupted else { return pending().await };
    let killed = async {
        cancel.killed().await;
        sleep(limits.drain + limits.patience).await;
    };
    tokio::select! {
        () = sleep_until(since + limits.grace + limits.drain + limits.patience) => {}
        () = killed => {}
    }
}

fn too_long() -> Failure {
    Failure::step("it takes longer than it may and was ended")
        .hint("look at its log for what it waits for, or give the stage a longer `timeout`")
}

fn defect(panic: &(dyn Any + Send)) -> Failure {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    Failure::step(format!("xtask itself has a defect here: {text}")).hint("please report it, with the whole message")
}

#[cfg(test)]
mod tests;
