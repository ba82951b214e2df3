//! What must hold before a task starts, as far as git knows it here.

use crate::{
    facts::{Facts, Git},
    pipeline::{Pipeline, Requirement, StageKind, selector},
};

use super::selection::Goal;

/// What does not hold, all of it. What speaks against a version is said by [`release`](super::release).
pub(super) fn unmet(pipeline: &Pipeline, facts: &Facts, goal: &Goal) -> Vec<String> {
    let Some(git) = &facts.git else {
        let asks_for_nothing = goal.require.is_empty() && goal.branches.is_empty();
        let unmet = "this is not a git repository; run `git init` and commit, or take `require` and `branches` out of the task";
        return if asks_for_nothing || goal.is_release {
            Vec::new()
        } else {
            vec![unmet.to_owned()]
        };
    };
    let mut unmet = Vec::new();
    let pushes = goal.stages.iter().filter(|stage| pipeline.stages[*stage].kind == StageKind::Push);
    if goal.is_release && pushes.count() > 1 {
        unmet.push("it has more than one push stage, and a release pushes once, in phases; leave one of them in the task".to_owned());
    }
    if goal.require.contains(&Requirement::CleanWorktree) && git.dirty {
        unmet.push("the worktree has uncommitted changes; commit or stash them".to_owned());
    }
    unmet.extend(branch(facts, git, &goal.branches));
    if let Some(upstream) = git.upstream.as_ref().filter(|upstream| goal.is_release && upstream.behind > 0) {
        let commits = if upstream.behind == 1 { "commit" } else { "commits" };
        unmet.push(format!(
            "HEAD is {} {commits} behind `{}`; run `git pull` first",
            upstream.behind, upstream.name
        ));
    }
    unmet
}

/// Whether HEAD is on one of the branches that are allowed. A git tag is on all branches that have its commit.
fn branch(facts: &Facts, git: &Git, allowed: &[String]) -> Option<String> {
    if allowed.is_empty() {
        return None;
    }
    let of_event = facts
        .event
        .git_ref
        .as_deref()
        .and_then(|git_ref| git_ref.strip_prefix("refs/heads/"));
    let is_allowed = |branch: &str| allowed.iter().any(|allowed| selector::matches_any(allowed, [branch]));
    let list = allowed.iter().map(|branch| format!("`{branch}`")).collect::<Vec<_>>().join(", ");
    match of_event.or(git.branch.as_deref()) {
        Some(branch) if is_allowed(branch) => None,
        Some(branch) => Some(format!("HEAD is on branch `{branch}`; the task runs on {list} only")),
        None if git.branches_with_head.iter().any(|branch| is_allowed(branch)) => None,
        None if git.branches_with_head.is_empty() => Some(format!(
            "no branch that has HEAD in it is known here, and the task runs on {list} only; fetch the branch, in CI with the whole history"
        )),
        None => Some(format!(
            "HEAD is on {}; the task runs on {list} only",
            git.branches_with_head
                .iter()
                .map(|branch| format!("`{branch}`"))
                .collect::<Vec<_>>()
                .join(", ")
        )),
    }
}
