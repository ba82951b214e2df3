//! The record of a release, `release.json`: what was released as what, where it lies, and what had been checked. To be kept.

use semver::Version;
use serde::Serialize;

use crate::{
    exec::{Outcome, StepReport},
    plan::{Action, Plan, Release, Step},
    tool::findings::{self, FindingCounts},
};

use super::RunReport;

/// One release.
#[derive(Clone, Debug, Serialize)]
pub struct ReleaseJson {
    /// 1.
    pub schema: u32,
    /// The task that made it.
    pub task: String,
    /// Whether all of it was done.
    pub ok: bool,
    /// Full id of the commit.
    pub commit: Option<String>,
    /// When the record was written, RFC 3339 in UTC.
    pub created: String,
    /// The registry of `pipeline.toml` it went to.
    pub registry: Option<String>,
    /// What was said of it before it began, such as which tags stay with a greater version, and which images are left out.
    pub notes: Vec<String>,
    /// The git tags, and what became of each.
    pub git_tags: Vec<GitTagJson>,
    /// In the plan's order.
    pub images: Vec<ReleasedImageJson>,
}

/// One git tag.
#[derive(Clone, Debug, Serialize)]
pub struct GitTagJson {
    /// Its name.
    pub tag: String,
    /// `passed` if it was made (or pushed) by this run, `exists` if it was there before; else how its step ended.
    pub outcome: &'static str,
}

/// One image.
#[derive(Clone, Debug, Serialize)]
pub struct ReleasedImageJson {
    /// Its name.
    pub image: String,
    /// Its version.
    pub version: Version,
    /// The git tag of that version.
    pub git_tag: String,
    /// The git tag of the release before.
    pub previous: Option<String>,
    /// Digest of the manifest in the registry; null if it did not get there.
    pub digest: Option<String>,
    /// Size of the image, in bytes.
    pub size_bytes: Option<u64>,
    /// The references that were set, in that order.
    pub references: Vec<String>,
    /// What was left alone, and why.
    pub notes: Vec<String>,
    /// What was run for it before it was pushed.
    pub checks: Vec<CheckJson>,
}

/// One step that came before the push.
#[derive(Clone, Debug, Serialize)]
pub struct CheckJson {
    /// The stage.
    pub stage: String,
    /// `passed`, `failed`, `skipped` or `cancelled`.
    pub outcome: &'static str,
    /// Why it failed or was skipped.
    pub reason: Option<String>,
    /// Counts per severity; null for a step that looks for nothing.
    pub findings: Option<FindingCounts>,
    /// What was ignored by what, which checks passed.
    pub notes: Vec<String>,
}

impl ReleaseJson {
    /// The record of a run of `plan`.
    pub fn new(plan: &Plan, run: &RunReport) -> Self {
        let steps: Vec<(&Step, &StepReport)> = plan.steps.iter().zip(&run.steps).collect();
        let made = |tag: &str| {
            steps.iter().find_map(|(step, report)| match &step.action {
                Action::GitTag(job) if job.tag == tag => Some(report.outcome.as_str()),
                _ => None,
            })
        };
        let mut git_tags: Vec<GitTagJson> = Vec::new();
        for release in &plan.releases {
            if git_tags.iter().all(|known| known.tag != release.git_tag) {
                git_tags.push(GitTagJson {
                    outcome: made(&release.git_tag).unwrap_or("exists"),
                    tag: release.git_tag.clone(),
                });
            }
        }
        Self {
            schema: 1,
            task: plan.task.clone(),
            ok: run.ok,
            commit: plan.commit.clone(),
            created: jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            registry: plan.registry.as_ref().map(ToString::to_string),
            notes: plan.notes.clone(),
            git_tags,
            images: plan.releases.iter().map(|release| image(release, &steps)).collect(),
        }
    }
}

fn image(release: &Release, steps: &[(&Step, &StepReport)]) -> ReleasedImageJson {
    let own = || steps.iter().filter(|(step, _)| step.image.as_ref() == Some(&release.image));
    let pushes = || own().filter(|(step, _)| matches!(step.action, Action::Push(_)));
    ReleasedImageJson {
        image: release.image.to_string(),
        version: release.version.clone(),
        git_tag: release.git_tag.clone(),
        previous: release.previous.clone(),
        digest: pushes().find_map(|(_, report)| report.output.digest.clone()),
        size_bytes: own().find_map(|(_, report)| report.output.size_bytes),
        references: pushes().flat_map(|(_, report)| report.output.references.clone()).collect(),
        notes: pushes().flat_map(|(_, report)| report.output.notes.clone()).collect(),
        checks: own()
            .filter(|(step, _)| !matches!(step.action, Action::Push(_)))
            .map(|(step, report)| CheckJson::new(step, report))
            .collect(),
    }
}

impl CheckJson {
    fn new(step: &Step, report: &StepReport) -> Self {
        Self {
            stage: step.stage.to_string(),
            outcome: report.outcome.as_str(),
            reason: match &report.outcome {
                Outcome::Passed => None,
                other => other.reason().map(str::to_owned),
            },
            findings: report.output.findings.as_deref().map(findings::count),
            notes: report.output.notes.clone(),
        }
    }
}
