//! Find a base image: at a mirror, in the engine, under its own name, or as a stand-in made here.

mod stand_in;

use std::time::Duration;

use crate::{
    plan::BaseJob,
    tool::{CommandLine, debian_root},
};

use super::super::{Failure, FailureClass, StepContext, StepOutput};

/// How long one pull may take. A registry that does not answer at all is given up by the engine itself after some 15 s.
const PULL: Duration = Duration::from_secs(600);

/// Runs one search.
pub async fn run(job: &BaseJob, context: &StepContext) -> Result<StepOutput, Failure> {
    let mut refusals = Vec::new();
    for mirror in &job.mirrors {
        match pull(mirror, context).await? {
            Ok(()) => return found(job, mirror, context).await,
            Err(reason) => refusals.push(format!("`{mirror}`: {reason}")),
        }
    }
    if is_real(&job.reference, context).await? {
        return found(job, &job.reference, context).await;
    }
    match pull(&job.reference, context).await? {
        Ok(()) => return found(job, &job.reference, context).await,
        Err(reason) => refusals.push(format!("`{}`: {reason}", job.reference)),
    }
    match &job.fallback {
        Some(fallback) if job.allow_fallback => {
            let stand_in = stand_in::provide(&job.reference, fallback, context).await?;
            context.notice(&format!(
                "base image `{}` cannot be had ({}); a stand-in from Debian packages takes its place: good for trying out, never for a release",
                job.reference,
                refusals.last().map_or("", |reason| reason.rsplit("`: ").next().unwrap_or(reason)),
            ));
            context.outputs.record_base(&job.reference, stand_in.clone());
            Ok(StepOutput {
                notes: vec![format!("stand-in: {stand_in}")],
                ..StepOutput::default()
            })
        }
        fallback => Err(refuse(job, &refusals, fallback.is_some())),
    }
}

/// Builds the stand-in of a base and pushes it to `target`, a name of the user's own; gives what docker printed last.
pub async fn publish(reference: &str, fallback: &crate::pipeline::Fallback, target: &str, context: &StepContext) -> Result<(), Failure> {
    let stand_in = stand_in::provide(reference, fallback, context).await?;
    // From here on it is the user's own base image, under the user's own name: the mark of a stand-in goes.
    let own = stand_in::import(reference, fallback, target, false, context).await;
    own?;
    context.log(&format!("`{stand_in}` is published as `{target}`"));
    let push = CommandLine::new(["docker", "push", target]);
    let ended = context.run_with(&push, None, PULL).await?;
    if ended.success() {
        return Ok(());
    }
    let message = format!("`{target}` cannot be pushed: {}", last_line(&ended.stderr));
    Err(Failure::new(FailureClass::Network, message)
        .hint("is the registry up, and are you logged in to it?")
        .about(&push, Some(&ended)))
}

/// A pull that fails is an answer, not a failure of the step: the inner error says why.
async fn pull(reference: &str, context: &StepContext) -> Result<Result<(), String>, Failure> {
    let command = CommandLine::new(["docker", "pull", "--quiet", reference]);
    let ended = context.run_with(&command, None, PULL).await?;
    if ended.success() {
        return Ok(Ok(()));
    }
    if ended.stderr.contains("Cannot connect to the Docker daemon") {
        return Err(Failure::machine("the docker engine does not answer")
            .hint("`cargo xtask setup` shows what is missing")
            .about(&command, Some(&ended)));
    }
    Ok(Err(last_line(&ended.stderr)))
}

fn last_line(text: &str) -> String {
    let line = text
        .lines()
        .rev()
        .find(|line| !line.trim().is_empty())
        .unwrap_or("no reason given")
        .trim();
    // `Error response from daemon: Get "https://…": dial tcp: lookup … no such host`: the end says it.
    let line = line.trim_start_matches("Error response from daemon: ");
    line.rsplit_once("dial tcp")
        .map_or(line, |(_, reason)| reason.trim_start_matches(':').trim())
        .to_owned()
}

/// Whether the engine has the image already, and it is no stand-in that somebody tagged so.
async fn is_real(reference: &str, context: &StepContext) -> Result<bool, Failure> {
    let format = format!("{{{{index .Config.Labels {:?}}}}}", debian_root::LABEL);
    let (ended, stdout) = context
        .read(&CommandLine::new(["docker", "image", "inspect", "--format", &format, reference]))
        .await?;
    let label = String::from_utf8_lossy(&stdout);
    Ok(ended.success() && ["", "<no value>"].contains(&label.trim()))
}

/// Pins what was found by its digest, where the engine knows it: a build sees the same base even if the tag moves meanwhile.
async fn found(job: &BaseJob, reference: &str, context: &StepContext) -> Result<StepOutput, Failure> {
    let digests = CommandLine::new(["docker", "image", "inspect", "--format", "{{json .RepoDigests}}", reference]);
    let (_, stdout) = context.read(&digests).await?;
    let known: Vec<String> = serde_json::from_slice(&stdout).unwrap_or_default();
    let repository = reference
        .rsplit_once(':')
        .filter(|(_, tag)| !tag.contains('/'))
        .map_or(reference, |(repository, _)| repository);
    let digest = known
        .iter()
        .filter_map(|known| known.split_once('@'))
        .find(|(name, _)| *name == repository)
        .map(|(_, digest)| digest.to_owned());
    let resolved = digest
        .as_ref()
        .map_or_else(|| reference.to_owned(), |digest| format!("{reference}@{digest}"));
    context.log(&format!("`{}` is `{resolved}`", job.reference));
    context.outputs.record_base(&job.reference, resolved);
    Ok(StepOutput {
        digest,
        notes: vec![format!("from `{reference}`")],
        ..StepOutput::default()
    })
}

fn refuse(job: &BaseJob, refusals: &[String], has_fallback: bool) -> Failure {
    let message = format!("base image `{}` cannot be had\n{}", job.reference, refusals.join("\n"));
    let hint = match (has_fallback, job.mirrors.is_empty()) {
        (true, false) => {
            "this task does not allow stand-ins; on a closed network, `cargo xtask bases publish` puts base images of your own where the mirrors are looked for"
        }
        (true, true) => "this task does not allow stand-ins; give the base `mirrors` in pipeline.toml",
        (false, _) => "give the base `mirrors` or a `fallback` in pipeline.toml",
    };
    Failure::new(FailureClass::Network, message).hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_of_a_failed_pull_is_its_end() {
        let daemon = "Error response from daemon: Get \"https://x/v2/\": dial tcp: lookup x on 10.0.0.1:53: no such host\n";
        assert_eq!(last_line(daemon), "lookup x on 10.0.0.1:53: no such host");
        assert_eq!(last_line("Error response from daemon: manifest unknown\n\n"), "manifest unknown");
    }
}
