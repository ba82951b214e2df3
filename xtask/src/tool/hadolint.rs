//! hadolint: a Dockerfile → findings.
//!
//! hadolint ends with 1 for findings and for crashes alike: only valid JSON on standard output tells them apart. It is told not to fail at all, and
//! the gate is kept here. Waivers of `pipeline.toml` are taken here, too: hadolint's `--ignore` would switch off those of its own configuration file.

mod config;
mod pragma;

use std::{collections::BTreeMap, path::PathBuf};

use serde::Deserialize;
use thiserror::Error;

use crate::pipeline::options::{HadolintOptions, LintThreshold};

use super::{CommandLine, Finding, late};

pub use config::{CONFIG_FILES, EMPTY_CONFIG, config_refusal, without_reporting};
pub use pragma::{Pragma, pragmas};

/// Lint one Dockerfile.
#[derive(Clone, Debug)]
pub struct LintJob {
    /// The Dockerfile, relative to the pipeline's root.
    pub dockerfile: PathBuf,
    /// How.
    pub options: HadolintOptions,
}

/// `hadolint --format json …`. Which configuration file there is only a run knows. `--no-fail`, because the threshold `none` fails all the same.
pub fn command(job: &LintJob) -> CommandLine {
    let mut argv = vec!["hadolint", "--no-fail", "--format", "json", "--config", late::HADOLINT_CONFIG]
        .into_iter()
        .map(str::to_owned)
        .collect::<Vec<_>>();
    for registry in &job.options.trusted_registries {
        argv.extend(["--trusted-registry".to_owned(), registry.clone()]);
    }
    if job.options.strict {
        argv.push("--disable-ignore-pragma".to_owned());
    }
    argv.extend(["--".to_owned(), job.dockerfile.display().to_string()]);
    CommandLine::new(argv).env_remove("HADOLINT_*")
}

/// What hadolint says, sorted out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linted {
    /// What it found, but for what `pipeline.toml` waives.
    pub findings: Vec<Finding>,
    /// The rules whose findings `pipeline.toml` waives, each with how often it did.
    pub waived: BTreeMap<String, usize>,
}

/// Why hadolint's answer is none.
#[derive(Debug, Error)]
#[error("hadolint does not answer with JSON: {0}")]
pub struct HadolintError(#[from] serde_json::Error);

#[derive(Deserialize)]
struct Row {
    code: String,
    file: String,
    level: String,
    line: u64,
    message: String,
}

/// Reads hadolint's JSON.
pub fn verdict(job: &LintJob, stdout: &str) -> Result<Linted, HadolintError> {
    let rows: Vec<Row> = serde_json::from_str(stdout)?;
    let (waived_rows, kept): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|row| job.options.ignore.contains(&row.code));
    let mut waived = BTreeMap::new();
    for row in waived_rows {
        *waived.entry(row.code).or_default() += 1;
    }
    let finding = |row: Row| Finding {
        gating: rank(&row.level) >= gate(job.options.fail_on),
        location: format!("{}:{}", row.file, row.line),
        // A parser's message spans lines.
        message: row.message.split_whitespace().collect::<Vec<_>>().join(" "),
        code: row.code,
        severity: row.level,
    };
    Ok(Linted {
        findings: kept.into_iter().map(finding).collect(),
        waived,
    })
}

fn rank(level: &str) -> u8 {
    match level {
        "warning" => 3,
        "info" => 2,
        "style" => 1,
        // `error`; and a level nobody knows is not let through.
        _ => 4,
    }
}

const fn gate(threshold: LintThreshold) -> u8 {
    match threshold {
        LintThreshold::Error => 4,
        LintThreshold::Warning => 3,
        LintThreshold::Info => 2,
        LintThreshold::Style => 1,
        LintThreshold::None => u8::MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROWS: &str = r#"[{"code":"DL3006","column":1,"file":"a/Dockerfile","level":"warning","line":2,"message":"tag\nit"},
        {"code":"DL3059","column":1,"file":"a/Dockerfile","level":"info","line":9,"message":"merge"}]"#;

    fn job(options: HadolintOptions) -> LintJob {
        LintJob {
            dockerfile: "a/Dockerfile".into(),
            options,
        }
    }

    #[test]
    fn the_threshold_gates_and_waivers_are_counted() {
        let linted = verdict(&job(HadolintOptions::default()), ROWS).unwrap();
        assert_eq!(
            linted.findings.iter().map(|finding| finding.gating).collect::<Vec<_>>(),
            [true, false]
        );
        assert_eq!(
            (linted.findings[0].location.as_str(), linted.findings[0].message.as_str()),
            ("a/Dockerfile:2", "tag it")
        );
        let none = HadolintOptions {
            fail_on: LintThreshold::None,
            ignore: vec!["DL3006".to_owned()],
            ..HadolintOptions::default()
        };
        let linted = verdict(&job(none), ROWS).unwrap();
        assert_eq!((linted.findings.len(), linted.findings[0].gating), (1, false));
        assert_eq!(linted.waived, BTreeMap::from([("DL3006".to_owned(), 1)]));
    }

    #[test]
    fn garbage_is_no_verdict() {
        for garbage in ["", "Segmentation fault", "{}"] {
            assert!(verdict(&job(HadolintOptions::default()), garbage).is_err(), "{garbage}");
        }
    }

    #[test]
    fn a_dockerfile_is_never_taken_for_an_option() {
        let options = HadolintOptions {
            strict: true,
            trusted_registries: vec!["docker.io".to_owned()],
            ..HadolintOptions::default()
        };
        let line = command(&LintJob {
            dockerfile: "--format".into(),
            options,
        })
        .to_string();
        assert!(
            line.ends_with("--trusted-registry docker.io --disable-ignore-pragma -- --format"),
            "{line}"
        );
    }
}
