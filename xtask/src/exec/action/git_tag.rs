//! The git tag of a release, made once everything else is done.

use crate::{
    exec::{Failure, StepContext, StepOutput},
    tool::git_tag::{self, GitTagJob},
};

/// Makes the tag, and pushes it where that is asked for.
pub async fn run(job: &GitTagJob, context: &StepContext) -> Result<StepOutput, Failure> {
    for command in git_tag::commands(job) {
        let ended = context.run(&command).await?;
        if !ended.success() {
            let pushes = command.argv.get(1).is_some_and(|word| word == "push");
            let (what, hint) = if pushes {
                ("pushed", "the images are released; run the command yourself once you may push")
            } else {
                ("made", "the images are released; mend what git says, then run this again")
            };
            let message = format!("git tag `{}` cannot be {what}: {}", job.tag, ended.stderr.trim());
            return Err(Failure::step(message).hint(hint).about(&command, Some(&ended)));
        }
    }
    Ok(StepOutput::default())
}
