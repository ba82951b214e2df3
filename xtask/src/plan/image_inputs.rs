//! What an image is made of: its context and Dockerfile, and those of the pipeline's images it is built from.

use std::{collections::BTreeSet, path::PathBuf};

use indexmap::IndexMap;

use crate::{
    facts::Facts,
    pipeline::{ImageName, Pipeline},
};

use super::{PlanError, edges::Edges, selection};

/// The inputs of each image that `selectors` choose, in the pipeline's order. Paths are relative to the pipeline's root.
pub fn image_inputs(pipeline: &Pipeline, facts: &Facts, selectors: &[String]) -> Result<IndexMap<ImageName, BTreeSet<PathBuf>>, PlanError> {
    let chosen = selection::images(pipeline, selectors, pipeline.images.values())?;
    let edges = Edges::find(pipeline, facts)?;
    let inputs = chosen.into_iter().map(|name| {
        let mut paths = BTreeSet::new();
        let mut open = vec![name.clone()];
        let mut seen = BTreeSet::from([name.clone()]);
        while let Some(image) = open.pop().and_then(|name| pipeline.images.get(name.as_str())) {
            paths.extend([image.context.clone(), image.dockerfile.clone()]);
            open.extend(edges.needs(&image.name).filter(|needed| seen.insert((*needed).clone())).cloned());
        }
        (name, paths)
    });
    Ok(inputs.collect())
}
