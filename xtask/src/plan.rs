//! The plan: a graph of steps, a pure function of pipeline, facts and selection.
//!
//! No I/O, no async, no environment in here: `cargo xtask plan` prints it, `exec` obeys it.

mod edges;
mod error;
mod expand;
mod jobs;
mod json;
mod labels;
mod order;
mod selection;
mod step;
pub mod tags;
mod text;
mod values;

pub use error::PlanError;
pub use json::PlanJson;
pub use selection::Selection;
pub use step::{Action, BaseJob, Step, StepId};

use crate::{
    facts::Facts,
    pipeline::{Allowance, Pipeline, RegistryName, Requirement},
};

/// What a task would do.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The task or stage that was asked for.
    pub task: String,
    /// Where push steps push to.
    pub registry: Option<RegistryName>,
    /// Steps in an order that respects `needs` and `after`.
    pub steps: Vec<Step>,
    /// What the task requires of the repository and does not have; running such a plan is refused.
    pub unmet: Vec<String>,
    /// What the reader of the plan should know.
    pub notes: Vec<String>,
}

/// Plans what `selection` asks for.
pub fn build(pipeline: &Pipeline, facts: &Facts, selection: &Selection) -> Result<Plan, PlanError> {
    let goal = selection::goal(pipeline, selection)?;
    let edges = edges::Edges::find(pipeline, facts)?;
    let mut expansion = expand::Expansion::new(pipeline, facts, &goal, &edges);
    expansion.expand()?;
    let steps = expansion.finish();
    Ok(Plan {
        task: goal.task.clone(),
        registry: steps
            .iter()
            .any(|step| matches!(step.action, Action::Push(_)))
            .then(|| goal.registry.clone())
            .flatten(),
        steps: order::sort(steps),
        unmet: goal.require.iter().filter_map(|requirement| unmet(*requirement, facts)).collect(),
        notes: goal.allow.iter().map(|allowance| note(*allowance).to_owned()).collect(),
    })
}

fn note(allowance: Allowance) -> &'static str {
    match allowance {
        Allowance::FallbackBases => "a base image that cannot be had may be replaced by a stand-in; such an image is never pushed",
        Allowance::NoVulnerabilityDb => "where trivy has no vulnerability database, images are scanned without one",
    }
}

fn unmet(requirement: Requirement, facts: &Facts) -> Option<String> {
    let Some(git) = &facts.git else {
        return Some("this is not a git repository; run `git init` and commit, or take `require` out of the task".to_owned());
    };
    match requirement {
        Requirement::CleanWorktree if git.dirty => Some("the worktree has uncommitted changes; commit or stash them".to_owned()),
        Requirement::VersionTag => {
            let tag = facts
                .event
                .git_ref
                .as_deref()
                .and_then(|git_ref| git_ref.strip_prefix("refs/tags/"));
            let is_version = tag.is_some_and(|tag| tags::parse_version(tag).is_some());
            let hint = git
                .latest_version_tag
                .as_ref()
                .map_or_else(|| "v0.1.0".to_owned(), |tag| format!("the next after {tag}"));
            (!is_version).then(|| format!("HEAD carries no version tag; make one with `git tag -a TAG` (TAG: {hint})"))
        }
        Requirement::CleanWorktree => None,
    }
}
