//! What is asked for, looked up: which stages, which images, which registry.

use std::collections::BTreeSet;

use indexmap::IndexSet;

use crate::{
    diag::did_you_mean,
    pipeline::{Allowance, Image, ImageName, Pipeline, RegistryName, Requirement, StageKind, StageName, TaskName, closure, selector},
};

use super::{PlanError, VersionChoice};

/// What is asked for, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// A task, or a stage.
    pub task: String,
    /// Images, groups or globs among those of the task; empty for all of them.
    pub images: Vec<String>,
    /// `--registry`.
    pub registry: Option<String>,
    /// Which version is released, by a task that makes releases.
    pub version: VersionChoice,
    /// `--push-tag`: whether the git tag of a release is pushed.
    pub push_tag: bool,
}

/// What is asked for, looked up.
#[derive(Clone, Debug)]
pub(super) struct Goal {
    pub task: String,
    pub images: IndexSet<ImageName>,
    pub stages: Vec<StageName>,
    pub registry: Option<RegistryName>,
    pub require: BTreeSet<Requirement>,
    pub branches: Vec<String>,
    pub allow: BTreeSet<Allowance>,
    /// Whether what it pushes is a version, for good.
    pub is_release: bool,
    /// Whether the git tag of a release is pushed.
    pub push_tag: bool,
}

impl Goal {
    /// Whether one of its stages pushes.
    pub fn pushes(&self, pipeline: &Pipeline) -> bool {
        self.stages.iter().any(|stage| pipeline.stages[stage].kind == StageKind::Push)
    }
}

pub(super) fn goal(pipeline: &Pipeline, selection: &Selection) -> Result<Goal, PlanError> {
    let registry = registry(pipeline, selection.registry.as_deref())?;
    let mut goal = if let Some(task) = pipeline.tasks.get(selection.task.as_str()) {
        Goal {
            task: selection.task.clone(),
            images: images(pipeline, &task.images, pipeline.images.values())?,
            stages: closure::stages(&pipeline.stages, &task.stages),
            registry: registry.or_else(|| task.registry.clone()),
            require: task.require.clone(),
            branches: task.branches.clone(),
            allow: task.allow.clone(),
            is_release: task.is_release(),
            push_tag: selection.push_tag,
        }
    } else if let Some((stage, _)) = pipeline.stages.get_key_value(selection.task.as_str()) {
        Goal {
            task: selection.task.clone(),
            images: pipeline.images.keys().cloned().collect(),
            stages: closure::stages(&pipeline.stages, std::slice::from_ref(stage)),
            registry,
            require: BTreeSet::new(),
            branches: Vec::new(),
            allow: BTreeSet::new(),
            is_release: false,
            push_tag: false,
        }
    } else {
        let known: Vec<&str> = pipeline
            .tasks
            .keys()
            .map(TaskName::as_str)
            .chain(pipeline.stages.keys().map(StageName::as_str))
            .collect();
        let help = did_you_mean(&selection.task, known.iter().copied());
        return Err(PlanError::UnknownTask {
            name: selection.task.clone(),
            help,
        });
    };
    if !goal.is_release && (selection.version != VersionChoice::Found || selection.push_tag) {
        return Err(PlanError::NoReleaseTask(goal.task));
    }
    if !goal.pushes(pipeline) {
        goal.allow.extend(&pipeline.allow);
    }
    if !selection.images.is_empty() {
        let of_task = goal.images.iter().filter_map(|name| pipeline.images.get(name.as_str()));
        goal.images = images(pipeline, &selection.images, of_task)?;
    }
    Ok(goal)
}

pub(super) fn registry(pipeline: &Pipeline, name: Option<&str>) -> Result<Option<RegistryName>, PlanError> {
    let Some(name) = name else { return Ok(None) };
    match pipeline.registries.get_key_value(name) {
        Some((name, _)) => Ok(Some(name.clone())),
        None => Err(PlanError::UnknownRegistry {
            name: name.to_owned(),
            help: did_you_mean(name, pipeline.registries.keys().map(RegistryName::as_str)),
        }),
    }
}

/// The images among `candidates` that one of `selectors` names; all of them if there are no selectors. In pipeline order.
pub(super) fn images<'a>(
    pipeline: &Pipeline,
    selectors: &[String],
    candidates: impl Iterator<Item = &'a Image>,
) -> Result<IndexSet<ImageName>, PlanError> {
    let candidates: Vec<&Image> = candidates.collect();
    if selectors.is_empty() {
        return Ok(candidates.into_iter().map(|image| image.name.clone()).collect());
    }
    let names = |image: &'a Image| std::iter::once(image.name.as_str()).chain(image.groups.iter().map(String::as_str));
    let mut chosen = IndexSet::new();
    for selector in selectors {
        let before = chosen.len();
        chosen.extend(
            candidates
                .iter()
                .filter(|image| selector::matches_any(selector, names(image)))
                .map(|image| image.name.clone()),
        );
        let matched = chosen.len() > before || candidates.iter().any(|image| selector::matches_any(selector, names(image)));
        if !matched {
            let known: IndexSet<&str> = candidates.iter().flat_map(|image| names(image)).collect();
            return Err(PlanError::unknown_image(selector, known));
        }
    }
    chosen.sort_by_key(|name| pipeline.images.get_index_of(name.as_str()));
    Ok(chosen)
}
