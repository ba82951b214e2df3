//! Tag rules, in docker/metadata-action's vocabulary.

use super::{RefEvent, ShaFormat};

/// One `[[tags]]` table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagRule {
    /// What kind, with what belongs to it.
    pub kind: TagRuleKind,
    /// Higher goes first; ties keep the written order.
    pub priority: i64,
    /// Template that must give `true` or `false`.
    pub enable: String,
    /// Overrides the flavor's prefix, even when empty.
    pub prefix: Option<String>,
    /// Overrides the flavor's suffix, even when empty.
    pub suffix: Option<String>,
}

/// The rule types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TagRuleKind {
    /// The version of a git tag, or of `value`, by `pattern`.
    Semver {
        /// Template over `version`, `major`, `minor`, `patch`, `raw`.
        pattern: String,
        /// A version in place of the git tag; a template.
        value: Option<String>,
    },
    /// The branch, the tag, or the pull request's number.
    Ref {
        /// Which of the three.
        event: RefEvent,
    },
    /// A template as it is.
    Raw {
        /// The template.
        value: String,
    },
    /// The commit.
    Sha {
        /// How much of it.
        format: ShaFormat,
    },
}

/// The `[flavor]` table: what applies to all tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flavor {
    /// Whether `latest` is added.
    pub latest: FlavorLatest,
    /// Before every tag.
    pub prefix: String,
    /// Whether `prefix` goes on `latest`, too.
    pub prefix_onlatest: bool,
    /// After every tag.
    pub suffix: String,
    /// Whether `suffix` goes on `latest`, too.
    pub suffix_onlatest: bool,
}

/// When `latest` is added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlavorLatest {
    /// When the first rule that gave a tag says so.
    Auto,
    /// Always, or never.
    Fixed(bool),
}
