//! The plan: a graph of steps, a pure function of pipeline, facts and selection.
//!
//! No I/O, no async, no environment in here: `cargo xtask plan` prints it, `exec` obeys it.

mod step;

pub use step::{Action, BaseJob, Step, StepId};

use crate::pipeline::RegistryName;

/// What a task would do.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The task or stage that was asked for.
    pub task: String,
    /// Where push steps push to.
    pub registry: Option<RegistryName>,
    /// Steps in an order that respects `needs` and `after`.
    pub steps: Vec<Step>,
    /// What the task requires of the repository and does not have; running such a plan is refused.
    pub unmet: Vec<String>,
    /// What the reader of the plan should know.
    pub notes: Vec<String>,
}
