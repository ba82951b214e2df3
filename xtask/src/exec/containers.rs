//! Containers that steps of a run started carry the run's label, so that none is left behind, whatever became of the step.

use std::{sync::Arc, time::Duration};

use tokio::sync::mpsc::UnboundedSender;

use crate::{
    plan::{Action, StepId},
    tool::CommandLine,
};

use super::{Cancel, Event, Failure, Outputs, RunOptions, StepContext};

/// The label's key; its value is the run's id.
pub const RUN_LABEL: &str = "dev.xtask.run";
/// How long removing them may take.
const DEADLINE: Duration = Duration::from_secs(30);

/// Whether an action may leave a container behind.
pub(super) fn may_start(action: &Action) -> bool {
    matches!(action, Action::Test(_))
}

/// Removes the containers of this run; a second signal gives up on it.
pub(super) async fn remove(options: &Arc<RunOptions>, events: &UnboundedSender<Event>, cancel: &Cancel) {
    let context = StepContext::new(
        Arc::clone(options),
        StepId::new("cleanup", None),
        Arc::<Outputs>::default(),
        // The run may have been interrupted already: that is just when this is needed.
        Cancel::new(),
        events.clone(),
    );
    tokio::select! {
        removed = remove_with(&context) => {
            if let Err(failure) = removed {
                context.notice(&format!("containers of this run may be left behind: {}", failure.message));
            }
        }
        _ = cancel.killed() => {}
    }
}

async fn remove_with(context: &StepContext) -> Result<(), Failure> {
    let label = format!("label={RUN_LABEL}={}", context.options.run_id);
    let list = CommandLine::new(["docker", "ps", "--all", "--quiet", "--filter", &label]);
    let listed = context.run_with(&list, None, DEADLINE).await?;
    if !listed.success() {
        return Err(Failure::machine(format!("`docker ps` ends with {}", listed.status)));
    }
    let containers: Vec<_> = listed.stdout.split_whitespace().collect();
    if containers.is_empty() {
        return Ok(());
    }
    let remove = CommandLine::new(["docker", "rm", "--force", "--volumes"].into_iter().chain(containers));
    let removed = context.run_with(&remove, None, DEADLINE).await?;
    if removed.success() {
        Ok(())
    } else {
        Err(Failure::machine(format!("`docker rm` ends with {}", removed.status)))
    }
}
