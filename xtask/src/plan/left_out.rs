//! Pushes that cannot be, and what would have come after them: they stay in the plan, with the reason.

use indexmap::IndexMap;

use crate::{facts::Facts, tool::push::PushJob};

use super::{Action, Step, StepId};

/// Why an image is not pushed; `None` if it is.
pub(super) fn push(job: &PushJob, facts: &Facts) -> Option<String> {
    let event = &facts.event;
    let registry = &job.registry.name;
    if event.is_pull_request() && event.from_fork {
        return Some("a pull request from a fork is not pushed: it has no credentials, and should have none".to_owned());
    }
    if let Some(Err(missing)) = facts.credentials.get(registry).filter(|_| event.is_pull_request()) {
        return Some(format!(
            "a pull request without credentials for registry `{registry}` is not pushed: {missing}"
        ));
    }
    let untagged = job.tags.is_empty();
    untagged.then(|| "no tag rule gives a tag here; `cargo xtask tags` says why".to_owned())
}

/// Leaves out what needs a push that is left out; a step for all images goes on as long as one of them is pushed.
pub(super) fn followers(steps: &mut IndexMap<StepId, Step>) {
    let mut left_out: Vec<StepId> = steps
        .values()
        .filter(|step| step.skip.is_some() && matches!(step.action, Action::Push(_)))
        .map(|step| step.id.clone())
        .collect();
    // In the order they were made, so that what a step needs of its image comes before it.
    for step in steps.values_mut().filter(|step| step.skip.is_none()) {
        let of_pushes = |id: &&StepId| id.image().is_some() && left_out.contains(id);
        let missing = step.needs.iter().filter(of_pushes).count();
        let others = step.image.is_none() && missing < step.needs.len();
        if let Some(first) = step.needs.iter().find(of_pushes).filter(|_| !others) {
            step.skip = Some(format!("it needs `{first}`, which is left out"));
            left_out.push(step.id.clone());
        }
    }
}
