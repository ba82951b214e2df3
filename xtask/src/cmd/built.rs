//! The record of what this project built, so that `clean` removes that and nothing else.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use crate::{
    plan::{Action, Plan},
    report::RunReport,
};

/// What was built here, in all runs so far.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Built {
    /// Image ids.
    pub ids: BTreeSet<String>,
    /// Names given in the engine.
    pub references: BTreeSet<String>,
}

fn path(target: &Path) -> PathBuf {
    target.join("built.json")
}

/// Reads the record; empty if there is none, or none that can be read.
pub(super) fn read(target: &Path) -> Built {
    fs::read(path(target))
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .unwrap_or_default()
}

/// Replaces the record.
pub(super) fn write(target: &Path, built: &Built) -> anyhow::Result<()> {
    let text = serde_json::to_vec_pretty(built)?;
    let partial = path(target).with_extension("partial");
    fs::write(&partial, text)
        .and_then(|()| fs::rename(&partial, path(target)))
        .with_context(|| format!("cannot write `{}`", path(target).display()))
}

/// Adds what a run built.
pub(super) fn remember(target: &Path, plan: &Plan, report: &RunReport) -> anyhow::Result<()> {
    let mut built = read(target);
    for step in &plan.steps {
        let Action::Build(job) = &step.action else { continue };
        let digest = report
            .steps
            .iter()
            .find(|report| report.id == step.id)
            .and_then(|report| report.output.digest.clone());
        if let Some(id) = digest {
            built.ids.insert(id);
            built.references.insert(job.local_reference.clone());
        }
    }
    write(target, &built)
}
