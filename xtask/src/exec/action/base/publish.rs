//! Publishing a base image of the user's own, made as a stand-in is, to where mirrors are looked for.

use crate::{
    pipeline::Fallback,
    tool::{CommandLine, push::PushFault},
};

use super::{
    super::super::{CommandOutput, Failure, FailureClass, StepContext},
    PULL, engine, stand_in,
};

/// Builds what stands in for `reference` and pushes it to `target`, a name of the user's own. From there on it is a base image like any other, and
/// carries no mark.
pub async fn publish(reference: &str, fallback: &Fallback, target: &str, context: &StepContext) -> Result<(), Failure> {
    let published = build_and_push(reference, fallback, target, context).await;
    if published.is_err() {
        // What did not get to the registry must not pass for what is there.
        let remove = CommandLine::new(["docker", "image", "rm", "--", target]);
        let _ = context.run(&remove).await;
    }
    published
}

async fn build_and_push(reference: &str, fallback: &Fallback, target: &str, context: &StepContext) -> Result<(), Failure> {
    stand_in::build_fallback(reference, fallback, target, false, context).await?;
    let push = CommandLine::new(["docker", "push", "--", target]);
    let ended = context.run_with(&push, None, PULL).await?;
    if !ended.success() {
        return Err(refusal(target, &ended).about(&push, Some(&ended)));
    }
    context.log(&format!("`{reference}` is published as `{target}`"));
    Ok(())
}

fn refusal(target: &str, ended: &CommandOutput) -> Failure {
    let said = ended.stderr.lines().rev().map(str::trim).find(|line| !line.is_empty());
    let message = format!("`{target}` cannot be pushed: {}", said.unwrap_or("no reason given"));
    match PushFault::read(&ended.stderr) {
        PushFault::Engine => engine::no_answer(),
        PushFault::Unauthorised => Failure::new(FailureClass::Authorisation, message).hint("log in to it with `docker login`"),
        _ => Failure::new(FailureClass::Network, message).hint("is the registry up, and does the repository exist?"),
    }
}
