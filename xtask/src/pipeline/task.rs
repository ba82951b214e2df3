//! What `cargo xtask NAME` runs.

use std::collections::BTreeSet;

use super::{Allowance, RegistryName, Requirement, StageName, TaskName};

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
    /// Branches it may run on, as names or globs; empty for any.
    pub branches: Vec<String>,
    /// What it tolerates.
    pub allow: BTreeSet<Allowance>,
}

impl Task {
    /// Whether it makes releases: what it pushes is a version, for good.
    pub fn is_release(&self) -> bool {
        self.require.contains(&Requirement::VersionTag)
    }
}
