//! The greatest version among the tags that a commit descends from.
//!
//! Repositories have thousands of tags and hundreds of thousands of commits. History is walked backwards in time, once for all tags, and no
//! further than to the greatest tag there is, which nearly always comes soon. Where that one is out of reach (an old release branch), only
//! the end of history would prove it; in a long one, commit times have to do.

use std::collections::{BinaryHeap, HashMap, HashSet};

use git2::{Oid, Repository};
use semver::Version;

use super::Tag;

/// So many commits are walked without trusting their times.
const EXACT_COMMITS: usize = 10_000;

/// How far clocks of the machines that commits are made on may differ before a tag is missed in what comes after.
const CLOCK_SKEW_SECONDS: i64 = 30 * 24 * 60 * 60;

/// The greatest of `tags` by semver precedence that is `head` or one of its ancestors.
pub(super) fn latest(repository: &Repository, head: Oid, tags: &[Tag]) -> Option<String> {
    let mut versions: Vec<_> = tags.iter().filter_map(|tag| Some((version(&tag.name)?, tag))).collect();
    versions.sort_unstable_by(|(a, a_tag), (b, b_tag)| b.cmp(a).then_with(|| b_tag.name.cmp(&a_tag.name)));
    let commits: Vec<_> = versions.iter().map(|(_, tag)| tag.commit).collect();
    if commits.is_empty() {
        return None;
    }
    let found = first_ancestor(repository, head, &commits)?;
    Some(versions[found].1.name.clone())
}

/// `v1.2.3`, `1.2.3-rc.1`.
pub(in crate::facts) fn version(tag: &str) -> Option<Version> {
    Version::parse(tag.strip_prefix('v').unwrap_or(tag)).ok()
}

/// The first of `commits` that is `head` or one of its ancestors.
fn first_ancestor(repository: &Repository, head: Oid, commits: &[Oid]) -> Option<usize> {
    let mut ranks = HashMap::new();
    for (rank, commit) in commits.iter().enumerate() {
        ranks.entry(*commit).or_insert(rank);
    }
    let time = |commit: Oid| Some(repository.find_commit(commit).ok()?.time().seconds());
    let mut best = commits.len();
    let mut oldest = None;
    let mut next = BinaryHeap::from([(time(head)?, head)]);
    let mut seen = HashSet::from([head]);
    while let Some((now, commit)) = next.pop() {
        if let Some(rank) = ranks.get(&commit).filter(|rank| **rank < best) {
            best = *rank;
            oldest = None;
        }
        if best == 0 {
            break;
        }
        if seen.len() > EXACT_COMMITS {
            // Beyond the oldest commit that would still beat the best one, there is nothing left to find.
            let oldest = oldest.get_or_insert_with(|| commits[..best].iter().filter_map(|commit| time(*commit)).min());
            if oldest.is_none_or(|oldest| now < oldest.saturating_sub(CLOCK_SKEW_SECONDS)) {
                break;
            }
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
