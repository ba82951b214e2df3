//! Tag rules, in docker/metadata-action's vocabulary.

mod expression;
pub mod number;

use std::fmt;

use super::{RefEvent, ShaFormat};

pub use expression::Expression;

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
    /// A scheduled run.
    Schedule {
        /// Template over `date` and `commit_date`.
        pattern: String,
    },
    /// The version of a git tag, or of `value`, by semver.
    Semver(VersionRule),
    /// The same by PEP 440.
    Pep440(VersionRule),
    /// What a regular expression finds in a git tag, or in `value`.
    Match {
        /// The expression.
        pattern: Expression,
        /// Which of its groups; 0 is all of it.
        group: i64,
        /// A template in place of the git tag.
        value: Option<String>,
    },
    /// `edge`, on one branch.
    Edge {
        /// The branch; `None` for the default branch.
        branch: Option<String>,
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

/// What belongs to a rule that reads a version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionRule {
    /// Template over the parts of the version.
    pub pattern: String,
    /// A version in place of the git tag; a template.
    pub value: Option<String>,
    /// Cuts the version out: its first group.
    pub cut: Option<Expression>,
}

impl TagRuleKind {
    /// What `type` says.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Schedule { .. } => "schedule",
            Self::Semver(_) => "semver",
            Self::Pep440(_) => "pep440",
            Self::Match { .. } => "match",
            Self::Edge { .. } => "edge",
            Self::Ref { .. } => "ref",
            Self::Raw { .. } => "raw",
            Self::Sha { .. } => "sha",
        }
    }

    /// Which rules go first where none says so, as in docker/metadata-action.
    pub const fn default_priority(&self) -> i64 {
        match self {
            Self::Schedule { .. } => 1000,
            Self::Semver(_) | Self::Pep440(_) => 900,
            Self::Match { .. } => 800,
            Self::Edge { .. } => 700,
            Self::Ref { .. } => 600,
            Self::Raw { .. } => 200,
            Self::Sha { .. } => 100,
        }
    }

    /// What stands before the tag where no prefix is written, likewise.
    pub const fn default_prefix(&self) -> Option<&'static str> {
        match self {
            Self::Sha { .. } => Some("sha-"),
            Self::Ref { event: RefEvent::Pr } => Some("pr-"),
            _ => None,
        }
    }
}

impl fmt::Display for TagRule {
    /// In few words: `semver {{version}}`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind.name())?;
        let value = match &self.kind {
            TagRuleKind::Schedule { pattern } => {
                write!(f, " {pattern}")?;
                None
            }
            TagRuleKind::Semver(rule) | TagRuleKind::Pep440(rule) => {
                write!(f, " {}", rule.pattern)?;
                rule.value.as_ref()
            }
            TagRuleKind::Match { pattern, value, .. } => {
                write!(f, " {}", pattern.as_str())?;
                value.as_ref()
            }
            TagRuleKind::Ref { event } => {
                write!(f, " {event}")?;
                None
            }
            TagRuleKind::Raw { value } => {
                write!(f, " {value}")?;
                None
            }
            TagRuleKind::Edge { branch: Some(branch) } => {
                write!(f, " {branch}")?;
                None
            }
            TagRuleKind::Sha { format: ShaFormat::Long } => {
                f.write_str(" long")?;
                None
            }
            TagRuleKind::Edge { branch: None } | TagRuleKind::Sha { format: ShaFormat::Short } => None,
        };
        value.map_or(Ok(()), |value| write!(f, " of {value}"))
    }
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
