//! A run as a whole, folded from its events: what every rendering starts from.

use std::{collections::HashMap, time::Duration};

use crate::{
    exec::{Event, Failure, Outcome, StepOutput, StepReport},
    plan::{Plan, StepId},
};

/// Something people must see even when all went well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Which step said it.
    pub step: StepId,
    /// One line.
    pub text: String,
}

/// What happened in a run.
#[derive(Clone, Debug)]
pub struct RunReport {
    /// The task that was run.
    pub task: String,
    /// Each step of the plan, in its order.
    pub steps: Vec<StepReport>,
    /// In the order they came.
    pub notices: Vec<Notice>,
    /// The signal that interrupted it, if one did.
    pub interrupted: Option<i32>,
    /// Wall-clock time.
    pub duration: Duration,
    /// What went wrong with the record of the run itself, such as a full disk.
    pub trouble: Option<Failure>,
    /// Whether everything passed, or was left out by the plan.
    pub ok: bool,
    /// Whether the last thing that happened is the one failure there is: who watched has it before their eyes.
    pub failure_in_sight: bool,
}

/// Folds events into a [`RunReport`].
#[derive(Debug)]
pub struct Fold<'a> {
    plan: &'a Plan,
    ended: HashMap<StepId, StepReport>,
    notices: Vec<Notice>,
    interrupted: Option<i32>,
    duration: Duration,
    trouble: Option<Failure>,
    failure_in_sight: bool,
}

impl<'a> Fold<'a> {
    /// Nothing has happened.
    pub fn new(plan: &'a Plan) -> Self {
        Self {
            plan,
            ended: HashMap::new(),
            notices: Vec::new(),
            interrupted: None,
            duration: Duration::ZERO,
            trouble: None,
            failure_in_sight: false,
        }
    }

    /// Takes in one event.
    pub fn apply(&mut self, event: &Event) {
        match event {
            Event::Started { .. } => self.failure_in_sight = false,
            Event::Output { .. } => {}
            Event::Notice { step, text } => self.notices.push(Notice {
                step: step.clone(),
                text: text.clone(),
            }),
            Event::Finished(report) => {
                match report.outcome {
                    Outcome::Failed(_) => self.failure_in_sight = !self.ended.values().any(is_failed),
                    Outcome::Passed => self.failure_in_sight = false,
                    Outcome::Skipped { .. } | Outcome::Cancelled => {}
                }
                self.ended.insert(report.id.clone(), report.as_ref().clone());
            }
            Event::Interrupted { signal } => self.interrupted = Some(*signal),
            Event::Ended { duration } => self.duration = *duration,
        }
    }

    /// Notes that the record of the run cannot be kept; the first such trouble counts.
    pub fn trouble(&mut self, failure: Failure) {
        self.trouble.get_or_insert(failure);
    }

    /// The run, once there are no more events. A step nothing was heard of counts as cancelled.
    pub fn finish(mut self) -> RunReport {
        let ended = &mut self.ended;
        let steps: Vec<_> = self
            .plan
            .steps
            .iter()
            .map(|step| ended.remove(&step.id).unwrap_or_else(|| unheard_of(&step.id)))
            .collect();
        let left_out = |index: usize| self.plan.steps[index].skip.is_some();
        let fine = |(index, step): (usize, &StepReport)| match step.outcome {
            Outcome::Passed => true,
            Outcome::Skipped { .. } => left_out(index),
            Outcome::Failed(_) | Outcome::Cancelled => false,
        };
        RunReport {
            task: self.plan.task.clone(),
            ok: steps.iter().enumerate().all(fine) && self.interrupted.is_none() && self.trouble.is_none(),
            steps,
            notices: self.notices,
            interrupted: self.interrupted,
            duration: self.duration,
            trouble: self.trouble,
            failure_in_sight: self.failure_in_sight,
        }
    }
}

fn is_failed(report: &StepReport) -> bool {
    matches!(report.outcome, Outcome::Failed(_))
}

fn unheard_of(id: &StepId) -> StepReport {
    StepReport {
        id: id.clone(),
        outcome: Outcome::Cancelled,
        duration: Duration::ZERO,
        log: None,
        tail: Vec::new(),
        output: StepOutput::default(),
    }
}
