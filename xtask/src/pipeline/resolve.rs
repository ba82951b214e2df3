//! Manifest → pipeline: defaults filled in, names looked up, options merged and typed, every problem collected.

mod bases;
mod ecr_repository;
mod images;
mod names;
mod option_checks;
mod problems;
mod registries;
mod stages;
mod tag_rules;
mod tasks;
mod tools;
mod versions;

use std::{collections::BTreeMap, ops::Range};

use crate::{
    diag::Diagnostics,
    manifest::{Manifest, OptionTable},
};

use super::{ImageName, Pipeline, options::DockerBuildOptions};
use problems::Problems;

pub use names::{BASE, COMMANDS, GATE, GIT_TAG, PHASES};

/// A pipeline, and where its parts stand for problems that are found later.
#[derive(Debug)]
pub struct Resolved {
    /// The pipeline.
    pub pipeline: Pipeline,
    /// For each image, where its Dockerfile (or else its context) is named.
    pub images: BTreeMap<ImageName, Range<usize>>,
}

/// The docker-build options, which may stand in an image's own table.
pub fn build_keys() -> Vec<String> {
    let schema = schemars::schema_for!(DockerBuildOptions);
    let properties = schema.get("properties").and_then(serde_json::Value::as_object);
    properties.into_iter().flat_map(|properties| properties.keys().cloned()).collect()
}

/// Resolves `manifest`. The pipeline is usable only if none of the diagnostics is an error.
pub fn resolve(manifest: &Manifest<'_>) -> (Resolved, Diagnostics) {
    let mut problems = Problems::new(manifest);
    let tables = &manifest.tables;
    let project = names::project(&mut problems);
    let tools = tools::resolve(&mut problems);
    let (stages, stage_options): (_, Vec<&OptionTable<'_>>) = stages::resolve(&mut problems);
    let tags = tag_rules::rules(&tables.tags, &mut problems);
    let flavor = tag_rules::flavor(&tables.flavor, &mut problems);
    let images = images::resolve(&project, &stages, &stage_options, &mut problems);
    let registries = registries::resolve(&mut problems);
    let bases = bases::resolve(&mut problems);
    let tasks = tasks::resolve(
        &tasks::Known {
            images: &images.images,
            stages: &stages,
            registries: &registries,
        },
        &mut problems,
    );
    let pipeline = Pipeline {
        root: manifest.root.clone(),
        project,
        description: tables.project.description.clone(),
        licenses: tables.project.licenses.clone(),
        allow: tables.project.allow.iter().map(|allowance| **allowance).collect(),
        tools,
        images: images.images,
        stages,
        tags,
        flavor,
        registries,
        bases,
        tasks,
    };
    (
        Resolved {
            pipeline,
            images: images.spans,
        },
        problems.into_diagnostics(),
    )
}
