//! Which image is built from which: read from the Dockerfiles, so that nobody writes it down twice.

use std::collections::{BTreeMap, HashMap};

use crate::{
    facts::Facts,
    pipeline::{Image, ImageName, Pipeline, RegistryKind, StageOptions, Template, cycle},
};

use super::PlanError;

/// For each image, the references in its Dockerfile that are something else of the pipeline.
#[derive(Debug, Default)]
pub(super) struct Edges {
    /// Image → (reference as written, image it means).
    pub images: BTreeMap<ImageName, Vec<(String, ImageName)>>,
    /// Image → references with a `[bases]` table.
    pub bases: BTreeMap<ImageName, Vec<String>>,
}

impl Edges {
    pub fn find(pipeline: &Pipeline, facts: &Facts) -> Result<Self, PlanError> {
        let known = known_references(pipeline);
        let mut edges = Self::default();
        for image in pipeline.images.values() {
            let Some(dockerfile) = facts.dockerfiles.get(image.name.as_str()) else {
                continue;
            };
            let contexts = named_contexts(image);
            let mut images = Vec::new();
            let mut bases = Vec::new();
            for base in &dockerfile.bases {
                let reference = base.reference.as_str();
                if let Some(context) = contexts.get(reference) {
                    // bake's `target:NAME`: an image of this pipeline under another name.
                    let target = context
                        .strip_prefix("target:")
                        .and_then(|target| pipeline.images.get_key_value(target));
                    images.extend(target.map(|(name, _)| (reference.to_owned(), name.clone())));
                } else if pipeline.bases.contains_key(reference) {
                    bases.push(reference.to_owned());
                } else if let Some(name) = known.get(without_tag(reference)) {
                    images.push((reference.to_owned(), (*name).clone()));
                }
            }
            edges.images.insert(image.name.clone(), images);
            edges.bases.insert(image.name.clone(), bases);
        }
        edges.check_cycle(pipeline)?;
        Ok(edges)
    }

    /// The images `name` is built from.
    pub fn needs(&self, name: &ImageName) -> impl Iterator<Item = &ImageName> {
        self.images.get(name).into_iter().flatten().map(|(_, image)| image)
    }

    fn check_cycle(&self, pipeline: &Pipeline) -> Result<(), PlanError> {
        let edges = |name: &ImageName| self.needs(name).cloned().collect();
        cycle::find(pipeline.images.keys().cloned(), edges).map_or(Ok(()), |path| Err(PlanError::ImageCycle(path)))
    }
}

/// What a Dockerfile may call an image of the pipeline: `IMAGE`, `PROJECT/IMAGE`, or its name in a registry with a fixed host.
fn known_references(pipeline: &Pipeline) -> HashMap<String, &ImageName> {
    let template = Template::default();
    let mut known = HashMap::new();
    for name in pipeline.images.keys() {
        known.insert(name.as_str().to_owned(), name);
        known.insert(format!("{}/{name}", pipeline.project), name);
        for registry in pipeline.registries.values() {
            let values = BTreeMap::from([("project", pipeline.project.clone()), ("image", name.to_string())]);
            if let (RegistryKind::Oci(oci), Ok(repository)) = (&registry.kind, template.expand(&registry.repository, &values)) {
                known.insert(format!("{}/{repository}", oci.host), name);
            }
        }
    }
    known
}

fn named_contexts(image: &Image) -> BTreeMap<&str, &str> {
    let builds = image.stages.values().filter_map(|stage| match &stage.options {
        StageOptions::DockerBuild(options) => Some(options),
        _ => None,
    });
    builds
        .flat_map(|options| &options.contexts)
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect()
}

/// `a/b:tag@sha256:…` → `a/b`; the port of a host stays.
pub(super) fn without_tag(reference: &str) -> &str {
    let reference = reference.split_once('@').map_or(reference, |(name, _)| name);
    match reference.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => name,
        _ => reference,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_no_tag() {
        assert_eq!(without_tag("localhost:5000/a/b:1@sha256:00"), "localhost:5000/a/b");
        assert_eq!(without_tag("localhost:5000/a"), "localhost:5000/a");
        assert_eq!(without_tag("base:dev"), "base");
    }
}
