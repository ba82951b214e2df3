//! One file for each kind of step: the commands it runs, in order, and what it makes of their answers.
//!
//! Each is `pub async fn run(job: &Job, context: &StepContext) -> Result<StepOutput, Failure>`.

pub mod base;
pub mod build;
pub mod git_tag;
pub mod lint;
pub mod push;
pub mod run;
pub mod scan;
pub mod test;

use crate::plan::Action;

use super::{Failure, StepContext, StepOutput};

/// Does what a step's action says.
pub async fn run(action: &Action, context: &StepContext) -> Result<StepOutput, Failure> {
    match action {
        Action::Base(job) => base::run(job, context).await,
        Action::Lint(job) => lint::run(job, context).await,
        Action::Build(job) => build::run(job, context).await,
        Action::Test(job) => test::run(job, context).await,
        Action::Scan(job) => scan::run(job, context).await,
        Action::Push(job) => push::run(job, context).await,
        Action::Gate => Ok(StepOutput::default()),
        Action::GitTag(job) => git_tag::run(job, context).await,
        Action::Run(job) => run::run(job, context).await,
    }
}
