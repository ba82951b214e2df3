//! What `cargo xtask NAME` runs.

use std::collections::BTreeSet;

use super::{RegistryName, StageName, TaskName};

/// A `[tasks.NAME]` table.
#[derive(Clone, Debug)]
pub struct Task {
    /// Its name.
    pub name: TaskName,
    /// One line for the list of tasks.
    pub description: Option<String>,
    /// Images, groups or globs; empty for all.
    pub images: Vec<String>,
    /// Stages it runs; those they need come along.
    pub stages: Vec<StageName>,
    /// Where its push stages push to, unless `--registry` says otherwise.
    pub registry: Option<RegistryName>,
    /// What must hold before it starts.
    pub require: BTreeSet<Requirement>,
    /// What it tolerates.
    pub allow: BTreeSet<Allowance>,
}

/// A condition on the repository that a task can demand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Requirement {
    /// `clean-worktree`: nothing uncommitted.
    CleanWorktree,
    /// `version-tag`: HEAD carries a semver tag.
    VersionTag,
}

/// A weakness that a task or a registry can put up with; each use of one is announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Allowance {
    /// `fallback-bases`: base images may be stand-ins. Never together with a push.
    FallbackBases,
    /// `no-vulnerability-db`: where trivy has no vulnerability database and cannot fetch one, its other scanners are enough.
    NoVulnerabilityDb,
}
