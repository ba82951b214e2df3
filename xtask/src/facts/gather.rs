//! Reads the world: the one function that turns files, git and variables into [`Facts`].

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    num::NonZero,
    panic::resume_unwind,
    path::{Path, PathBuf},
    thread,
    time::{SystemTime, UNIX_EPOCH},
};

use semver::Version;
use thiserror::Error;

use super::{Dockerfile, DockerfileError, Environment, Event, EventError, Facts, Git, GitError, ImageRequest, credentials, git, reason};
use crate::{
    manifest::version_file,
    pipeline::{ImageName, Registry, VersionTagPattern},
};

/// So many Dockerfiles are read in the time that starting a thread takes to pay off: a thousand take 45 ms of processor time.
const WORTH_A_THREAD: usize = 64;

/// What is to be read.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// The pipeline's root: the folder of `pipeline.toml`.
    pub root: &'a Path,
    /// The variables around this run.
    pub environment: &'a Environment,
    /// The images with their Dockerfiles.
    pub images: Vec<ImageRequest>,
    /// The registries that images may be pushed to.
    pub registries: Vec<&'a Registry>,
    /// How the git tags of versions are called: the history of each is read.
    pub version_tags: BTreeSet<VersionTagPattern>,
    /// Files that say a version, relative to `root`.
    pub version_files: BTreeSet<PathBuf>,
    /// Whether commits since the last version are counted: that takes time in a long history.
    pub count_commits: bool,
    /// Whether uncommitted changes matter: to look for them takes time in a large repository. [`Git::dirty`] is `true` otherwise.
    pub check_dirty: bool,
}

impl<'a> Request<'a> {
    /// Only what costs nothing: no images, no version tags but the default ones, no look for changes.
    pub const fn new(root: &'a Path, environment: &'a Environment) -> Self {
        Self {
            root,
            environment,
            images: Vec::new(),
            registries: Vec::new(),
            version_tags: BTreeSet::new(),
            version_files: BTreeSet::new(),
            count_commits: false,
            check_dirty: false,
        }
    }
}

/// What was read.
#[derive(Clone, Debug)]
pub struct Gathered {
    /// The facts; images whose Dockerfile could not be read have none in it.
    pub facts: Facts,
    /// What is wrong with which image's Dockerfile: all of it, in the request's order.
    pub dockerfile_errors: Vec<(ImageName, DockerfileError)>,
}

/// Why there are no facts.
#[derive(Debug, Error)]
pub enum GatherError {
    /// The repository is there and cannot be read.
    #[error(transparent)]
    Git(#[from] GitError),
    /// CI says something that cannot be read.
    #[error(transparent)]
    Event(#[from] EventError),
    /// A time that is none.
    #[error("`SOURCE_DATE_EPOCH` is `{value}`, which is not a number of seconds since 1970; correct it, or unset it")]
    SourceDateEpoch {
        /// What it says.
        value: String,
    },
}

/// Reads git, the event and the Dockerfiles, once.
pub fn gather(request: &Request<'_>) -> Result<Gathered, GatherError> {
    let environment = request.environment;
    let epoch = epoch(environment)?;
    let repository = git::open(request.root)?;
    let git = repository.as_ref().map(|repository| Git::read(repository, request)).transpose()?;
    let mut event = Event::read(environment, git.as_ref())?;
    if let (None, Some(sha), Some(repository)) = (event.commit_time, &event.sha, &repository) {
        // Another commit than HEAD, such as a pull request's own under GitHub's merge of it.
        event.commit_time = git::commit_time(repository, sha);
    }
    let facts = Facts {
        git,
        event,
        now: epoch.unwrap_or_else(now),
        epoch,
        credentials: request
            .registries
            .iter()
            .map(|registry| (registry.name.clone(), credentials::find(registry, environment)))
            .collect(),
        version_files: version_files(request),
        ..Facts::default()
    };
    let mut gathered = Gathered {
        facts,
        dockerfile_errors: Vec::new(),
    };
    for (image, dockerfile) in request.images.iter().zip(dockerfiles(request)) {
        match dockerfile {
            Ok(dockerfile) => drop(gathered.facts.dockerfiles.insert(image.name.clone(), dockerfile)),
            Err(error) => gathered.dockerfile_errors.push((image.name.clone(), error)),
        }
    }
    Ok(gathered)
}

/// The Dockerfile of each image, in order.
fn dockerfiles(request: &Request<'_>) -> Vec<Result<Dockerfile, DockerfileError>> {
    let platform = request.environment.value("DOCKER_DEFAULT_PLATFORM");
    let read = |image: &ImageRequest| match platform {
        // docker takes it where no `--platform` is given.
        Some(platform) if image.platforms.is_empty() => {
            let mut image = image.clone();
            image.platforms.push(platform.to_owned());
            Dockerfile::read(request.root, &image)
        }
        _ => Dockerfile::read(request.root, image),
    };
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let share = request.images.len().div_ceil(threads).max(WORTH_A_THREAD);
    thread::scope(|scope| {
        let shares = request.images.chunks(share);
        let readers: Vec<_> = shares
            .map(|images| scope.spawn(move || images.iter().map(read).collect::<Vec<_>>()))
            .collect();
        let dockerfiles = readers
            .into_iter()
            .map(|reader| reader.join().unwrap_or_else(|panic| resume_unwind(panic)));
        dockerfiles.flatten().collect()
    })
}

/// What each file says, or why it says nothing.
fn version_files(request: &Request<'_>) -> BTreeMap<PathBuf, Result<Version, String>> {
    let read = |file: &PathBuf| {
        let text = fs::read_to_string(request.root.join(file)).map_err(|error| format!("`{}`: {}", file.display(), reason(&error)))?;
        version_file::version(file, &text).map_err(|why| format!("`{}`: {why}", file.display()))
    };
    request.version_files.iter().map(|file| (file.clone(), read(file))).collect()
}

fn epoch(environment: &Environment) -> Result<Option<i64>, GatherError> {
    let value = environment.value("SOURCE_DATE_EPOCH");
    let parse = |value: &str| value.parse().map_err(|_| GatherError::SourceDateEpoch { value: value.to_owned() });
    value.map(parse).transpose()
}

fn now() -> i64 {
    // A clock before 1970 is no clock.
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(elapsed.as_secs()).unwrap_or(i64::MAX)
}
