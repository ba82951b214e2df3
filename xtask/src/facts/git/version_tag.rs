//! The greatest version among the tags that a commit descends from.
//!
//! Repositories have thousands of tags and hundreds of thousands of commits, so neither is walked in full: nearly always the greatest tag, or
//! one of the next few, is on the line. Where none is (an old release branch), history is walked backwards in time, no further than to the
//! oldest tag that could still win.

use std::collections::{BinaryHeap, HashMap, HashSet};

use git2::{Oid, Repository};
use semver::Version;

use super::Tag;

/// So many of the greatest tags are tried one by one before history is walked.
const TRIED_FIRST: usize = 4;

/// Clocks differ between the machines commits are made on; git allows a day as well.
const CLOCK_SKEW_SECONDS: i64 = 24 * 60 * 60;

/// The greatest of `tags` by semver precedence that is `head` or one of its ancestors.
pub(super) fn latest(repository: &Repository, head: Oid, tags: &[Tag]) -> Option<String> {
    let mut versions: Vec<_> = tags.iter().filter_map(|tag| Some((version(&tag.name)?, tag))).collect();
    versions.sort_unstable_by(|(a, a_tag), (b, b_tag)| b.cmp(a).then_with(|| b_tag.name.cmp(&a_tag.name)));
    let commits: Vec<_> = versions.iter().map(|(_, tag)| tag.commit).collect();
    let found = first_ancestor(repository, head, &commits)?;
    Some(versions[found].1.name.clone())
}

/// `v1.2.3`, `1.2.3-rc.1`.
pub(in crate::facts) fn version(tag: &str) -> Option<Version> {
    Version::parse(tag.strip_prefix('v').unwrap_or(tag)).ok()
}

/// The first of `commits` that is `head` or one of its ancestors.
fn first_ancestor(repository: &Repository, head: Oid, commits: &[Oid]) -> Option<usize> {
    let is_ancestor = |commit: &Oid| *commit == head || repository.graph_descendant_of(head, *commit).unwrap_or(false);
    let (first, rest) = commits.split_at(commits.len().min(TRIED_FIRST));
    first
        .iter()
        .position(is_ancestor)
        .or_else(|| Some(first.len() + walk(repository, head, rest)?))
}

fn walk(repository: &Repository, head: Oid, commits: &[Oid]) -> Option<usize> {
    let time = |commit: Oid| Some(repository.find_commit(commit).ok()?.time().seconds());
    let mut ranks = HashMap::new();
    // For each rank, the time of the oldest commit that would beat it: beyond that, there is nothing left to find.
    let mut oldest_before = vec![i64::MAX];
    for (rank, commit) in commits.iter().enumerate() {
        ranks.entry(*commit).or_insert(rank);
        let oldest = oldest_before[rank];
        oldest_before.push(time(*commit).map_or(oldest, |time| time.min(oldest)));
    }
    let mut best = commits.len();
    let mut next = BinaryHeap::from([(time(head)?, head)]);
    let mut seen = HashSet::from([head]);
    while let Some((time, commit)) = next.pop() {
        if time < oldest_before[best].saturating_sub(CLOCK_SKEW_SECONDS) {
            break;
        }
        best = ranks.get(&commit).map_or(best, |rank| best.min(*rank));
        if best == 0 {
            break;
        }
        // Parents beyond the end of a shallow clone are not here.
        let Ok(commit) = repository.find_commit(commit) else { continue };
        for parent in commit.parents() {
            if seen.insert(parent.id()) {
                next.push((parent.time().seconds(), parent.id()));
            }
        }
    }
    (best < commits.len()).then_some(best)
}
