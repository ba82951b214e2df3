//! The event of a GitHub Actions run: its `GITHUB_*` variables, and the payload in the file at `GITHUB_EVENT_PATH`.
//!
//! The payload has a different shape for every event and GitHub adds to them, so fields are looked up, not deserialised: what has another
//! type than expected counts as absent, as it does in docker/metadata-action.

use std::fs;

use serde_json::Value;

use super::{Ci, Event, EventError, seconds};
use crate::facts::{Environment, reason};

pub(super) fn read(environment: &Environment) -> Result<Event, EventError> {
    let variable = |name| environment.value(name).map(str::to_owned);
    let payload = Payload::read(environment)?;
    let name = variable("GITHUB_EVENT_NAME");
    let git_ref = match name.as_deref() {
        Some(event) if event.contains("pull_request_target") => Some(payload.merge_ref(event)?),
        _ => variable("GITHUB_REF"),
    };
    let sha = pull_request_head(environment, &payload).or_else(|| variable("GITHUB_SHA"));
    let repository = environment.value("GITHUB_REPOSITORY").map(|repository| {
        let server = environment.value("GITHUB_SERVER_URL").unwrap_or("https://github.com");
        format!("{}/{repository}", server.trim_end_matches('/'))
    });
    Ok(Event {
        ci: Ci::GitHub,
        default_branch: payload.text("/repository/default_branch"),
        base_ref: base_ref(git_ref.as_deref().unwrap_or_default(), &payload),
        from_fork: payload.is_from_fork(),
        commit_time: sha.as_deref().map_or(Ok(None), |sha| payload.commit_time(sha))?,
        url: payload.text("/repository/html_url").or(repository),
        description: payload.text("/repository/description"),
        licenses: payload.text("/repository/license/spdx_id"),
        short_sha_length: None,
        name,
        git_ref,
        sha,
    })
}

/// The commit that was pushed to the pull request, in place of GitHub's merge of it, where that is wished.
fn pull_request_head(environment: &Environment, payload: &Payload) -> Option<String> {
    let is_wished = environment
        .value("DOCKER_METADATA_PR_HEAD_SHA")
        .is_some_and(|value| value.to_ascii_lowercase().contains("true"));
    let is_pull_request = environment
        .value("GITHUB_EVENT_NAME")
        .is_some_and(|event| event.contains("pull_request"));
    (is_wished && is_pull_request).then(|| payload.text("/pull_request/head/sha"))?
}

fn base_ref(git_ref: &str, payload: &Payload) -> Option<String> {
    if git_ref.starts_with("refs/tags/") {
        let base_ref = payload.text("/base_ref")?;
        Some(base_ref.strip_prefix("refs/heads/").unwrap_or(&base_ref).to_owned())
    } else if git_ref.starts_with("refs/pull/") {
        payload.text("/pull_request/base/ref")
    } else {
        None
    }
}

/// What GitHub tells about the event; null where there is no event file.
struct Payload(Value);

impl Payload {
    fn read(environment: &Environment) -> Result<Self, EventError> {
        let Some(path) = environment.value("GITHUB_EVENT_PATH") else {
            return Ok(Self(Value::Null));
        };
        let error = |reason| EventError::Payload {
            path: path.to_owned(),
            reason,
        };
        let text = fs::read(path).map_err(|cause| error(reason(&cause)))?;
        serde_json::from_slice(&text).map(Self).map_err(|cause| error(cause.to_string()))
    }

    fn text(&self, pointer: &str) -> Option<String> {
        self.0.pointer(pointer)?.as_str().map(str::to_owned)
    }

    /// Whether a pull request's branch lies in another repository than the one it is for. One whose repository is gone lies nowhere.
    fn is_from_fork(&self) -> bool {
        let Some(pull_request) = self.0.get("pull_request") else {
            return false;
        };
        let repository = |side: &str| pull_request.pointer(&format!("/{side}/repo/full_name")).and_then(Value::as_str);
        match (repository("head"), repository("base")) {
            (Some(head), Some(base)) => head != base,
            (head, base) => head.is_none() && base.is_some(),
        }
    }

    fn merge_ref(&self, event: &str) -> Result<String, EventError> {
        let number = self.0.pointer("/number").and_then(Value::as_u64);
        number
            .map(|number| format!("refs/pull/{number}/merge"))
            .ok_or_else(|| EventError::NoPullRequest { event: event.to_owned() })
    }

    /// The time of a commit that the payload tells of: of a branch's push in `commits`, of a tag's in `head_commit`.
    fn commit_time(&self, sha: &str) -> Result<Option<i64>, EventError> {
        let commits = self.0.get("commits").and_then(Value::as_array);
        let all = commits.into_iter().flatten().chain(self.0.get("head_commit"));
        let mut same = all.filter(|commit| commit.get("id").and_then(Value::as_str) == Some(sha));
        let time = same.find_map(|commit| commit.get("timestamp")?.as_str());
        time.map(|time| seconds("timestamp", time)).transpose()
    }
}
