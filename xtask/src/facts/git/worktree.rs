//! Whether the files are those of the commit.

use git2::{IndexEntryExtendedFlag, Repository, Status, StatusEntry, StatusOptions};

/// Whether anything tracked is changed, anything untracked is not ignored, or a submodule is at another commit. What is changed *within* a
/// submodule is that repository's own affair. A bare repository has no files, and is clean.
pub(super) fn is_dirty(repository: &Repository) -> Result<bool, git2::Error> {
    if repository.is_bare() {
        return Ok(false);
    }
    let mut options = StatusOptions::new();
    options.include_untracked(true).exclude_submodules(true).include_ignored(false);
    let changes = repository.statuses(Some(&mut options))?;
    for change in changes.iter() {
        if !is_left_out(repository, &change)? {
            return Ok(true);
        }
    }
    is_submodule_moved(repository)
}

/// A sparse checkout leaves files out on purpose; libgit2 takes them for deleted.
fn is_left_out(repository: &Repository, change: &StatusEntry<'_>) -> Result<bool, git2::Error> {
    if change.status() != Status::WT_DELETED {
        return Ok(false);
    }
    let Ok(path) = change.path() else { return Ok(false) };
    let entry = repository.index()?.get_path(path.as_ref(), 0);
    Ok(entry.is_some_and(|entry| entry.flags_extended & IndexEntryExtendedFlag::SKIP_WORKTREE.bits() != 0))
}

fn is_submodule_moved(repository: &Repository) -> Result<bool, git2::Error> {
    let is_moved = |submodule: &git2::Submodule<'_>| {
        let checked_out = submodule.workdir_id();
        submodule.index_id() != submodule.head_id() || (checked_out.is_some() && checked_out != submodule.index_id())
    };
    Ok(repository.submodules()?.iter().any(is_moved))
}
