//! A shell-out of the user's own: its late tokens filled in, its exit code the verdict.

use crate::{
    exec::{Failure, StepContext, StepOutput},
    pipeline::ImageName,
    tool::{late, run::RunJob},
};

/// Runs the command.
pub async fn run(job: &RunJob, context: &StepContext) -> Result<StepOutput, Failure> {
    let image = context.step.image().map(ImageName::new);
    let values = context.outputs.late_values(image.as_ref(), &context.options.run_dir);
    let command = late::try_fill(&job.command, &values).map_err(|missing| no_value(job, &missing, image.is_some()))?;
    let output = context.run(&command).await?;
    if output.success() {
        return Ok(StepOutput::default());
    }
    let program = command.argv.first().map_or("", String::as_str);
    Err(Failure::step(format!("`{program}` ends with {}", output.status)).about(&command, Some(&output)))
}

/// Handing on the token itself would make the command do something nobody meant.
fn no_value(job: &RunJob, missing: &[String], has_image: bool) -> Failure {
    let tokens: Vec<_> = missing.iter().map(|token| format!("`{token}`")).collect();
    let verb = if tokens.len() == 1 { "has" } else { "have" };
    let hint = match missing.first().map(String::as_str) {
        Some(late::IMAGE_ID | late::DIGEST | late::DIGEST_REF | late::REGISTRY) if !has_image => {
            "a stage with `once = true` is for no image; leave out `once`, or the token"
        }
        Some(late::IMAGE_ID) => "put the stage after the one that builds the image",
        Some(late::DIGEST | late::DIGEST_REF | late::REGISTRY) => {
            "put the stage after the one that pushes the image, in a task that pushes"
        }
        _ => "leave out the token",
    };
    Failure::step(format!("{} {verb} no value at this point of the run", tokens.join(", ")))
        .hint(hint)
        .about(&job.command, None)
}
