//! Which commits touched which files: history as a changelog wants it. Read-only.
//!
//! Trees are compared by the ids of the entries that matter, not walked: a commit that leaves a folder alone costs a look at its parents' trees,
//! however much it changes elsewhere.

use std::{
    collections::{HashMap, HashSet},
    path::{Component, Path, PathBuf},
};

use git2::{Commit, DiffOptions, ErrorCode, Oid, Repository, Sort};
use thiserror::Error;

use super::GitError;

/// One commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Full id.
    pub commit: String,
    /// Subject and body, as written.
    pub message: String,
    /// The author's name.
    pub author: String,
    /// When it was committed, in seconds since 1970.
    pub time: i64,
}

/// What is asked of history: the commits after one that touched some files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangesOf {
    /// Where it begins, as git understands a revision; that commit and its ancestors are left out. `None` for the beginning of history.
    pub since: Option<String>,
    /// Files and folders, relative to the pipeline's root.
    pub paths: Vec<PathBuf>,
}

/// Why there is no history.
#[derive(Debug, Error)]
pub enum ChangesError {
    /// The folder is in no repository.
    #[error("this is not a git repository")]
    NoRepository,
    /// Nothing was ever committed.
    #[error("there is no commit yet")]
    NoCommit,
    /// A revision that is none.
    #[error("git knows no `{0}` here")]
    UnknownRevision(String),
    /// Anything else.
    #[error(transparent)]
    Git(#[from] GitError),
}

impl From<git2::Error> for ChangesError {
    fn from(error: git2::Error) -> Self {
        Self::Git(error.into())
    }
}

/// The changes up to HEAD that each of `asked` wants, the newest first.
pub fn changes(root: &Path, asked: &[ChangesOf]) -> Result<Vec<Vec<Change>>, ChangesError> {
    let repository = super::open(root)?.ok_or(ChangesError::NoRepository)?;
    let head = match repository.head() {
        Ok(head) => head.peel_to_commit()?.id(),
        Err(error) if error.code() == ErrorCode::UnbornBranch => return Err(ChangesError::NoCommit),
        Err(error) => return Err(error.into()),
    };
    let prefix = prefix(&repository, root);
    let mut by_since: HashMap<Option<Oid>, Vec<(usize, Vec<PathBuf>)>> = HashMap::new();
    for (index, asked) in asked.iter().enumerate() {
        let since = asked.since.as_deref().map(|revision| commit(&repository, revision)).transpose()?;
        let paths = asked.paths.iter().map(|path| clean(&prefix.join(path))).collect();
        by_since.entry(since).or_default().push((index, paths));
    }
    let mut found = vec![Vec::new(); asked.len()];
    for (since, asked) in by_since {
        let mut walk = repository.revwalk()?;
        walk.set_sorting(Sort::TOPOLOGICAL | Sort::TIME)?;
        walk.push(head)?;
        if let Some(since) = since {
            walk.hide(since)?;
        }
        for id in walk {
            // Beyond the end of a shallow clone there is nothing.
            let Ok(commit) = id.and_then(|id| repository.find_commit(id)) else {
                break;
            };
            for (index, paths) in &asked {
                if touches(&repository, &commit, paths)? {
                    found[*index].push(change(&commit));
                }
            }
        }
    }
    Ok(found)
}

fn commit(repository: &Repository, revision: &str) -> Result<Oid, ChangesError> {
    let object = repository.revparse_single(revision);
    let commit = object.and_then(|object| object.peel_to_commit());
    commit
        .map(|commit| commit.id())
        .map_err(|_| ChangesError::UnknownRevision(revision.to_owned()))
}

fn change(commit: &Commit<'_>) -> Change {
    Change {
        commit: commit.id().to_string(),
        message: String::from_utf8_lossy(commit.message_bytes()).into_owned(),
        author: String::from_utf8_lossy(commit.author().name_bytes()).into_owned(),
        time: commit.time().seconds(),
    }
}

/// Whether a commit changed one of the paths. A merge counts only for files that are as in none of its parents: what it takes over from them is
/// told by their own commits.
fn touches(repository: &Repository, commit: &Commit<'_>, paths: &[PathBuf]) -> Result<bool, git2::Error> {
    let parents: Vec<_> = commit.parents().collect();
    if parents.iter().any(|parent| parent.tree_id() == commit.tree_id()) {
        return Ok(false);
    }
    for path in paths {
        let own = entry(commit, path)?;
        let mut differs = own.is_some() || !parents.is_empty();
        for parent in &parents {
            differs = differs && entry(parent, path)? != own;
        }
        if differs && (parents.len() < 2 || merges_by_itself(repository, commit, &parents, path)?) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a file at or below a path is in a merge as in none of its parents.
fn merges_by_itself(repository: &Repository, merge: &Commit<'_>, parents: &[Commit<'_>], path: &Path) -> Result<bool, git2::Error> {
    let mut in_all: Option<HashSet<PathBuf>> = None;
    for parent in parents {
        let mut options = DiffOptions::new();
        if !path.as_os_str().is_empty() {
            options.pathspec(path).disable_pathspec_match(true);
        }
        let diff = repository.diff_tree_to_tree(Some(&parent.tree()?), Some(&merge.tree()?), Some(&mut options))?;
        let files = diff.deltas().filter_map(|delta| delta.new_file().path().map(Path::to_owned));
        let files: HashSet<PathBuf> = match &in_all {
            Some(others) => files.filter(|file| others.contains(file)).collect(),
            None => files.collect(),
        };
        in_all = Some(files);
    }
    Ok(in_all.is_some_and(|files| !files.is_empty()))
}

/// The id of what stands at a path; `None` if nothing does.
fn entry(commit: &Commit<'_>, path: &Path) -> Result<Option<Oid>, git2::Error> {
    if path.as_os_str().is_empty() {
        return Ok(Some(commit.tree_id()));
    }
    match commit.tree()?.get_path(path) {
        Ok(entry) => Ok(Some(entry.id())),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Where the pipeline's root lies in the repository.
fn prefix(repository: &Repository, root: &Path) -> PathBuf {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let worktree = repository.workdir().map(real);
    worktree
        .and_then(|worktree| Some(real(root).strip_prefix(worktree).ok()?.to_owned()))
        .unwrap_or_default()
}

/// Without `.` and `..`, as trees have paths.
fn clean(path: &Path) -> PathBuf {
    let mut clean = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => drop(clean.pop()),
            Component::Normal(name) => clean.push(name),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    clean
}
