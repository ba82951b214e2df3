//! What is built, and on whose behalf: from the CI system's variables, or from git.
//!
//! Tag rules and templates see nothing but this, so that they give the same tags on a laptop as in CI. The meanings are those of
//! docker/metadata-action.

mod github;
mod gitlab;

use thiserror::Error;

use super::{Environment, Git, git};
use crate::pipeline::{VersionTagPattern, tag_rule::number};

/// Variables of which one is enough to know GitHub.
const TELLING: [&str; 4] = ["GITHUB_REF", "GITHUB_EVENT_NAME", "GITHUB_EVENT_PATH", "GITHUB_SHA"];
/// No commit id is longer than this.
const LONGEST_SHA: f64 = 1_000.0;
/// How long a short commit id is.
const SHORT_SHA_LENGTH: &str = "DOCKER_METADATA_SHORT_SHA_LENGTH";

/// Which system runs this.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ci {
    /// A person's own machine, or an unknown CI system.
    #[default]
    None,
    /// GitHub Actions (`GITHUB_ACTIONS=true`).
    GitHub,
    /// GitLab CI (`GITLAB_CI=true`).
    GitLab,
}

impl Ci {
    /// Reads which one it is. One of GitHub's variables is enough, so that a workflow's tags can be tried out by hand.
    pub fn detect(environment: &Environment) -> Self {
        if environment.is_true("GITHUB_ACTIONS") {
            Self::GitHub
        } else if environment.is_true("GITLAB_CI") {
            Self::GitLab
        } else if TELLING.iter().any(|name| environment.value(name).is_some()) {
            Self::GitHub
        } else {
            Self::None
        }
    }
}

/// The event that tag rules and templates see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// Where it comes from.
    pub ci: Ci,
    /// GitHub's event name, such as `push`; `None` where there is none.
    pub name: Option<String>,
    /// Full ref: `refs/heads/B`, `refs/tags/T` or `refs/pull/N/merge`.
    pub git_ref: Option<String>,
    /// Full commit id.
    pub sha: Option<String>,
    /// Name of the default branch.
    pub default_branch: Option<String>,
    /// A tag's payload `base_ref` without `refs/heads/`, or a pull request's `base.ref`.
    pub base_ref: Option<String>,
    /// Whether it is a pull request that comes from another repository, which gets no credentials.
    pub from_fork: bool,
    /// Time of that commit, in seconds since 1970.
    pub commit_time: Option<i64>,
    /// `https://…` address of the repository, for labels.
    pub url: Option<String>,
    /// What the repository's host says it is, for labels.
    pub description: Option<String>,
    /// SPDX id of the licence that the repository's host found, for labels.
    pub licenses: Option<String>,
    /// How long a short commit id is; `None` for seven characters.
    pub short_sha_length: Option<usize>,
}

/// Why a CI system's event could not be read.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum EventError {
    /// The event file is not there, or is no JSON.
    #[error("cannot read the event file `{path}`, which `GITHUB_EVENT_PATH` names: {reason}")]
    Payload {
        /// As the variable has it.
        path: String,
        /// The operating system's reason, or the JSON parser's.
        reason: String,
    },
    /// `pull_request_target` runs on the base branch: without the payload nobody knows for which pull request.
    #[error("the event `{event}` has no pull request number; `GITHUB_EVENT_PATH` has to name a file whose JSON has `number`")]
    NoPullRequest {
        /// The event's name.
        event: String,
    },
    /// A length that is no number.
    #[error("`{SHORT_SHA_LENGTH}` is `{value}`, which is not a number; correct it, or unset it")]
    ShortShaLength {
        /// What it says.
        value: String,
    },
    /// A commit's time that is none.
    #[error("`{name}` is `{value}`, which is not an RFC 3339 time such as `2026-01-31T12:00:00Z`")]
    Time {
        /// The variable, or the payload's field.
        name: String,
        /// What it says.
        value: String,
    },
}

impl Event {
    /// Whether it is a pull request.
    pub fn is_pull_request(&self) -> bool {
        let of_ref = self.git_ref.as_deref().is_some_and(|git_ref| git_ref.starts_with("refs/pull/"));
        of_ref || self.name.as_deref().is_some_and(|name| name.contains("pull_request"))
    }

    /// Reads the event from CI's variables, and outside of CI from git. In CI nothing that matters for tags comes from git: a checkout there
    /// may be shallow, detached, or of another commit.
    pub fn read(environment: &Environment, git: Option<&Git>) -> Result<Self, EventError> {
        let event = match Ci::detect(environment) {
            Ci::GitHub => github::read(environment)?,
            Ci::GitLab => gitlab::read(environment)?,
            Ci::None => git.map(from_git).unwrap_or_default(),
        };
        let known = |git: &&Git| event.sha.is_some() && git.commit == event.sha;
        let commit_time = event.commit_time.or_else(|| git.filter(known)?.commit_time);
        let remote = || git?.remote_url.as_deref().and_then(git::web_url);
        Ok(Self {
            commit_time,
            url: event.url.clone().or_else(remote),
            short_sha_length: short_sha_length(environment)?,
            ..event
        })
    }

    /// The commit id as `{{sha}}` writes it; empty where there is no commit.
    pub fn short_sha(&self) -> &str {
        let sha = self.sha.as_deref().unwrap_or_default();
        let end = sha.char_indices().nth(self.short_sha_length.unwrap_or(7));
        end.map_or(sha, |(end, _)| &sha[..end])
    }
}

fn from_git(git: &Git) -> Event {
    Event {
        git_ref: git_ref(git),
        sha: git.commit.clone(),
        default_branch: git.default_branch.clone(),
        ..Event::default()
    }
}

/// As docker/metadata-action reads it: any number JavaScript knows, cut to a whole one.
fn short_sha_length(environment: &Environment) -> Result<Option<usize>, EventError> {
    let Some(value) = environment.value(SHORT_SHA_LENGTH) else {
        return Ok(None);
    };
    let number = number::read(value).ok_or_else(|| EventError::ShortShaLength { value: value.to_owned() })?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between the two ends it fits")]
    Ok(Some(number.clamp(0.0, LONGEST_SHA) as usize))
}

/// A version tag at HEAD says more than the branch it was made on: a release from a laptop is the same as from a tag's workflow.
fn git_ref(git: &Git) -> Option<String> {
    let default = VersionTagPattern::default();
    let versions = git.tags_at_head.iter().filter_map(|tag| Some((default.version(tag)?, tag)));
    let greatest = versions.max().map(|(_, tag)| format!("refs/tags/{tag}"));
    greatest.or_else(|| git.branch.as_ref().map(|branch| format!("refs/heads/{branch}")))
}

/// Seconds since 1970 of a time such as `2026-01-31T12:00:00+01:00`.
fn seconds(name: &str, value: &str) -> Result<i64, EventError> {
    let time: Result<jiff::Timestamp, _> = value.parse();
    time.map(jiff::Timestamp::as_second).map_err(|_| EventError::Time {
        name: name.to_owned(),
        value: value.to_owned(),
    })
}

#[cfg(test)]
mod tests;
