//! The plan: a graph of steps, a pure function of pipeline, facts and selection.
//!
//! No I/O, no async, no environment in here: `cargo xtask plan` prints it, `exec` obeys it.

mod describe;
mod edges;
mod error;
mod expand;
mod git_tags;
mod image_inputs;
mod jobs;
mod json;
mod labels;
mod left_out;
mod named_image;
mod order;
mod phases;
pub mod release;
mod requirements;
mod selection;
mod step;
pub mod tags;
mod text;
mod values;

pub use error::PlanError;
pub use image_inputs::image_inputs;
pub use json::PlanJson;
pub use named_image::{NamedImage, name_images, repositories};
pub use release::{Bump, Release, VersionChoice};
pub use selection::Selection;
pub use step::{Action, BaseJob, Step, StepId};

use release::Releases;

use crate::{
    facts::Facts,
    pipeline::{Allowance, Pipeline, RegistryName},
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
    /// Full id of the commit it is for.
    pub commit: Option<String>,
    /// What is released, and as which version; empty for a task that makes no release.
    pub releases: Vec<Release>,
    /// What the task requires of the repository and does not have; running such a plan is refused.
    pub unmet: Vec<String>,
    /// What the reader of the plan should know.
    pub notes: Vec<String>,
}

/// Plans what `selection` asks for.
pub fn build(pipeline: &Pipeline, facts: &Facts, selection: &Selection) -> Result<Plan, PlanError> {
    let mut goal = selection::goal(pipeline, selection)?;
    let mut unmet = requirements::unmet(pipeline, facts, &goal);
    let mut notes: Vec<String> = goal.allow.iter().map(|allowance| note(*allowance).to_owned()).collect();
    let mut releases = Releases::default();
    if goal.is_release {
        releases = release::choose(pipeline, facts, &goal.images, &selection.version);
        unmet.extend(releases.problems);
        if !releases.releases.is_empty() {
            notes.extend(releases.left_out.iter().map(|(image, why)| format!("`{image}` is left out: {why}")));
            goal.images.retain(|image| releases.releases.contains_key(image));
        }
    }
    let edges = edges::Edges::find(pipeline, facts)?;
    let mut expansion = expand::Expansion::new((pipeline, facts), &goal, &edges, &releases.releases);
    expansion.expand()?;
    let (steps, more) = expansion.finish();
    notes.extend(more);
    Ok(Plan {
        task: goal.task.clone(),
        registry: steps
            .iter()
            .any(|step| matches!(step.action, Action::Push(_)))
            .then(|| goal.registry.clone())
            .flatten(),
        steps: order::sort(steps),
        commit: facts.event.sha.clone(),
        releases: releases.releases.into_values().collect(),
        unmet,
        notes,
    })
}

fn note(allowance: Allowance) -> &'static str {
    match allowance {
        Allowance::FallbackBases => "a base image that cannot be had may be replaced by a stand-in; such an image is never pushed",
        Allowance::NoVulnerabilityDb => "where trivy has no vulnerability database, images are scanned without one",
    }
}
