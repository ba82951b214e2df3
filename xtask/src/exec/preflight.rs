//! What can be known to stand in the way of a release before its first step, from the machine and the registry: all of it at once.

use std::sync::Arc;

use tokio::{
    sync::{Semaphore, mpsc},
    task::JoinSet,
};

use crate::{
    plan::{Action, Plan, StepId},
    tool::{CommandLine, git_tag::GitTagJob, push::PushPhase},
};

use super::{Cancel, Failure, RunOptions, StepContext, action::push};

/// So many registries' answers are waited for at once.
const AT_ONCE: usize = 8;
/// How often what failed for a passing reason is tried again.
const RETRIES: u32 = 1;
/// With less free space than this, in bytes, a build hardly ends well.
const LEAST_FREE: u64 = 1 << 30;

/// Looks; changes nothing. What it finds comes in the plan's order.
pub async fn preflight(plan: &Plan, options: RunOptions, cancel: Cancel) -> Vec<Failure> {
    let options = Arc::new(options);
    let outputs = Arc::default();
    let (events, _nobody) = mpsc::unbounded_channel();
    let context = |name: &str| {
        let id = StepId::new("preflight", Some(name));
        StepContext::new(Arc::clone(&options), id, Arc::clone(&outputs), cancel.clone(), events.clone())
    };
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = JoinSet::new();
    let mut failures: Vec<(usize, Failure)> = Vec::new();
    for (index, step) in plan.steps.iter().enumerate().filter(|(_, step)| step.skip.is_none()) {
        match &step.action {
            Action::Push(job) if matches!(job.phase, PushPhase::Check | PushPhase::Moving) => {
                let (mut job, context, places) = (job.clone(), context(job.image.as_str()), Arc::clone(&places));
                // Whoever waits here sees nothing of it.
                job.options.retries = job.options.retries.min(RETRIES);
                running.spawn(async move {
                    let _place = places.acquire().await;
                    push::preflight(&job, &context).await.map_err(|failure| (index, failure))
                });
            }
            Action::GitTag(job) if !job.exists => {
                let found = identity(job, &context("git-tag")).await;
                failures.extend(found.err().map(|failure| (index, failure)));
            }
            _ => {}
        }
    }
    failures.extend(disk(&context("disk")).await.map(|failure| (0, failure)));
    while let Some(ended) = running.join_next().await {
        match ended {
            Ok(result) => failures.extend(result.err()),
            Err(panic) => failures.push((0, Failure::step(format!("xtask itself has a defect here: {panic}")))),
        }
    }
    failures.sort_by_key(|(index, _)| *index);
    failures.into_iter().map(|(_, failure)| failure).collect()
}

/// Whether git knows in whose name a tag is made.
async fn identity(job: &GitTagJob, context: &StepContext) -> Result<(), Failure> {
    let command = CommandLine::new(["git", "var", "GIT_COMMITTER_IDENT"]);
    let ended = context.run(&command).await?;
    if ended.success() {
        return Ok(());
    }
    let message = format!("git does not know in whose name to make the tag `{}`", job.tag);
    Err(Failure::machine(message).hint("run `git config user.name NAME` and `git config user.email ADDRESS`"))
}

/// Whether the engine has room for more images. One that runs elsewhere is not looked at.
async fn disk(context: &StepContext) -> Option<Failure> {
    let ask = CommandLine::new(["docker", "info", "--format", "{{.DockerRootDir}}"]);
    let ended = context.run(&ask).await.ok()?;
    let folder = ended.stdout.trim();
    let free = rustix::fs::statvfs(folder).ok()?;
    let free = free.f_bavail.saturating_mul(free.f_frsize);
    (ended.success() && free < LEAST_FREE).then(|| {
        let message = format!(
            "only {} MB are free where the docker engine keeps its images (`{folder}`)",
            free / 1_000_000
        );
        Failure::machine(message).hint("make room, for example with `docker system prune`")
    })
}
