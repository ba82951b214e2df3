//! One file for each kind of step: the commands it runs, in order, and what it makes of their answers.
//!
//! Each is `pub async fn run(job: &Job, context: &StepContext) -> Result<StepOutput, Failure>`.

pub mod push;
pub mod scan;

use crate::plan::Action;

use super::{Failure, StepContext, StepOutput};

/// Does what a step's action says.
pub async fn run(action: &Action, context: &StepContext) -> Result<StepOutput, Failure> {
    match action {
        Action::Scan(job) => scan::run(job, context).await,
        Action::Push(job) => push::run(job, context).await,
        _ => todo!(),
    }
}
