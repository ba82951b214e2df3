//! What git says of the commit that is built.

use std::path::Path;

use git2::{ErrorCode, ObjectType, Oid, Repository, StatusOptions, StatusShow};
use semver::Version;
use thiserror::Error;

use super::remote;

/// The repository around `pipeline.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Git {
    /// Full commit id of HEAD; `None` on an unborn branch.
    pub commit: Option<String>,
    /// Committer time of HEAD, in seconds since 1970.
    pub commit_time: Option<i64>,
    /// Short name of the branch; `None` when HEAD is detached.
    pub branch: Option<String>,
    /// What `refs/remotes/origin/HEAD` points at, without `origin/`.
    pub default_branch: Option<String>,
    /// Short names of all tags that point at HEAD, sorted; annotated ones peeled.
    pub tags_at_head: Vec<String>,
    /// The greatest semver tag (with or without a leading `v`) reachable from HEAD.
    pub latest_version_tag: Option<String>,
    /// Whether anything tracked is changed, or anything untracked is not ignored. `false` if nobody asked.
    pub dirty: bool,
    /// URL of `origin` (or of the only remote), without user name, password or token.
    pub remote_url: Option<String>,
    /// Whether history is cut off.
    pub shallow: bool,
}

/// Why git could not be read.
#[derive(Debug, Error)]
pub enum GitError {
    /// The repository belongs to somebody else, and git's safety check says no.
    #[error("the git repository around `{0}` belongs to another user; if you trust it: `git config --global --add safe.directory '{0}'`")]
    NotOwned(String),
    /// Anything else.
    #[error("cannot read the git repository: {}", .0.message())]
    Unreadable(#[from] git2::Error),
}

impl Git {
    /// Reads the repository around `folder`; `None` if there is none.
    pub fn read(folder: &Path, check_dirty: bool) -> Result<Option<Self>, GitError> {
        let repository = match Repository::discover(folder) {
            Ok(repository) => repository,
            Err(error) if error.code() == ErrorCode::NotFound => return Ok(None),
            Err(error) if error.code() == ErrorCode::Owner => return Err(GitError::NotOwned(folder.display().to_string())),
            Err(error) => return Err(error.into()),
        };
        let head = repository.head().ok();
        let commit = head.as_ref().and_then(|head| head.peel_to_commit().ok());
        let id = commit.as_ref().map(git2::Commit::id);
        let tags = tags(&repository)?;
        Ok(Some(Self {
            commit: id.map(|id| id.to_string()),
            commit_time: commit.as_ref().map(|commit| commit.time().seconds()),
            branch: branch(&repository),
            default_branch: default_branch(&repository),
            tags_at_head: tags_at(&tags, id),
            latest_version_tag: id.and_then(|id| latest_version(&repository, &tags, id)),
            dirty: check_dirty && is_dirty(&repository)?,
            remote_url: remote_url(&repository),
            shallow: repository.is_shallow(),
        }))
    }
}

/// The branch HEAD names, also where it has no commit yet.
fn branch(repository: &Repository) -> Option<String> {
    let head = repository.find_reference("HEAD").ok()?;
    let target = head.symbolic_target().ok().flatten()?;
    target.strip_prefix("refs/heads/").map(str::to_owned)
}

fn default_branch(repository: &Repository) -> Option<String> {
    let head = repository.find_reference("refs/remotes/origin/HEAD").ok()?;
    let target = head.symbolic_target().ok().flatten()?;
    target.strip_prefix("refs/remotes/origin/").map(str::to_owned)
}

/// All tags of commits, with the commit.
fn tags(repository: &Repository) -> Result<Vec<(String, Oid)>, git2::Error> {
    let mut tags = Vec::new();
    for reference in repository.references_glob("refs/tags/*")? {
        let reference = reference?;
        let Some(name) = reference
            .name()
            .ok()
            .and_then(|name| name.strip_prefix("refs/tags/"))
            .map(str::to_owned)
        else {
            continue;
        };
        if let Ok(object) = reference.peel(ObjectType::Commit) {
            tags.push((name, object.id()));
        }
    }
    Ok(tags)
}

fn tags_at(tags: &[(String, Oid)], head: Option<Oid>) -> Vec<String> {
    let mut names: Vec<String> = tags
        .iter()
        .filter(|(_, id)| Some(*id) == head)
        .map(|(name, _)| name.clone())
        .collect();
    names.sort_unstable();
    names
}

/// Asks from the greatest version down, so that history is walked once for the usual repository.
fn latest_version(repository: &Repository, tags: &[(String, Oid)], head: Oid) -> Option<String> {
    let mut versions: Vec<(Version, &str, Oid)> = tags
        .iter()
        .filter_map(|(name, id)| Some((Version::parse(name.strip_prefix('v').unwrap_or(name)).ok()?, name.as_str(), *id)))
        .collect();
    versions.sort_unstable_by(|one, other| other.0.cmp(&one.0));
    let reachable = |id: Oid| id == head || repository.graph_descendant_of(head, id).unwrap_or(false);
    versions
        .into_iter()
        .find(|(_, _, id)| reachable(*id))
        .map(|(_, name, _)| name.to_owned())
}

fn is_dirty(repository: &Repository) -> Result<bool, git2::Error> {
    if repository.is_bare() {
        return Ok(false);
    }
    let mut options = StatusOptions::new();
    options
        .show(StatusShow::IndexAndWorkdir)
        .include_untracked(true)
        .include_ignored(false)
        .recurse_untracked_dirs(false)
        .exclude_submodules(true);
    Ok(!repository.statuses(Some(&mut options))?.is_empty())
}

fn remote_url(repository: &Repository) -> Option<String> {
    let names = repository.remotes().ok()?;
    let mut names = names.iter().filter_map(|name| name.ok().flatten());
    let first = names.next()?;
    let is_only = names.next().is_none();
    let remote = repository
        .find_remote("origin")
        .ok()
        .or_else(|| repository.find_remote(first).ok().filter(|_| is_only))?;
    remote.url().ok().map(remote::without_credentials)
}
