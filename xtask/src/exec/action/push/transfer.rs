//! One reference's way into the registry: push, read back, and again where what went wrong may pass.

use std::time::Duration;

use crate::{
    pipeline::RegistryKind,
    tool::{
        CommandLine, PushFault,
        manifest::Manifest,
        push::{self, PushJob},
    },
};

use super::{
    super::super::{CommandOutput, Failure, FailureClass, StepContext, backoff},
    access::Access,
    held::Held,
};

/// Reading a manifest takes milliseconds; a registry that accepts and never answers must not hold us for ten minutes.
const READ_BACK_DEADLINE: Duration = Duration::from_mins(1);

/// Pushes references of one image.
pub(super) struct Transfer<'a> {
    pub(super) context: &'a StepContext,
    pub(super) image_id: String,
    pub(super) job: &'a PushJob,
    pub(super) access: Access<'a>,
}

/// A command that did not do what it should.
struct Fault {
    kind: PushFault,
    failure: Failure,
}

impl<'a> Transfer<'a> {
    pub(super) fn new(job: &'a PushJob, context: &'a StepContext, access: Access<'a>, image_id: String) -> Self {
        Self {
            context,
            image_id,
            job,
            access,
        }
    }

    /// Pushes what is named `reference` in the engine's store; gives the manifest that the registry then has.
    pub(super) async fn run(&mut self, reference: &str) -> Result<Manifest, Failure> {
        let mut retry = 0;
        loop {
            match self.attempt(reference).await {
                Ok(manifest) => return Ok(manifest),
                Err(fault) => self.once_more(reference, fault, &mut retry).await?,
            }
        }
    }

    /// What the registry has under a reference; `None` if that is nothing, or if it does not tell people with our login.
    pub(super) async fn look_up(&mut self, reference: &str) -> Result<Option<Held>, Failure> {
        let mut retry = 0;
        loop {
            match self.held(reference).await {
                Ok(held) => return Ok(Some(held)),
                Err(fault) if fault.kind == PushFault::NotFound => return Ok(None),
                // Many registries say that of a repository that comes to be with the first push.
                Err(fault) if fault.kind == PushFault::Unauthorised && self.access.has_login() && !self.access.can_renew() => {
                    self.context
                        .log("(nothing can be read there with this login; taken as nothing there)");
                    return Ok(None);
                }
                Err(fault) => self.once_more(reference, fault, &mut retry).await?,
            }
        }
    }

    async fn held(&self, reference: &str) -> Result<Held, Fault> {
        let manifest = self.read_back(reference).await?;
        let command = self.access.apply(push::configuration(reference));
        let what = format!("the configuration of `{reference}` cannot be read");
        let ended = self.context.run_with(&command, None, READ_BACK_DEADLINE).await;
        let ended = ended.map_err(|failure| ended_early(failure, &what))?;
        if !ended.success() {
            return Err(fault(&ended, &what, &command));
        }
        Ok(Held::new(manifest, &ended.stdout))
    }

    /// Makes ready for another try; `Err` if there is to be none.
    async fn once_more(&mut self, reference: &str, fault: Fault, retry: &mut u32) -> Result<(), Failure> {
        if backoff::is_interrupted(self.context).await {
            return Err(fault.failure);
        }
        // A token may have expired since it was fetched.
        if fault.kind == PushFault::Unauthorised && self.access.renew().await? {
            self.context.log("(trying again with a new login)");
            return Ok(());
        }
        if fault.kind != PushFault::Passing || *retry >= self.job.options.retries {
            return Err(self.explain(reference, fault, *retry).await);
        }
        *retry += 1;
        backoff::pause(self.context, *retry).await
    }

    async fn attempt(&self, reference: &str) -> Result<Manifest, Fault> {
        let failed = match self.push(reference).await {
            Ok(()) => None,
            Err(fault) if matches!(fault.kind, PushFault::Engine | PushFault::Unauthorised) => return Err(fault),
            Err(fault) => Some(fault),
        };
        match (failed, self.read_back(reference).await) {
            (None, Ok(manifest)) if manifest.is_of(&self.image_id) => Ok(manifest),
            (None, Ok(manifest)) => Err(self.overwritten(reference, &manifest)),
            // The answer was lost, or the tag was there with the very same image before.
            (Some(_), Ok(manifest)) if manifest.is_of(&self.image_id) => {
                self.context.log("(the registry has the image under this tag all the same)");
                Ok(manifest)
            }
            (Some(fault), _) | (None, Err(fault)) => Err(fault),
        }
    }

    async fn push(&self, reference: &str) -> Result<(), Fault> {
        let command = self.access.apply(push::push(reference));
        let ended = self.context.run_with(&command, None, self.job.options.attempt_timeout.0).await;
        let ended = ended.map_err(|failure| ended_early(failure, &format!("the push of `{reference}`")))?;
        if ended.success() {
            return Ok(());
        }
        Err(fault(&ended, &format!("`{reference}` cannot be pushed"), &command))
    }

    /// The manifest that the registry has under a reference.
    async fn read_back(&self, reference: &str) -> Result<Manifest, Fault> {
        let command = self.access.apply(push::read_back(reference));
        let what = format!("`{reference}` cannot be read back");
        let Ok(ended) = tokio::time::timeout(READ_BACK_DEADLINE, self.context.read(&command)).await else {
            let failure = Failure::new(FailureClass::Network, format!("{what}: the registry does not answer")).about(&command, None);
            return Err(Fault {
                kind: PushFault::Passing,
                failure,
            });
        };
        let (ended, bytes) = ended.map_err(|failure| ended_early(failure, &what))?;
        if !ended.success() {
            return Err(fault(&ended, &what, &command));
        }
        Manifest::read(&bytes).map_err(|reason| Fault {
            kind: PushFault::Other,
            failure: Failure::new(FailureClass::Network, format!("{what}: {reason}")).about(&command, Some(&ended)),
        })
    }

    fn overwritten(&self, reference: &str, manifest: &Manifest) -> Fault {
        let message = format!(
            "`{reference}` is another image in the registry than the one that was pushed: {}, expected image `{}`",
            manifest.description(),
            self.image_id
        );
        Fault {
            kind: PushFault::Other,
            failure: Failure::new(FailureClass::Conflict, message).hint("somebody else pushes this tag at the same time; find out who"),
        }
    }

    /// Makes the last fault a failure that people can act on.
    async fn explain(&self, reference: &str, fault: Fault, retries: u32) -> Failure {
        let Fault { kind, mut failure } = fault;
        let name = &self.job.registry.name;
        let ecr = matches!(self.job.registry.kind, RegistryKind::Ecr(_));
        match kind {
            PushFault::Passing => {
                failure.class = FailureClass::Network;
                failure.message = format!("{} ({} tries)", failure.message, retries + 1);
                failure.hint(format!(
                    "see whether registry `{name}` can be reached from here, then run this again"
                ))
            }
            PushFault::Unauthorised => {
                failure.class = FailureClass::Authorisation;
                failure.hint(self.access.advice())
            }
            PushFault::Immutable => {
                failure.class = FailureClass::Conflict;
                if let Ok(manifest) = self.read_back(reference).await {
                    let there = manifest.description();
                    failure.message = format!(
                        "{}\nthe registry has {there}; this run has image `{}`",
                        failure.message, self.image_id
                    );
                }
                failure.hint("release this content under a new version; a tag of an immutable repository cannot be moved")
            }
            PushFault::NotFound if !ecr => failure.hint(format!("create the repository `{}` first", self.job.repository)),
            PushFault::Quota => {
                failure.class = FailureClass::Network;
                failure.hint("delete old images, or have the registry's quota raised")
            }
            PushFault::Engine => {
                failure.class = FailureClass::Machine;
                failure.hint("start the docker engine, or correct the docker context")
            }
            PushFault::NotFound | PushFault::Other => failure,
        }
    }
}

/// A command that could not be run at all, or took too long; the latter may pass.
fn ended_early(mut failure: Failure, what: &str) -> Fault {
    let kind = if failure.class == FailureClass::Machine {
        PushFault::Other
    } else {
        failure.message = format!("{what} gets no answer in time: {}", failure.message);
        PushFault::Passing
    };
    Fault { kind, failure }
}

fn fault(ended: &CommandOutput, what: &str, command: &CommandLine) -> Fault {
    Fault {
        kind: PushFault::read(&ended.stderr),
        failure: Failure::step(format!("{what}: {}", ended.stderr.trim())).about(command, Some(ended)),
    }
}
