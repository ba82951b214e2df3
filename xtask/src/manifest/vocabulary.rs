//! Words that mean the same as written and as resolved.

use std::fmt;

use schemars::JsonSchema;
use serde::Deserialize;

/// A condition on the repository that a task can demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Requirement {
    /// Nothing is uncommitted.
    CleanWorktree,
    /// HEAD carries a semver tag.
    VersionTag,
}

/// A weakness that a task or a registry can put up with; each use of one is announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Allowance {
    /// Base images may be stand-ins. Never together with a push.
    FallbackBases,
    /// Where trivy has no vulnerability database and cannot fetch one, its other scanners are enough.
    NoVulnerabilityDb,
}

/// How Amazon ECR encrypts images.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum Encryption {
    /// With keys of Amazon S3's: the default.
    #[serde(rename = "AES256")]
    Aes256,
    /// With a key of AWS KMS.
    #[serde(rename = "KMS")]
    Kms,
    /// With a key of AWS KMS, twice.
    #[serde(rename = "KMS_DSSE")]
    KmsDsse,
}

/// What a `ref` rule looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RefEvent {
    /// `refs/heads/…`.
    Branch,
    /// `refs/tags/…`.
    Tag,
    /// `refs/pull/N/merge`.
    Pr,
}

impl fmt::Display for RefEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Branch => "branch",
            Self::Tag => "tag",
            Self::Pr => "pr",
        })
    }
}

/// How a commit is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ShaFormat {
    /// Seven characters.
    #[default]
    Short,
    /// All of it.
    Long,
}
