//! What linters and scanners find, in one shape for the summary and for reports.

use std::collections::BTreeMap;

use serde::Serialize;

/// One finding of hadolint or trivy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// `DL3008`, `CVE-2026-1234`, `aws-access-key-id`.
    pub code: String,
    /// The tool's own word: `warning`, `CRITICAL`.
    pub severity: String,
    /// One line.
    pub message: String,
    /// `file:line`, or the package, or the layer's file.
    pub location: String,
    /// Whether it is one that fails the step.
    pub gating: bool,
}

/// Counts per severity, in the tool's own words.
pub type FindingCounts = BTreeMap<String, usize>;

/// Counts findings per severity.
pub fn count(findings: &[Finding]) -> FindingCounts {
    let mut counts = FindingCounts::new();
    for finding in findings {
        *counts.entry(finding.severity.clone()).or_default() += 1;
    }
    counts
}
