//! Which versions a repository has released: git tags by their pattern, and where HEAD stands among them.
//!
//! Repositories have thousands of tags and hundreds of thousands of commits. History is walked backwards in time, once for all patterns and all
//! tags, and no further than to the greatest tag there is, which nearly always comes soon. Where that one is out of reach (an old release
//! branch), only the end of history would prove it; in a long one, commit times have to do.

use std::collections::{BTreeMap, BinaryHeap, HashMap, HashSet};

use git2::{Oid, Repository};
use semver::Version;

use super::Tag;
use crate::pipeline::VersionTagPattern;

/// So many commits are walked without trusting their times.
const EXACT_COMMITS: usize = 10_000;

/// How far clocks of the machines that commits are made on may differ before a tag is missed in what comes after.
const CLOCK_SKEW_SECONDS: i64 = 30 * 24 * 60 * 60;

/// A git tag that stands for a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionTag {
    /// Its short name, such as `web/v1.2.3`.
    pub name: String,
    /// The version.
    pub version: Version,
    /// Full id of the commit it stands for.
    pub commit: String,
}

/// The versions of one pattern.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VersionHistory {
    /// All that are in the repository, also on other branches, by precedence.
    pub all: Vec<VersionTag>,
    /// The greatest at HEAD.
    pub at_head: Option<VersionTag>,
    /// The greatest among HEAD's ancestors. In a shallow repository: of the part that is here.
    pub before: Option<VersionTag>,
    /// The greatest of those that is no prerelease.
    pub before_final: Option<VersionTag>,
    /// Commits of HEAD that `before` does not have; `None` where the [`Request`](crate::facts::Request) did not ask for it.
    pub commits_since: Option<usize>,
}

impl VersionHistory {
    /// The greatest version that HEAD has in it.
    pub fn last(&self) -> Option<&VersionTag> {
        self.at_head
            .iter()
            .chain(&self.before)
            .max_by(|a, b| a.version.cmp_precedence(&b.version))
    }

    /// The git tag of a version, wherever it stands.
    pub fn tag_of(&self, version: &Version) -> Option<&VersionTag> {
        self.all.iter().find(|tag| tag.version == *version)
    }
}

/// The history of each pattern as HEAD sees it; with `count`, how many commits lie since.
pub(super) fn read(
    repository: &Repository,
    head: Option<Oid>,
    tags: &[Tag],
    (patterns, count): (&[VersionTagPattern], bool),
) -> Result<BTreeMap<VersionTagPattern, VersionHistory>, git2::Error> {
    let versions: Vec<Vec<(Version, &Tag)>> = patterns.iter().map(|pattern| versions(tags, pattern)).collect();
    let ancestors = |is_wanted: fn(&Version) -> bool| {
        versions.iter().map(move |versions| {
            let wanted = versions.iter().rev().filter(|(version, _)| is_wanted(version));
            let commits = wanted.map(|(_, tag)| tag.commit);
            commits.filter(|commit| Some(*commit) != head).collect::<Vec<Oid>>()
        })
    };
    // One walk for both: all versions of each pattern, then its final ones.
    let elsewhere: Vec<Vec<Oid>> = ancestors(|_| true).chain(ancestors(|version| version.pre.is_empty())).collect();
    let mut found = match head {
        Some(head) => Walk::new(repository, &elsewhere).from(head),
        None => vec![None; elsewhere.len()],
    };
    let found_finals = found.split_off(patterns.len());
    let mut counted = HashMap::new();
    let mut histories = BTreeMap::new();
    for (((pattern, versions), ancestor), last_final) in patterns.iter().zip(&versions).zip(found).zip(found_finals) {
        let newest = |of: Option<Oid>| versions.iter().rev().find(|(_, tag)| Some(tag.commit) == of).map(version_tag);
        let commits_since = match head.filter(|_| count) {
            None => None,
            Some(head) => Some(match counted.get(&ancestor) {
                Some(known) => *known,
                None => *counted.entry(ancestor).or_insert(commits_between(repository, head, ancestor)?),
            }),
        };
        let history = VersionHistory {
            all: versions.iter().map(version_tag).collect(),
            at_head: head.and_then(|head| newest(Some(head))),
            before: ancestor.and_then(|ancestor| newest(Some(ancestor))),
            before_final: last_final.and_then(|commit| newest_final(versions, commit)),
            commits_since,
        };
        histories.insert(pattern.clone(), history);
    }
    Ok(histories)
}

fn newest_final(versions: &[(Version, &Tag)], commit: Oid) -> Option<VersionTag> {
    let finals = versions.iter().rev().filter(|(version, _)| version.pre.is_empty());
    finals.filter(|(_, tag)| tag.commit == commit).map(version_tag).next()
}

/// The tags of a pattern by precedence, and by name where two are the same version.
fn versions<'a>(tags: &'a [Tag], pattern: &VersionTagPattern) -> Vec<(Version, &'a Tag)> {
    let mut versions: Vec<_> = tags.iter().filter_map(|tag| Some((pattern.version(&tag.name)?, tag))).collect();
    versions.sort_unstable_by(|(a, a_tag), (b, b_tag)| a.cmp(b).then_with(|| a_tag.name.cmp(&b_tag.name)));
    versions
}

fn version_tag((version, tag): &(Version, &Tag)) -> VersionTag {
    VersionTag {
        name: tag.name.clone(),
        version: version.clone(),
        commit: tag.commit.to_string(),
    }
}

fn commits_between(repository: &Repository, head: Oid, ancestor: Option<Oid>) -> Result<usize, git2::Error> {
    if let Some(ancestor) = ancestor {
        return Ok(repository.graph_ahead_behind(head, ancestor)?.0);
    }
    let mut walk = repository.revwalk()?;
    walk.push(head)?;
    // Parents beyond the end of a shallow clone are not here.
    Ok(walk.flatten().count())
}

/// A walk back in time in search of the greatest tag of each pattern.
struct Walk<'a> {
    repository: &'a Repository,
    /// For each pattern, the commits of its tags, the greatest first.
    commits: &'a [Vec<Oid>],
    /// Commit → pattern and rank.
    ranks: HashMap<Oid, Vec<(usize, usize)>>,
    /// For each pattern, the rank of the best so far.
    best: Vec<usize>,
}

impl<'a> Walk<'a> {
    fn new(repository: &'a Repository, commits: &'a [Vec<Oid>]) -> Self {
        let mut ranks: HashMap<Oid, Vec<(usize, usize)>> = HashMap::new();
        for (pattern, commits) in commits.iter().enumerate() {
            for (rank, commit) in commits.iter().enumerate() {
                ranks.entry(*commit).or_default().push((pattern, rank));
            }
        }
        Self {
            repository,
            commits,
            ranks,
            best: commits.iter().map(Vec::len).collect(),
        }
    }

    /// For each pattern, the first of its commits that is an ancestor of `head`.
    fn from(mut self, head: Oid) -> Vec<Option<Oid>> {
        let Some(now) = self.time(head) else {
            return vec![None; self.best.len()];
        };
        let mut next = BinaryHeap::from([(now, head)]);
        let mut seen = HashSet::from([head]);
        let mut horizon = None;
        while let Some((now, commit)) = next.pop() {
            if self.visit(commit) {
                horizon = None;
            }
            if self.best.iter().all(|best| *best == 0) {
                break;
            }
            if seen.len() > EXACT_COMMITS {
                // Beyond the oldest commit that would still beat the best one of any pattern, there is nothing left to find.
                let oldest = horizon.get_or_insert_with(|| self.oldest_wanted());
                if oldest.is_none_or(|oldest| now < oldest.saturating_sub(CLOCK_SKEW_SECONDS)) {
                    break;
                }
            }
            // Parents beyond the end of a shallow clone are not here.
            let Ok(commit) = self.repository.find_commit(commit) else {
                continue;
            };
            for parent in commit.parents() {
                if seen.insert(parent.id()) {
                    next.push((parent.time().seconds(), parent.id()));
                }
            }
        }
        let found = self.commits.iter().zip(&self.best);
        found.map(|(commits, best)| commits.get(*best).copied()).collect()
    }

    /// Notes that a commit is an ancestor; says whether that makes any pattern's best better.
    fn visit(&mut self, commit: Oid) -> bool {
        let mut better = false;
        for (pattern, rank) in self.ranks.get(&commit).into_iter().flatten() {
            if *rank < self.best[*pattern] {
                self.best[*pattern] = *rank;
                better = true;
            }
        }
        better
    }

    fn oldest_wanted(&self) -> Option<i64> {
        let wanted = self.commits.iter().zip(&self.best).flat_map(|(commits, best)| &commits[..*best]);
        wanted.filter_map(|commit| self.time(*commit)).min()
    }

    fn time(&self, commit: Oid) -> Option<i64> {
        Some(self.repository.find_commit(commit).ok()?.time().seconds())
    }
}
