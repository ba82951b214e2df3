//! One file for each kind of step: the commands it runs, in order, and what it makes of their answers.
//!
//! Each is `pub async fn run(job: &Job, context: &StepContext) -> Result<StepOutput, Failure>`.

pub mod run;
pub mod test;

use crate::plan::Action;

use super::{Failure, StepContext, StepOutput};

/// Does what a step's action says.
pub async fn run(action: &Action, context: &StepContext) -> Result<StepOutput, Failure> {
    match action {
        Action::Test(job) => test::run(job, context).await,
        Action::Run(job) => run::run(job, context).await,
        _ => todo!(),
    }
}
