//! Find a base image: at a mirror, in the engine, under its own name, or as a stand-in made here.
//!
//! A stand-in is never taken for the real thing: it lives under a name of its own, carries a label, and an image with that label is refused
//! wherever it is found.

mod engine;
mod publish;
mod stand_in;

use std::time::Duration;

use crate::{
    plan::BaseJob,
    tool::docker_pull::{self, PullFault},
};

use super::super::{Failure, FailureClass, StepContext, StepOutput, backoff};
use engine::EngineImage;

pub use publish::publish;
pub use stand_in::build_fallback;

/// How long one pull may take. A registry that cannot be reached is given up by the engine itself, at once or after 25 s.
const PULL: Duration = Duration::from_mins(15);
/// How often a registry that has passing trouble is asked again.
const RETRIES: u32 = 2;

/// Runs one search.
pub async fn run(job: &BaseJob, context: &StepContext) -> Result<StepOutput, Failure> {
    let mut search = Search {
        job,
        context,
        attempts: Vec::new(),
    };
    if let Some(found) = search.real().await? {
        context.log(&format!("`{}` is `{}`", job.reference, found.resolved));
        context.outputs.record_base(&job.reference, found.resolved);
        return Ok(StepOutput {
            digest: found.digest,
            notes: vec![found.note],
            ..StepOutput::default()
        });
    }
    match &job.fallback {
        Some(fallback) if job.allow_fallback => {
            let reason = search.attempts.last().map_or("", |attempt| attempt.reason.as_str());
            context.notice(&format!(
                "base image `{}` cannot be had ({reason}); a stand-in built from Debian packages takes its place, never for a release",
                job.reference
            ));
            let stand_in = stand_in::provide(&job.reference, fallback, context).await?;
            context.outputs.record_base(&job.reference, stand_in.clone());
            Ok(StepOutput {
                notes: vec![format!("stand-in: {stand_in}")],
                ..StepOutput::default()
            })
        }
        _ => Err(search.refusal()),
    }
}

/// The base image itself.
struct Found {
    /// As `docker-image://` takes it: pinned by digest, where the engine knows it, so that a build sees the same base even if the tag moves.
    resolved: String,
    digest: Option<String>,
    note: String,
}

impl Found {
    fn new(name: &str, image: &EngineImage, note: String) -> Self {
        let digest = image.digest_at(name);
        let pinned = digest.as_ref().filter(|_| !name.contains('@'));
        Self {
            resolved: pinned.map_or_else(|| name.to_owned(), |digest| format!("{name}@{digest}")),
            digest,
            note,
        }
    }
}

/// A place where the image is not.
struct Attempt<'a> {
    name: &'a str,
    reason: String,
}

/// A search going on.
struct Search<'a> {
    job: &'a BaseJob,
    context: &'a StepContext,
    attempts: Vec<Attempt<'a>>,
}

impl<'a> Search<'a> {
    /// The real base: mirrors, then what the engine has, then the name itself.
    async fn real(&mut self) -> Result<Option<Found>, Failure> {
        for mirror in &self.job.mirrors {
            if let Some(found) = self.pulled(mirror).await? {
                return Ok(Some(found));
            }
        }
        if !self.job.pull
            && let Some(found) = self.here().await?
        {
            return Ok(Some(found));
        }
        self.pulled(&self.job.reference).await
    }

    async fn here(&mut self) -> Result<Option<Found>, Failure> {
        for mirror in &self.job.mirrors {
            // Only what once came from the mirror, or went there, counts as its image: anybody can give an image any name.
            let image = engine::look_up(mirror, self.context).await?;
            if let Some(image) = image.filter(|image| !image.is_stand_in() && image.digest_at(mirror).is_some()) {
                let note = format!("from `{mirror}`, pulled earlier: it cannot be asked now");
                return Ok(Some(Found::new(mirror, &image, note)));
            }
        }
        let name = &self.job.reference;
        match engine::look_up(name, self.context).await? {
            Some(image) if !image.is_stand_in() => {
                let note = format!("from the engine, which has `{name}` already");
                Ok(Some(Found::new(name, &image, note)))
            }
            Some(_) => {
                self.note(
                    name,
                    "the engine has a stand-in under this name, which is not taken for the real one".to_owned(),
                );
                Ok(None)
            }
            None => Ok(None),
        }
    }

    async fn pulled(&mut self, name: &'a str) -> Result<Option<Found>, Failure> {
        if let Err(reason) = pull(name, self.context).await? {
            self.note(name, reason);
            return Ok(None);
        }
        match engine::look_up(name, self.context).await? {
            Some(image) if !image.is_stand_in() => Ok(Some(Found::new(name, &image, format!("from `{name}`")))),
            Some(_) => {
                self.note(name, "what is there is a stand-in, not the real one".to_owned());
                Ok(None)
            }
            None => Err(Failure::machine(format!("the engine pulled `{name}`, and does not have it"))),
        }
    }

    fn note(&mut self, name: &'a str, reason: String) {
        self.attempts.push(Attempt { name, reason });
    }

    fn refusal(&self) -> Failure {
        let attempts = self
            .attempts
            .iter()
            .map(|attempt| format!("`{}`: {}", attempt.name, attempt.reason));
        let reference = &self.job.reference;
        let message = format!(
            "base image `{reference}` cannot be had\n{}",
            attempts.collect::<Vec<_>>().join("\n")
        );
        let hint = match (&self.job.fallback, self.job.mirrors.is_empty()) {
            (Some(_), false) => {
                "this task does not allow stand-ins; on a closed network, `cargo xtask bases publish` makes base images from Debian packages and \
                 puts them where the mirrors are looked for"
                    .to_owned()
            }
            (Some(_), true) => format!(
                "this task does not allow stand-ins; give a mirror in `[bases.\"{reference}\"] mirrors`, and `cargo xtask bases publish` can make one \
                 from Debian packages"
            ),
            (None, _) => format!("give a mirror in `[bases.\"{reference}\"] mirrors`, or a `fallback`"),
        };
        Failure::new(FailureClass::Network, message).hint(hint)
    }
}

/// A pull that fails is an answer, not a failure of the step: the inner error says why.
async fn pull(name: &str, context: &StepContext) -> Result<Result<(), String>, Failure> {
    let command = docker_pull::command(name);
    for retry in 1.. {
        let ended = match context.run_with(&command, None, PULL).await {
            Ok(ended) if ended.success() => return Ok(Ok(())),
            Ok(ended) => ended,
            // A mirror that takes too long is one that does not have it; the next one may.
            Err(failure) if failure.class == FailureClass::Step && !backoff::is_interrupted(context).await => {
                return Ok(Err(failure.message));
            }
            Err(failure) => return Err(failure),
        };
        match docker_pull::explain(&ended.stderr) {
            PullFault::NoEngine => return Err(engine::no_answer().about(&command, Some(&ended))),
            PullFault::DiskFull => {
                let hint = "`docker system df` shows what docker keeps; `docker builder prune` frees its cache";
                return Err(Failure::machine("the disk is full").hint(hint).about(&command, Some(&ended)));
            }
            PullFault::Passing(_) if retry <= RETRIES => backoff::pause(context, retry).await?,
            PullFault::Passing(reason) | PullFault::Final(reason) => return Ok(Err(reason)),
        }
    }
    unreachable!("the retries are counted down")
}
