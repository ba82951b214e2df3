//! Events as machines read them: a line of JSON each, in a run's `events.jsonl` and with `--progress json`.
//!
//! A type of its own, so that the shape people rely on does not change whenever [`Event`] does.

use serde::Serialize;

use crate::{plan::StepId, tool::findings};

use super::{Event, Outcome, StepReport};

/// One line of `events.jsonl`.
#[derive(Clone, Debug, Serialize)]
pub struct EventJson<'a> {
    /// Milliseconds since the run started.
    pub at_ms: u64,
    /// What happened.
    #[serde(flatten)]
    pub what: What<'a>,
}

/// What happened; `event` says which.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum What<'a> {
    Started {
        step: &'a StepId,
    },
    Output {
        step: &'a StepId,
        line: &'a str,
    },
    Notice {
        step: &'a StepId,
        text: &'a str,
    },
    Finished {
        step: &'a StepId,
        outcome: &'static str,
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<&'a str>,
        duration_ms: u64,
        #[serde(skip_serializing_if = "Option::is_none")]
        digest: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        size_bytes: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        findings: Option<findings::FindingCounts>,
    },
    Interrupted {
        signal: i32,
    },
    Ended {
        duration_ms: u64,
    },
}

impl<'a> EventJson<'a> {
    /// An event that happened `at_ms` milliseconds after the run started.
    pub fn new(event: &'a Event, at_ms: u64) -> Self {
        let what = match event {
            Event::Started { step } => What::Started { step },
            Event::Output { step, line } => What::Output { step, line },
            Event::Notice { step, text } => What::Notice { step, text },
            Event::Finished(report) => finished(report),
            Event::Interrupted { signal } => What::Interrupted { signal: *signal },
            Event::Ended { duration } => What::Ended {
                duration_ms: milliseconds(*duration),
            },
        };
        Self { at_ms, what }
    }
}

fn finished(report: &StepReport) -> What<'_> {
    What::Finished {
        step: &report.id,
        outcome: report.outcome.as_str(),
        reason: report.outcome.reason(),
        duration_ms: milliseconds(report.duration),
        digest: report.output.digest.as_deref(),
        size_bytes: report.output.size_bytes,
        findings: report.output.findings.as_deref().map(findings::count),
    }
}

fn milliseconds(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

impl Outcome {
    /// `passed`, `failed`, `skipped` or `cancelled`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed(_) => "failed",
            Self::Skipped { .. } => "skipped",
            Self::Cancelled => "cancelled",
        }
    }

    /// Why it failed or was skipped.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Failed(failure) => Some(&failure.message),
            Self::Skipped { because } => Some(because),
            Self::Passed | Self::Cancelled => None,
        }
    }
}
