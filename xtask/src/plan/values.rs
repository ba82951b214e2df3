//! The names that templates see.

use std::collections::BTreeMap;

use crate::{
    facts::Facts,
    pipeline::{Image, Pipeline},
};

use super::{Release, describe, release};

/// Name → value, for [`Template::expand`](crate::pipeline::Template::expand).
pub(super) type Values = BTreeMap<&'static str, String>;

/// The names every template sees. What is unknown is empty, as in docker/metadata-action.
pub(super) fn common(pipeline: &Pipeline, facts: &Facts, image: &Image, release: Option<&Release>) -> Values {
    let event = release::event(facts, image, release);
    let git_ref = event.git_ref.as_deref().unwrap_or_default();
    let branch = git_ref.strip_prefix("refs/heads/").unwrap_or_default();
    let sha = event.sha.clone().unwrap_or_default();
    let is_default = is_default_branch(facts, branch);
    BTreeMap::from([
        ("project", pipeline.project.clone()),
        ("image", image.name.to_string()),
        ("describe", describe::describe(facts, image, release)),
        ("branch", branch.to_owned()),
        ("tag", git_ref.strip_prefix("refs/tags/").unwrap_or_default().to_owned()),
        ("sha", short(&sha).to_owned()),
        ("commit", sha),
        ("base_ref", event.base_ref.clone().unwrap_or_default()),
        ("is_default_branch", is_default.to_string()),
        ("is_not_default_branch", (!is_default).to_string()),
    ])
}

/// The first seven characters of a commit id.
pub(super) fn short(sha: &str) -> &str {
    sha.get(..7).unwrap_or(sha)
}

/// docker/metadata-action's rule: by the branch, or by an event that has none of its own.
fn is_default_branch(facts: &Facts, branch: &str) -> bool {
    let name = facts.event.name.as_deref().unwrap_or_default();
    let without_branch = ["create", "discussion", "issues", "schedule"]
        .iter()
        .any(|event| name.contains(event));
    without_branch || (!branch.is_empty() && facts.event.default_branch.as_deref() == Some(branch))
}
