//! One image of the pipeline, with the options of every stage already merged.

use std::path::PathBuf;

use indexmap::IndexMap;

use super::{ImageName, StageName, StageOptions};

/// An `[images.NAME]` table.
#[derive(Clone, Debug)]
pub struct Image {
    /// Its name.
    pub name: ImageName,
    /// Build context, relative to the pipeline's root.
    pub context: PathBuf,
    /// Dockerfile, relative to the pipeline's root.
    pub dockerfile: PathBuf,
    /// Groups it is selected by.
    pub groups: Vec<String>,
    /// The options of each stage it takes part in, in stage order: the stage's own, overridden by the image's.
    pub stages: IndexMap<StageName, ImageStage>,
    /// Tag rules of its own, in place of the pipeline's.
    pub tags: Option<Vec<super::TagRule>>,
    /// Where its version comes from.
    pub version: super::VersionSource,
}

/// What one stage does for one image.
#[derive(Clone, Debug)]
pub struct ImageStage {
    /// What to run.
    pub options: StageOptions,
    /// Why this stage is left out for this image (`skip = "reason"`).
    pub skip: Option<String>,
}
