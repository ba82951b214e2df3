//! `docker buildx build`: a context → an image in the engine's store.

use std::path::PathBuf;

use crate::pipeline::{ImageName, options::DockerBuildOptions};

use super::CommandLine;

/// Build one image.
#[derive(Clone, Debug)]
pub struct BuildJob {
    /// Which.
    pub image: ImageName,
    /// Build context, relative to the pipeline's root.
    pub context: PathBuf,
    /// Dockerfile, relative to the pipeline's root.
    pub dockerfile: PathBuf,
    /// How; the templates in it are expanded already.
    pub options: DockerBuildOptions,
    /// References of `FROM` and the like that a base step resolves first.
    pub bases: Vec<String>,
    /// References of `FROM` and the like that are images of this pipeline, each with the local reference that image is built under.
    pub images: Vec<(String, String)>,
    /// Commit time in seconds since 1970: the image's time stamps, so that the same commit gives the same image.
    pub source_date_epoch: Option<i64>,
    /// The name the image gets in the engine: `PROJECT/IMAGE:dev`.
    pub local_reference: String,
}

/// `docker buildx build --load …`.
pub fn command(job: &BuildJob) -> CommandLine {
    CommandLine::new([
        "docker".to_owned(),
        "buildx".to_owned(),
        "build".to_owned(),
        "--".to_owned(),
        job.context.display().to_string(),
    ])
}
