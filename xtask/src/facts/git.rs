//! What git says of the commit that is built.

use thiserror::Error;

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
    /// Whether anything tracked is changed, or anything untracked is not ignored.
    pub dirty: bool,
    /// URL of `origin` (or of the only remote), without user name, password or token.
    pub remote_url: Option<String>,
    /// Whether history is cut off.
    pub shallow: bool,
}

/// Why git could not be read.
#[derive(Debug, Error)]
#[error("cannot read the git repository: {0}")]
pub struct GitError(#[from] pub git2::Error);
