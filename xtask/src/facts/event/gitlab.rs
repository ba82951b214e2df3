//! The event of a GitLab CI pipeline, in GitHub's words, so that one set of tag rules serves both: a merge request is a pull request, and a
//! scheduled pipeline a `schedule`.

use super::{Ci, Event, EventError, seconds};
use crate::facts::Environment;

pub(super) fn read(environment: &Environment) -> Result<Event, EventError> {
    let variable = |name| environment.value(name).map(str::to_owned);
    let merge_request = environment.value("CI_MERGE_REQUEST_IID");
    // A pipeline is a tag's, a merge request's or a branch's; GitLab sets the variable of one only.
    let git_ref = None
        .or_else(|| Some(format!("refs/tags/{}", environment.value("CI_COMMIT_TAG")?)))
        .or_else(|| Some(format!("refs/pull/{}/merge", merge_request?)))
        .or_else(|| Some(format!("refs/heads/{}", environment.value("CI_COMMIT_BRANCH")?)));
    let name = environment.value("CI_PIPELINE_SOURCE").map(|source| match source {
        "merge_request_event" => "pull_request",
        source => source,
    });
    let time = environment.value("CI_COMMIT_TIMESTAMP");
    Ok(Event {
        ci: Ci::GitLab,
        name: name.map(str::to_owned),
        git_ref,
        sha: variable("CI_COMMIT_SHA"),
        default_branch: variable("CI_DEFAULT_BRANCH"),
        base_ref: merge_request.and_then(|_| variable("CI_MERGE_REQUEST_TARGET_BRANCH_NAME")),
        from_fork: environment
            .value("CI_MERGE_REQUEST_SOURCE_PROJECT_ID")
            .is_some_and(|source| environment.value("CI_MERGE_REQUEST_PROJECT_ID") != Some(source)),
        commit_time: time.map(|time| seconds("CI_COMMIT_TIMESTAMP", time)).transpose()?,
        url: variable("CI_PROJECT_URL"),
        description: variable("CI_PROJECT_DESCRIPTION"),
        ..Event::default()
    })
}
