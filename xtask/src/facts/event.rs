//! What is built, and on whose behalf: from the CI system's variables, or from git.

use std::{fs, path::Path};

use semver::Version;
use serde_json::Value;
use thiserror::Error;

use super::{Environment, Git, remote};

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
    /// Time of that commit, in seconds since 1970.
    pub commit_time: Option<i64>,
    /// `https://…` address of the repository, for labels.
    pub url: Option<String>,
}

/// Why the event could not be read.
#[derive(Debug, Error)]
pub enum EventError {
    /// The file cannot be opened.
    #[error("cannot read the event file `{path}` that GITHUB_EVENT_PATH names: {source}")]
    Unreadable {
        /// As the variable says.
        path: String,
        /// The operating system's reason.
        source: std::io::Error,
    },
    /// It is no JSON.
    #[error("the event file `{path}` that GITHUB_EVENT_PATH names is not JSON: {source}")]
    Syntax {
        /// As the variable says.
        path: String,
        /// The parser's reason.
        source: serde_json::Error,
    },
}

impl Event {
    /// Reads the event from the CI system's variables, and what they leave open from git.
    pub fn read(environment: &Environment, git: Option<&Git>) -> Result<Self, EventError> {
        let mut event = if environment.is_true("GITHUB_ACTIONS") {
            github(environment)?
        } else if environment.is_true("GITLAB_CI") {
            gitlab(environment)
        } else {
            Self::default()
        };
        if let Some(git) = git {
            event.complete(git);
        }
        Ok(event)
    }

    fn complete(&mut self, git: &Git) {
        if self.ci == Ci::None {
            self.git_ref = version_tag(git).map(|tag| format!("refs/tags/{tag}"));
            self.git_ref = self
                .git_ref
                .take()
                .or_else(|| git.branch.as_ref().map(|branch| format!("refs/heads/{branch}")));
        }
        self.sha = self.sha.take().or_else(|| git.commit.clone());
        self.default_branch = self.default_branch.take().or_else(|| git.default_branch.clone());
        if self.commit_time.is_none() && self.sha == git.commit {
            self.commit_time = git.commit_time;
        }
        self.url = self.url.take().or_else(|| git.remote_url.as_deref().and_then(remote::web_address));
    }
}

/// The greatest version among the tags at HEAD: on a person's machine, that is what is built.
fn version_tag(git: &Git) -> Option<&str> {
    let versions = git
        .tags_at_head
        .iter()
        .filter_map(|tag| Some((Version::parse(tag.strip_prefix('v').unwrap_or(tag)).ok()?, tag)));
    versions.max_by(|one, other| one.0.cmp(&other.0)).map(|(_, tag)| tag.as_str())
}

/// Source: docker/metadata-action's reading of GitHub's default variables and event payload.
fn github(environment: &Environment) -> Result<Event, EventError> {
    let value = |name: &str| environment.value(name).map(str::to_owned);
    let payload = environment
        .value("GITHUB_EVENT_PATH")
        .map(payload)
        .transpose()?
        .unwrap_or(Value::Null);
    let text = |pointer: &str| payload.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let name = value("GITHUB_EVENT_NAME");
    let is_pull = name.as_deref().is_some_and(|name| name.starts_with("pull_request"));
    let mut git_ref = value("GITHUB_REF");
    if name.as_deref() == Some("pull_request_target") {
        let number = payload
            .pointer("/number")
            .or_else(|| payload.pointer("/pull_request/number"))
            .and_then(Value::as_u64);
        git_ref = number.map(|number| format!("refs/pull/{number}/merge")).or(git_ref);
    }
    let head = is_pull && environment.is_true("DOCKER_METADATA_PR_HEAD_SHA");
    let sha = head
        .then(|| text("/pull_request/head/sha"))
        .flatten()
        .or_else(|| value("GITHUB_SHA"));
    let is_tag = git_ref.as_deref().is_some_and(|git_ref| git_ref.starts_with("refs/tags/"));
    let tag_base = || text("/base_ref").map(|base| base.trim_start_matches("refs/heads/").to_owned());
    let url = value("GITHUB_SERVER_URL")
        .zip(value("GITHUB_REPOSITORY"))
        .map(|(server, repository)| format!("{server}/{repository}"));
    Ok(Event {
        ci: Ci::GitHub,
        commit_time: sha.as_deref().and_then(|sha| commit_time(&payload, sha)),
        name,
        git_ref,
        sha,
        default_branch: text("/repository/default_branch"),
        base_ref: if is_tag { tag_base() } else { text("/pull_request/base/ref") },
        url,
    })
}

fn payload(path: &str) -> Result<Value, EventError> {
    let text = fs::read_to_string(Path::new(path)).map_err(|source| EventError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    serde_json::from_str(&text).map_err(|source| EventError::Syntax {
        path: path.to_owned(),
        source,
    })
}

fn commit_time(payload: &Value, sha: &str) -> Option<i64> {
    let commits = payload.get("commits").and_then(Value::as_array).into_iter().flatten();
    let mut commits = commits.chain(payload.get("head_commit"));
    let commit = commits.find(|commit| commit.get("id").and_then(Value::as_str) == Some(sha))?;
    seconds(commit.get("timestamp")?.as_str()?)
}

fn seconds(timestamp: &str) -> Option<i64> {
    timestamp.parse::<jiff::Timestamp>().ok().map(jiff::Timestamp::as_second)
}

/// Source: GitLab's predefined CI/CD variables.
fn gitlab(environment: &Environment) -> Event {
    let value = |name: &str| environment.value(name).map(str::to_owned);
    let git_ref = value("CI_MERGE_REQUEST_IID")
        .map(|number| format!("refs/pull/{number}/merge"))
        .or_else(|| value("CI_COMMIT_TAG").map(|tag| format!("refs/tags/{tag}")))
        .or_else(|| value("CI_COMMIT_BRANCH").map(|branch| format!("refs/heads/{branch}")));
    let name = value("CI_PIPELINE_SOURCE").map(|source| {
        if source == "merge_request_event" {
            "pull_request".to_owned()
        } else {
            source
        }
    });
    Event {
        ci: Ci::GitLab,
        name,
        git_ref,
        sha: value("CI_COMMIT_SHA"),
        default_branch: value("CI_DEFAULT_BRANCH"),
        base_ref: value("CI_MERGE_REQUEST_TARGET_BRANCH_NAME"),
        commit_time: value("CI_COMMIT_TIMESTAMP").and_then(|timestamp| seconds(&timestamp)),
        url: value("CI_PROJECT_URL"),
    }
}
