//! hadolint: a Dockerfile → findings.

use std::path::PathBuf;

use crate::pipeline::options::HadolintOptions;

use super::CommandLine;

/// Lint one Dockerfile.
#[derive(Clone, Debug)]
pub struct LintJob {
    /// The Dockerfile, relative to the pipeline's root.
    pub dockerfile: PathBuf,
    /// How.
    pub options: HadolintOptions,
}

/// `hadolint --format json …`.
pub fn command(job: &LintJob) -> CommandLine {
    CommandLine::new([
        "hadolint".to_owned(),
        "--format".to_owned(),
        "json".to_owned(),
        job.dockerfile.display().to_string(),
    ])
}
