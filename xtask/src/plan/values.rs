//! The names that templates see.

use std::collections::BTreeMap;

use crate::{
    facts::{Event, Facts},
    pipeline::{Image, Pipeline},
};

use super::{Release, describe, release};

/// Name → value, for [`Template::expand`](crate::pipeline::Template::expand).
pub(super) type Values = BTreeMap<&'static str, String>;

/// The names every template sees. What is unknown is empty, as in docker/metadata-action.
pub(super) fn common(pipeline: &Pipeline, facts: &Facts, image: &Image, release: Option<&Release>) -> Values {
    let event = release::event(facts, image, release);
    let git_ref = event.git_ref.as_deref().unwrap_or_default();
    let is_default = is_default_branch(&event, git_ref);
    BTreeMap::from([
        ("project", pipeline.project.clone()),
        ("image", image.name.to_string()),
        ("describe", describe::describe(facts, image, release)),
        ("branch", git_ref.strip_prefix("refs/heads/").unwrap_or_default().to_owned()),
        ("tag", git_ref.strip_prefix("refs/tags/").unwrap_or_default().to_owned()),
        ("sha", event.short_sha().to_owned()),
        ("commit", event.sha.clone().unwrap_or_default()),
        ("base_ref", event.base_ref.clone().unwrap_or_default()),
        ("is_default_branch", is_default.to_string()),
        ("is_not_default_branch", (!is_default).to_string()),
    ])
}

/// docker/metadata-action's rule: by the branch, or by an event that runs on the default branch whatever its ref says.
fn is_default_branch(event: &Event, git_ref: &str) -> bool {
    let branch = git_ref.strip_prefix("refs/heads/").unwrap_or(git_ref);
    let name = event.name.as_deref().unwrap_or_default();
    let of_default = ["create", "discussion", "issues", "schedule"];
    !branch.is_empty() && (event.default_branch.as_deref() == Some(branch) || of_default.iter().any(|part| name.contains(part)))
}
