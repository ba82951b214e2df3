//! A run as one JSON document: the contract of `--format json` and of `report.json`. Fields may be added, never changed.

use std::path::PathBuf;

use serde::Serialize;

use crate::{
    exec::StepReport,
    plan::{Plan, Step, StepId},
    tool::findings::{self, FindingCounts},
};

use super::{Notice, RunReport, exit_code};

/// A whole run.
#[derive(Clone, Debug, Serialize)]
pub struct ReportJson {
    /// 1.
    pub schema: u32,
    /// The task that was run.
    pub task: String,
    /// Whether everything passed, or was left out by the plan.
    pub ok: bool,
    /// The process's exit code.
    pub exit_code: u8,
    /// Wall-clock time.
    pub duration_ms: u64,
    /// In plan order.
    pub steps: Vec<StepJson>,
    /// What people must see even when all went well.
    pub notices: Vec<NoticeJson>,
}

/// One step.
#[derive(Clone, Debug, Serialize)]
pub struct StepJson {
    /// `stage:image`.
    pub id: StepId,
    /// The image it is for, if it is for one.
    pub image: Option<String>,
    /// The stage it comes from.
    pub stage: String,
    /// `passed`, `failed`, `skipped` or `cancelled`.
    pub outcome: &'static str,
    /// Why it failed or was skipped.
    pub reason: Option<String>,
    /// How long it ran; 0 if it never started.
    pub duration_ms: u64,
    /// Absolute path of its log; null if it never started.
    pub log: Option<PathBuf>,
    /// Image id for a build, manifest digest for a push.
    pub digest: Option<String>,
    /// Size of the image.
    pub size_bytes: Option<u64>,
    /// Counts per severity; null for a step that looks for nothing.
    pub findings: Option<FindingCounts>,
    /// References that were pushed.
    pub references: Vec<String>,
    /// What people should know besides.
    pub notes: Vec<String>,
}

/// What a step said aloud.
#[derive(Clone, Debug, Serialize)]
pub struct NoticeJson {
    /// Which step said it.
    pub step: StepId,
    /// One line.
    pub text: String,
}

impl ReportJson {
    /// The document of a run of `plan`.
    pub fn new(plan: &Plan, run: &RunReport) -> Self {
        Self {
            schema: 1,
            task: run.task.clone(),
            ok: run.ok,
            exit_code: exit_code(run),
            duration_ms: milliseconds(run.duration),
            steps: plan
                .steps
                .iter()
                .zip(&run.steps)
                .map(|(step, report)| StepJson::new(step, report))
                .collect(),
            notices: run.notices.iter().cloned().map(NoticeJson::from).collect(),
        }
    }
}

impl StepJson {
    fn new(step: &Step, report: &StepReport) -> Self {
        let output = &report.output;
        Self {
            id: report.id.clone(),
            image: step.image.as_ref().map(ToString::to_string),
            stage: step.stage.to_string(),
            outcome: report.outcome.as_str(),
            reason: report.outcome.reason().map(str::to_owned),
            duration_ms: milliseconds(report.duration),
            log: report.log.clone(),
            digest: output.digest.clone(),
            size_bytes: output.size_bytes,
            findings: output.findings.as_deref().map(findings::count),
            references: output.references.clone(),
            notes: output.notes.clone(),
        }
    }
}

impl From<Notice> for NoticeJson {
    fn from(Notice { step, text }: Notice) -> Self {
        Self { step, text }
    }
}

fn milliseconds(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
