//! The plan as JSON: a contract with other people's tools.

use std::{collections::BTreeMap, path::PathBuf};

use serde::Serialize;

use crate::{
    pipeline::{ImageName, RegistryName},
    tool::CommandLine,
};

use super::{Plan, Release, Step, StepId};

/// `cargo xtask plan TASK --format json`.
#[derive(Debug, Serialize)]
pub struct PlanJson<'a> {
    /// Version of this shape.
    schema: u32,
    /// The task or stage that was asked for.
    task: &'a str,
    /// Where push steps push to.
    registry: Option<&'a str>,
    /// What is released, and as which version; empty for a task that makes no release.
    releases: &'a [Release],
    /// What the reader of the plan should know.
    notes: &'a [String],
    /// What the task requires and the repository does not have: a run is refused.
    unmet: &'a [String],
    /// In an order that respects `needs`.
    steps: Vec<StepJson<'a>>,
}

#[derive(Debug, Serialize)]
struct StepJson<'a> {
    id: &'a StepId,
    image: Option<&'a str>,
    stage: &'a str,
    needs: &'a [StepId],
    after: &'a [StepId],
    /// Program and arguments of the main command.
    command: &'a [String],
    /// All commands in order, the main one included.
    commands: Vec<&'a [String]>,
    /// Folder it runs in, relative to `pipeline.toml`.
    cwd: &'a str,
    env: BTreeMap<&'a str, &'a str>,
    inputs: &'a [PathBuf],
    skip: Option<Skip<'a>>,
}

#[derive(Debug, Serialize)]
struct Skip<'a> {
    reason: &'a str,
}

impl<'a> From<&'a Plan> for PlanJson<'a> {
    fn from(plan: &'a Plan) -> Self {
        Self {
            schema: 1,
            task: &plan.task,
            registry: plan.registry.as_ref().map(RegistryName::as_str),
            releases: &plan.releases,
            notes: &plan.notes,
            unmet: &plan.unmet,
            steps: plan.steps.iter().map(step).collect(),
        }
    }
}

fn step(step: &Step) -> StepJson<'_> {
    let main: Option<&CommandLine> = step.commands.first();
    StepJson {
        id: &step.id,
        image: step.image.as_ref().map(ImageName::as_str),
        stage: step.stage.as_str(),
        needs: &step.needs,
        after: &step.after,
        command: main.map(|command| command.argv.as_slice()).unwrap_or_default(),
        commands: step.commands.iter().map(|command| command.argv.as_slice()).collect(),
        cwd: main.and_then(|command| command.cwd.as_deref()).unwrap_or("."),
        env: step
            .commands
            .iter()
            .flat_map(|command| &command.env)
            .chain(&step.env)
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect(),
        inputs: &step.inputs,
        skip: step.skip.as_deref().map(|reason| Skip { reason }),
    }
}
