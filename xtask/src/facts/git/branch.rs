//! Branches as they are known here: nothing is fetched.

use git2::{BranchType, ErrorCode, Oid, Repository};

/// How the branch at HEAD lies to the one it follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upstream {
    /// Its short name, such as `origin/main`.
    pub name: String,
    /// Commits it has and HEAD has not.
    pub behind: usize,
}

/// The branch that HEAD's follows; `None` if there is none.
pub(super) fn upstream(repository: &Repository) -> Result<Option<Upstream>, git2::Error> {
    let absent = |error: &git2::Error| matches!(error.code(), ErrorCode::NotFound | ErrorCode::UnbornBranch);
    let found = repository.head().and_then(|head| {
        if head.is_branch() {
            git2::Branch::wrap(head).upstream().map(Some)
        } else {
            Ok(None)
        }
    });
    let upstream = match found {
        Ok(Some(upstream)) => upstream,
        Ok(None) => return Ok(None),
        Err(error) if absent(&error) => return Ok(None),
        Err(error) => return Err(error),
    };
    let (Some(head), Some(theirs)) = (repository.head()?.target(), upstream.get().target()) else {
        return Ok(None);
    };
    Ok(Some(Upstream {
        name: String::from_utf8_lossy(upstream.name_bytes()?).into_owned(),
        behind: repository.graph_ahead_behind(head, theirs)?.1,
    }))
}

/// Short names of the branches, here and at remotes, that have a commit in them; sorted.
pub(super) fn containing(repository: &Repository, commit: Oid) -> Result<Vec<String>, git2::Error> {
    let mut names = Vec::new();
    for branch in repository.branches(None)? {
        let (branch, kind) = branch?;
        // A remote's HEAD points at one that is listed by itself.
        let Some(tip) = branch.get().target() else { continue };
        if tip != commit && !repository.graph_descendant_of(tip, commit)? {
            continue;
        }
        let name = String::from_utf8_lossy(branch.name_bytes()?).into_owned();
        names.push(match kind {
            BranchType::Local => name,
            BranchType::Remote => name.split_once('/').map_or(name.clone(), |(_, name)| name.to_owned()),
        });
    }
    names.sort_unstable();
    names.dedup();
    Ok(names)
}
