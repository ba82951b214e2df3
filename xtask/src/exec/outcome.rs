//! How a step ended.

use std::{path::PathBuf, time::Duration};

use crate::{plan::StepId, tool::Finding};

use super::Failure;

/// How a step ended.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// As it should.
    Passed,
    /// It did not work out.
    Failed(Box<Failure>),
    /// It was never started.
    Skipped {
        /// Because of what: `build:web failed`, or the plan's own reason.
        because: String,
    },
    /// It was running, or waiting, when the run was interrupted.
    Cancelled,
}

/// What a step found out.
#[derive(Clone, Debug, Default)]
pub struct StepOutput {
    /// Image id for a build, manifest digest for a push.
    pub digest: Option<String>,
    /// Size of the image on disk, in bytes.
    pub size_bytes: Option<u64>,
    /// What linters and scanners found; `None` for steps that look for nothing.
    pub findings: Option<Vec<Finding>>,
    /// What the step would have looked for and could not, in one word; `findings` say nothing of it.
    pub not_looked_for: Option<&'static str>,
    /// References that were pushed.
    pub references: Vec<String>,
    /// What people should know besides: what was ignored by what, which checks passed.
    pub notes: Vec<String>,
}

/// All there is to say of one step once it ended.
#[derive(Clone, Debug)]
pub struct StepReport {
    /// Which.
    pub id: StepId,
    /// How it ended.
    pub outcome: Outcome,
    /// How long it ran; zero if it never started.
    pub duration: Duration,
    /// Its log file; `None` if it never started.
    pub log: Option<PathBuf>,
    /// The last lines of its log, for failures.
    pub tail: Vec<String>,
    /// What it found out, also when it failed.
    pub output: StepOutput,
}
