//! What git says of the commit that is built. Read-only, through libgit2: no git binary is needed, and nothing under `.git` is written.

mod branch;
mod changes;
mod remote;
mod version_history;
mod worktree;

pub use branch::Upstream;
pub use changes::{Change, ChangesError, ChangesOf, changes};
pub use remote::web_url;
pub use version_history::{VersionHistory, VersionTag};

use std::{collections::BTreeMap, ffi::OsStr, path::Path};

use git2::{ErrorCode, ObjectType, Oid, Reference, Repository, RepositoryOpenFlags};
use thiserror::Error;

use super::Request;
use crate::pipeline::VersionTagPattern;

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
    /// The versions of each pattern that the [`Request`](super::Request) asked for, and of the default one.
    pub versions: BTreeMap<VersionTagPattern, VersionHistory>,
    /// How the branch lies to the one it follows, as far as known here; `None` if it follows none.
    pub upstream: Option<Upstream>,
    /// Branches that have HEAD in them, local ones and those of remotes (without the remote's name); asked for where HEAD is on no branch.
    pub branches_with_head: Vec<String>,
    /// Whether anything tracked is changed, anything untracked is not ignored, or a submodule is at another commit. Where the
    /// [`Request`](super::Request) did not ask for it, `true`: nobody may take a worktree for clean that was not looked at.
    pub dirty: bool,
    /// Name of the remote: `origin`, or the only one.
    pub remote: Option<String>,
    /// URL of `origin` (or of the only remote), without password or token.
    pub remote_url: Option<String>,
    /// Whether history is cut off.
    pub shallow: bool,
}

/// Why git could not be read.
#[derive(Debug, Error)]
pub enum GitError {
    /// The repository belongs to somebody else, as it often does in a CI container. Git refuses such a one, and so does libgit2.
    #[error(
        "the git repository `{path}` belongs to another user, so it is not trusted; if you trust it, run `git config --global --add safe.directory {path}`"
    )]
    Ownership {
        /// The worktree, as `safe.directory` wants it.
        path: String,
    },
    /// Anything else.
    #[error("cannot read the git repository: {}", .0.message())]
    Git(#[from] git2::Error),
}

impl Git {
    /// Reads what stands at HEAD. Looking for changes is the slow part (it looks at every file), and is done if `request.check_dirty`.
    pub(super) fn read(repository: &Repository, request: &Request<'_>) -> Result<Self, GitError> {
        let (branch, commit) = head(repository)?;
        let tags = tags(repository)?;
        let mut tags_at_head: Vec<_> = tags
            .iter()
            .filter(|tag| Some(tag.commit) == commit)
            .map(|tag| tag.name.clone())
            .collect();
        tags_at_head.sort_unstable();
        let (remote, remote_url) = remote::find(repository)?;
        let mut patterns = request.version_tags.clone();
        patterns.insert(VersionTagPattern::default());
        let patterns: Vec<_> = patterns.into_iter().collect();
        let commit_time = commit.map(|commit| repository.find_commit(commit)).transpose()?;
        Ok(Self {
            commit: commit.map(|commit| commit.to_string()),
            commit_time: commit_time.map(|commit| commit.time().seconds()),
            default_branch: default_branch(repository, remote.as_deref().unwrap_or("origin")),
            tags_at_head,
            versions: version_history::read(repository, commit, &tags, (&patterns, request.count_commits))?,
            upstream: branch::upstream(repository)?,
            branches_with_head: match (&branch, commit) {
                (None, Some(commit)) => branch::containing(repository, commit)?,
                _ => Vec::new(),
            },
            branch,
            dirty: !request.check_dirty || worktree::is_dirty(repository)?,
            remote,
            remote_url,
            shallow: repository.is_shallow(),
        })
    }
}

/// The repository around `root`, if there is one.
pub(super) fn open(root: &Path) -> Result<Option<Repository>, GitError> {
    match Repository::open_ext(root, RepositoryOpenFlags::CROSS_FS, std::iter::empty::<&OsStr>()) {
        Ok(repository) => Ok(Some(repository)),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(error) if error.code() == ErrorCode::Owner => Err(GitError::Ownership { path: worktree_of(root) }),
        Err(error) => Err(error.into()),
    }
}

/// The time of any commit that is here.
pub(super) fn commit_time(repository: &Repository, sha: &str) -> Option<i64> {
    let commit = repository.find_commit(Oid::from_str(sha).ok()?).ok()?;
    Some(commit.time().seconds())
}

fn worktree_of(root: &Path) -> String {
    let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    let worktree = root.ancestors().find(|folder| folder.join(".git").exists());
    worktree.unwrap_or(&root).display().to_string()
}

/// The branch and the commit of HEAD: either may be missing.
fn head(repository: &Repository) -> Result<(Option<String>, Option<Oid>), GitError> {
    match repository.head() {
        Ok(head) => {
            let commit = head.peel_to_commit()?.id();
            let branch = head
                .is_branch()
                .then(|| String::from_utf8_lossy(head.shorthand_bytes()).into_owned());
            Ok((branch, Some(commit)))
        }
        Err(error) if error.code() == ErrorCode::UnbornBranch => {
            let head = repository.find_reference("HEAD")?;
            Ok((symbolic_target(&head, "refs/heads/"), None))
        }
        Err(error) => Err(error.into()),
    }
}

fn default_branch(repository: &Repository, remote: &str) -> Option<String> {
    let prefix = format!("refs/remotes/{remote}/");
    let head = repository.find_reference(&format!("{prefix}HEAD")).ok()?;
    symbolic_target(&head, &prefix)
}

fn symbolic_target(reference: &Reference<'_>, prefix: &str) -> Option<String> {
    let target = String::from_utf8_lossy(reference.symbolic_target_bytes()?).into_owned();
    Some(target.strip_prefix(prefix)?.to_owned())
}

/// A tag and the commit it stands for.
struct Tag {
    name: String,
    commit: Oid,
}

/// All tags that stand for a commit that is here; a tag of a file, or a broken one, is nobody's version.
fn tags(repository: &Repository) -> Result<Vec<Tag>, GitError> {
    let objects = repository.odb()?;
    let mut tags = Vec::new();
    for reference in repository.references_glob("refs/tags/*")? {
        let reference = reference?;
        let (Ok(name), Some(target)) = (reference.name(), reference.target()) else {
            continue;
        };
        // Packed references carry what an annotated tag stands for; else one look at the object's header tells whether it is annotated.
        let commit = match reference.target_peel() {
            Some(commit) => Some(commit),
            None => match objects.read_header(target) {
                Ok((_, ObjectType::Commit)) => Some(target),
                Ok((_, ObjectType::Tag)) => reference.peel_to_commit().ok().map(|commit| commit.id()),
                _ => None,
            },
        };
        tags.extend(commit.map(|commit| Tag {
            name: name.trim_start_matches("refs/tags/").to_owned(),
            commit,
        }));
    }
    Ok(tags)
}
