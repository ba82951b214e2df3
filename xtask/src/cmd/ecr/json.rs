//! What would be done to repositories, for programs.

use serde::Serialize;

use super::Drift;

/// `cargo xtask ecr plan --format json`.
#[derive(Debug, Serialize)]
pub(super) struct EcrPlanJson<'a> {
    schema: u32,
    registry: &'a str,
    repositories: Vec<RepositoryJson<'a>>,
}

#[derive(Debug, Serialize)]
struct RepositoryJson<'a> {
    image: &'a str,
    repository: &'a str,
    /// `create`, `change` or `none`.
    action: &'static str,
    changes: Vec<ChangeJson<'a>>,
}

#[derive(Debug, Serialize)]
struct ChangeJson<'a> {
    what: &'a str,
    from: Option<&'a str>,
    to: Option<&'a str>,
    /// Whether it is made; what is not declared stays unless it is pruned, and some settings never change.
    applies: bool,
}

impl<'a> EcrPlanJson<'a> {
    pub fn new(registry: &'a str, drifts: &'a [Drift], prune: bool) -> Self {
        let repository = |drift: &'a Drift| RepositoryJson {
            image: drift.image.as_str(),
            repository: &drift.repository,
            action: match (&drift.existing, drift.calls(prune)) {
                (None, _) => "create",
                (Some(_), 0) => "none",
                (Some(_), _) => "change",
            },
            changes: drift
                .changes
                .iter()
                .map(|change| ChangeJson {
                    what: &change.what,
                    from: change.from.as_deref(),
                    to: change.to.as_deref(),
                    applies: drift.existing.is_none() || Drift::is_made(change, prune),
                })
                .collect(),
        };
        Self {
            schema: 1,
            registry,
            repositories: drifts.iter().map(repository).collect(),
        }
    }
}
