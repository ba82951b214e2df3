//! What `cargo xtask tags` says of an image.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::Serialize;

use crate::{
    facts::Facts,
    pipeline::{ImageName, Pipeline, Registry, RegistryKind, StageKind, StageOptions, Template},
    tool::late,
};

use super::{
    PlanError, labels, selection,
    tags::{self, ImageTags},
    values,
};

/// An image with all its names.
#[derive(Clone, Debug, Serialize)]
pub struct NamedImage {
    /// Whose.
    pub image: ImageName,
    /// The main tag.
    pub version: Option<String>,
    /// The version of this commit, as `git describe` would say it: the release's, or the next prerelease.
    pub describe: String,
    /// All tags in order.
    pub tags: Vec<String>,
    /// The tags with registry and repository before them.
    pub refs: Vec<String>,
    /// The labels it is built with.
    pub labels: BTreeMap<String, String>,
    /// The same, for the manifest.
    pub annotations: BTreeMap<String, String>,
    /// Which rule gave what.
    #[serde(skip)]
    pub tags_by_rule: ImageTags,
}

/// Names the images that `selectors` choose, for `registry` (or else the one that a task pushes to, or the only one).
pub fn name_images(pipeline: &Pipeline, facts: &Facts, selectors: &[String], registry: Option<&str>) -> Result<Vec<NamedImage>, PlanError> {
    let chosen = selection::images(pipeline, selectors, pipeline.images.values())?;
    let registry = match selection::registry(pipeline, registry)? {
        Some(name) => pipeline.registries.get(&name),
        None => default_registry(pipeline),
    };
    chosen.iter().map(|image| name_image(pipeline, facts, image, registry)).collect()
}

fn name_image(pipeline: &Pipeline, facts: &Facts, image: &ImageName, registry: Option<&Registry>) -> Result<NamedImage, PlanError> {
    let tags = tags::of_image(pipeline, facts, image, None)?;
    let declared = &pipeline.images[image.as_str()];
    let mut values = values::common(pipeline, facts, declared, None);
    values.insert("version", tags.version().unwrap_or_default().to_owned());
    let template = registry.map_or("{{project}}/{{image}}", |registry| registry.repository.as_str());
    let repository = repository(facts, template, &values)?;
    let host = match registry.map(|registry| &registry.kind) {
        Some(RegistryKind::Oci(oci)) => format!("{}/", oci.host),
        // Amazon says the host when it is asked, at the push.
        Some(RegistryKind::Ecr(_)) => format!("{}/", late::REGISTRY),
        None => String::new(),
    };
    let annotations = labels::oci(pipeline, facts, image, tags.version());
    let mut labels = annotations.clone();
    for stage in declared.stages.values() {
        if let StageOptions::DockerBuild(options) = &stage.options {
            labels.extend(labels::written(facts, image, &options.labels, &values)?);
        }
    }
    Ok(NamedImage {
        image: image.clone(),
        version: tags.version().map(str::to_owned),
        describe: values["describe"].clone(),
        tags: tags.tags(),
        refs: tags.tags().iter().map(|tag| format!("{host}{repository}:{tag}")).collect(),
        annotations,
        labels,
        tags_by_rule: tags,
    })
}

/// The repository of each image that `selectors` choose, in `registry`.
pub fn repositories(
    pipeline: &Pipeline,
    facts: &Facts,
    selectors: &[String],
    registry: &Registry,
) -> Result<IndexMap<ImageName, String>, PlanError> {
    let chosen = selection::images(pipeline, selectors, pipeline.images.values())?;
    let named = chosen.into_iter().map(|image| {
        let tags = tags::of_image(pipeline, facts, &image, None)?;
        let mut values = values::common(pipeline, facts, &pipeline.images[image.as_str()], None);
        values.insert("version", tags.version().unwrap_or_default().to_owned());
        let repository = repository(facts, &registry.repository, &values)?;
        Ok((image, repository))
    });
    named.collect()
}

fn repository(facts: &Facts, template: &str, values: &values::Values) -> Result<String, PlanError> {
    let expanded = Template::plain(facts.clock()).expand(template, values);
    let expanded = expanded.map_err(|reason| PlanError::Template {
        place: "repository".to_owned(),
        template: template.to_owned(),
        reason,
    })?;
    Ok(expanded.to_lowercase())
}

fn default_registry(pipeline: &Pipeline) -> Option<&Registry> {
    let pushes = |stage: &crate::pipeline::StageName| pipeline.stages[stage].kind == StageKind::Push;
    let of_task = pipeline
        .tasks
        .values()
        .find(|task| task.stages.iter().any(pushes))
        .and_then(|task| task.registry.as_ref());
    let only = || pipeline.registries.values().next().filter(|_| pipeline.registries.len() == 1);
    of_task.and_then(|name| pipeline.registries.get(name)).or_else(only)
}
