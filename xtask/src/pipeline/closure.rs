//! Stages with all they need.

use indexmap::{IndexMap, IndexSet};

use super::{Stage, StageName};

/// `wanted` and what it needs, transitively, in the order the stages are written.
pub fn stages(stages: &IndexMap<StageName, Stage>, wanted: &[StageName]) -> Vec<StageName> {
    let mut found: IndexSet<&StageName> = IndexSet::new();
    let mut open: Vec<&StageName> = wanted.iter().collect();
    while let Some(name) = open.pop() {
        if found.insert(name) {
            open.extend(stages.get(name).into_iter().flat_map(|stage| &stage.needs));
        }
    }
    stages.keys().filter(|name| found.contains(name)).cloned().collect()
}
