//! Running a plan: steps in parallel as far as the graph allows, every command in a process group of its own.
//!
//! It emits [`Event`]s and never prints; a step that fails is data in an event, not an `Err`.

pub mod action;
mod backoff;
mod cancel;
mod capture;
mod containers;
mod context;
mod event;
mod event_json;
mod failure;
#[cfg(test)]
pub(crate) mod fixture;
mod graph;
mod journal;
mod limits;
mod line;
mod log;
mod outcome;
mod outputs;
mod preflight;
mod process;
mod program;
mod redaction;
mod scheduler;

pub use action::push::explain_ecr;
pub use cancel::Cancel;
pub use containers::RUN_LABEL;
pub use context::{CommandOutput, StepContext};
pub use event::Event;
pub use event_json::EventJson;
pub use failure::{Failure, FailureClass};
pub use journal::Journal;
pub use limits::Limits;
pub use outcome::{Outcome, StepOutput, StepReport};
pub use outputs::{BuiltImage, Outputs, PushedImage};
pub use preflight::preflight;
pub use scheduler::run;

use std::path::PathBuf;

/// How a plan is run.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// Absolute path of the pipeline's root.
    pub root: PathBuf,
    /// The project's name: containers it starts are labelled with it.
    pub project: String,
    /// Folder of this run, absolute: logs and reports go here.
    pub run_dir: PathBuf,
    /// The run's id, the last part of `run_dir`.
    pub run_id: String,
    /// How many steps run at once.
    pub jobs: usize,
    /// After a failure, go on with what does not depend on it.
    pub keep_going: bool,
    /// Where programs are that are not to be looked up on `PATH`: name → absolute path.
    pub programs: std::collections::BTreeMap<String, PathBuf>,
    /// Where tools keep what outlives a run, absolute: `target/xtask/cache`.
    pub cache_dir: PathBuf,
}
