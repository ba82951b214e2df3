//! trivy: an image → vulnerabilities, secrets, misconfigurations, licences.

use crate::pipeline::{ImageName, options::TrivyOptions};

use super::CommandLine;

/// Scan one image.
#[derive(Clone, Debug)]
pub struct ScanJob {
    /// Which.
    pub image: ImageName,
    /// How.
    pub options: TrivyOptions,
    /// Whether the scan may go on without a vulnerability database where none can be had.
    pub allow_no_database: bool,
}

/// `trivy image --format json …`.
pub fn command(_job: &ScanJob) -> CommandLine {
    CommandLine::new(["trivy", "image", super::late::IMAGE_ID])
}
