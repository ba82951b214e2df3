//! Everything at once.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use thiserror::Error;

use crate::pipeline::ImageName;

use super::{Dockerfile, DockerfileError, Environment, Event, EventError, Facts, Git, GitError};

/// What to look at.
#[derive(Debug)]
pub struct Request<'a> {
    /// The folder of `pipeline.toml`.
    pub root: &'a Path,
    /// The environment variables.
    pub environment: &'a Environment,
    /// The images with their Dockerfiles.
    pub images: Vec<ImageRequest>,
    /// Whether uncommitted changes matter: to look for them takes time in a large repository. [`Git::dirty`] is `false` otherwise.
    pub check_dirty: bool,
}

/// One image's Dockerfile.
#[derive(Debug)]
pub struct ImageRequest {
    /// Whose.
    pub name: ImageName,
    /// Relative to the root.
    pub dockerfile: PathBuf,
    /// Build arguments that its `FROM` lines see.
    pub args: BTreeMap<String, String>,
}

/// The facts, and the Dockerfiles that could not be read.
#[derive(Debug)]
pub struct Gathered {
    /// What is known.
    pub facts: Facts,
    /// All Dockerfiles that are wrong.
    pub dockerfile_errors: Vec<(ImageName, DockerfileError)>,
}

/// Why there are no facts.
#[derive(Debug, Error)]
pub enum GatherError {
    /// git.
    #[error(transparent)]
    Git(#[from] GitError),
    /// The CI event.
    #[error(transparent)]
    Event(#[from] EventError),
    /// The clock.
    #[error("`SOURCE_DATE_EPOCH` is `{0}`, which is no number of seconds since 1970")]
    SourceDateEpoch(String),
}

/// Reads the world.
pub fn gather(request: &Request<'_>) -> Result<Gathered, GatherError> {
    let git = Git::read(request.root, request.check_dirty)?;
    let event = Event::read(request.environment, git.as_ref())?;
    let epoch = epoch(request.environment)?;
    let mut facts = Facts {
        git,
        event,
        now: epoch.unwrap_or_else(now),
        epoch,
        ..Facts::default()
    };
    let mut dockerfile_errors = Vec::new();
    for image in &request.images {
        match Dockerfile::read(request.root, &image.dockerfile, &image.args) {
            Ok(dockerfile) => drop(facts.dockerfiles.insert(image.name.clone(), dockerfile)),
            Err(error) => dockerfile_errors.push((image.name.clone(), error)),
        }
    }
    Ok(Gathered { facts, dockerfile_errors })
}

fn epoch(environment: &Environment) -> Result<Option<i64>, GatherError> {
    let text = environment.value("SOURCE_DATE_EPOCH");
    text.map(|text| text.parse().map_err(|_| GatherError::SourceDateEpoch(text.to_owned())))
        .transpose()
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
