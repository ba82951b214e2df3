//! The git tags that a release ends with: one for each version tag it has, shared by the images that share the version.

use indexmap::IndexMap;

use crate::{
    facts::Facts,
    pipeline::{Pipeline, resolve::GIT_TAG},
    tool::git_tag::GitTagJob,
};

use super::{Action, Release, Step, StepId, selection::Goal};

/// A step for each git tag that is to be made or pushed.
pub(super) fn git_tags<'a>(facts: &Facts, pipeline: &Pipeline, goal: &Goal, releases: impl Iterator<Item = &'a Release>) -> Vec<Step> {
    let Some(git) = &facts.git else { return Vec::new() };
    let Some(commit) = &git.commit else { return Vec::new() };
    let remote = git.remote.clone().filter(|_| goal.push_tag);
    let mut tags: IndexMap<&str, (&Release, usize)> = IndexMap::new();
    for release in releases {
        tags.entry(&release.git_tag).or_insert((release, 0)).1 += 1;
    }
    let of = |release: &Release, images: usize| match images {
        1 => format!("{} {}", release.image, release.version),
        _ => format!("{} {}", pipeline.project, release.version),
    };
    tags.into_iter()
        .filter(|(_, (release, _))| !release.is_tagged || remote.is_some())
        .map(|(tag, (release, images))| {
            let job = GitTagJob {
                tag: tag.to_owned(),
                commit: commit.clone(),
                message: of(release, images),
                exists: release.is_tagged,
                remote: remote.clone(),
            };
            Step::new(StepId::new(GIT_TAG, Some(tag)), GIT_TAG, Action::GitTag(job))
        })
        .collect()
}
