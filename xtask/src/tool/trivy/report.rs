//! trivy's JSON report → findings, and what was left out of them.
//!
//! Only what is needed is read; a report that does not name the image it is of is no report.

use std::collections::BTreeMap;

use serde::Deserialize;
use thiserror::Error;

use crate::{pipeline::options::TrivyOptions, tool::Finding};

/// What a scan found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScanReport {
    /// The image that was scanned.
    pub image_id: String,
    /// Everything that was found, of all severities.
    pub findings: Vec<Finding>,
    /// Findings that an ignore file took out.
    pub waived: Vec<Waived>,
    /// How many findings would fail the step but for `ignore-unfixed`.
    pub unfixed: usize,
    /// The operating system in the image, if trivy says that it gets no security updates any more: `alpine 3.20.3`.
    pub end_of_life: Option<String>,
}

/// A finding that was ignored, and by what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waived {
    /// `CVE-2026-1234`.
    pub code: String,
    /// The file that says so.
    pub source: String,
    /// The reason given there, if any.
    pub statement: String,
}

/// Why a report cannot be used.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ReportError {
    /// There is no report at all.
    #[error("trivy wrote no report")]
    Missing,
    /// trivy wrote nothing: it crashed, or the disk is full.
    #[error("trivy's report is empty")]
    Empty,
    /// Not JSON, or not trivy's.
    #[error("trivy's report is not readable: {0}")]
    Unreadable(String),
    /// A format this code does not know.
    #[error("trivy's report has schema version {0}; 2 is expected")]
    Schema(u32),
    /// It does not say which image it is of.
    #[error("trivy's report does not say which image it is of")]
    NoImage,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    schema_version: u32,
    #[serde(default)]
    metadata: Metadata,
    #[serde(default)]
    results: Option<Vec<Target>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Metadata {
    #[serde(rename = "ImageID")]
    image_id: Option<String>,
    #[serde(rename = "OS")]
    os: Option<OperatingSystem>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct OperatingSystem {
    family: String,
    name: String,
    #[serde(rename = "EOSL")]
    end_of_life: bool,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Target {
    #[serde(rename = "Target")]
    name: String,
    vulnerabilities: Vec<Vulnerability>,
    secrets: Vec<LeakedSecret>,
    misconfigurations: Vec<Misconfiguration>,
    licenses: Vec<License>,
    experimental_modified_findings: Vec<Modified>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Vulnerability {
    #[serde(rename = "VulnerabilityID")]
    id: String,
    pkg_name: String,
    installed_version: String,
    #[serde(default)]
    fixed_version: String,
    #[serde(default)]
    title: String,
    severity: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct LeakedSecret {
    #[serde(rename = "RuleID")]
    rule: String,
    severity: String,
    title: String,
    #[serde(default)]
    start_line: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Misconfiguration {
    #[serde(rename = "ID")]
    id: String,
    severity: String,
    title: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    cause_metadata: Cause,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
struct Cause {
    start_line: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct License {
    name: String,
    severity: String,
    #[serde(default)]
    category: String,
    #[serde(default)]
    pkg_name: String,
    #[serde(default)]
    file_path: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Modified {
    #[serde(default)]
    statement: String,
    #[serde(default)]
    source: String,
    #[serde(default)]
    finding: BTreeMap<String, serde_json::Value>,
}

impl ScanReport {
    /// Reads a report; which findings gate is decided by `options`.
    pub fn read(json: &str, options: &TrivyOptions) -> Result<Self, ReportError> {
        if json.trim().is_empty() {
            return Err(ReportError::Empty);
        }
        let document: Document = serde_json::from_str(json).map_err(|error| ReportError::Unreadable(error.to_string()))?;
        if document.schema_version != 2 {
            return Err(ReportError::Schema(document.schema_version));
        }
        let image_id = document.metadata.image_id.ok_or(ReportError::NoImage)?;
        let os = document.metadata.os.filter(|os| os.end_of_life);
        let mut report = Self {
            findings: Vec::new(),
            waived: Vec::new(),
            unfixed: 0,
            end_of_life: os.map(|os| format!("{} {}", os.family, os.name)),
            image_id,
        };
        for target in document.results.unwrap_or_default() {
            report.add(target, options);
        }
        Ok(report)
    }

    fn add(&mut self, target: Target, options: &TrivyOptions) {
        // What is found in the image's configuration has the image's own name for a target.
        let of_configuration = target.name.starts_with("sha256:");
        let place = if of_configuration {
            "the image's configuration"
        } else {
            &target.name
        };

        for found in target.vulnerabilities {
            self.add_vulnerability(found, options);
        }
        for found in target.secrets {
            // The lines of a configuration are those of a JSON text nobody has.
            let location = if of_configuration {
                place.to_owned()
            } else {
                at(place, found.start_line)
            };
            self.push(finding(found.rule, &found.severity, found.title, location), options);
        }
        for found in target.misconfigurations {
            if found.status != "PASS" {
                let location = at(place, found.cause_metadata.start_line);
                self.push(finding(found.id, &found.severity, found.title, location), options);
            }
        }
        for found in target.licenses {
            let location = if found.pkg_name.is_empty() {
                found.file_path
            } else {
                found.pkg_name
            };
            let message = format!("licence category {}", found.category);
            self.push(finding(found.name, &found.severity, message, location), options);
        }
        self.waived.extend(target.experimental_modified_findings.into_iter().map(waived));
    }

    fn add_vulnerability(&mut self, found: Vulnerability, options: &TrivyOptions) {
        let fixed = !found.fixed_version.is_empty();
        let fix = if fixed {
            format!("fixed in {}", found.fixed_version)
        } else {
            "no fix yet".to_owned()
        };
        let location = format!("{} {} ({fix})", found.pkg_name, found.installed_version);
        self.push(finding(found.id, &found.severity, found.title, location), options);
        if let Some(last) = self.findings.last_mut()
            && last.gating
            && !fixed
            && options.ignore_unfixed
        {
            last.gating = false;
            self.unfixed += 1;
        }
    }

    fn push(&mut self, mut found: Finding, options: &TrivyOptions) {
        found.gating = options.severity.iter().any(|severity| severity.as_str() == found.severity);
        self.findings.push(found);
    }

    /// What people should know of the scan although it may have passed.
    pub fn notes(&self) -> Vec<String> {
        let mut by_source: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for waived in &self.waived {
            let reason = if waived.statement.is_empty() {
                String::new()
            } else {
                format!(" ({})", waived.statement)
            };
            by_source
                .entry(&waived.source)
                .or_default()
                .push(format!("{}{reason}", waived.code));
        }
        let mut notes: Vec<_> = by_source
            .iter()
            .map(|(source, codes)| format!("{} ignored by `{source}`: {}", count(codes.len()), codes.join(", ")))
            .collect();
        if self.unfixed > 0 {
            notes.push(format!(
                "{} without a fix left out of the verdict by `ignore-unfixed`",
                count(self.unfixed)
            ));
        }
        if let Some(system) = &self.end_of_life {
            notes.push(format!(
                "{system} gets no security updates any more: trivy may not know of its vulnerabilities"
            ));
        }
        notes
    }
}

fn waived(modified: Modified) -> Waived {
    let name = ["VulnerabilityID", "RuleID", "ID", "Name"]
        .iter()
        .find_map(|key| modified.finding.get(*key)?.as_str().map(str::to_owned));
    Waived {
        code: name.unwrap_or_else(|| "unnamed".to_owned()),
        source: modified.source,
        statement: modified.statement,
    }
}

fn finding(code: String, severity: &str, message: String, location: String) -> Finding {
    Finding {
        code,
        severity: severity.to_owned(),
        message,
        location,
        gating: false,
    }
}

fn at(file: &str, line: u64) -> String {
    if line == 0 { file.to_owned() } else { format!("{file}:{line}") }
}

fn count(number: usize) -> String {
    let plural = if number == 1 { "finding" } else { "findings" };
    format!("{number} {plural}")
}

#[cfg(test)]
mod tests;
