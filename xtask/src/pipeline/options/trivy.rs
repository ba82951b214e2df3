//! Options of `uses = "trivy"`.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How an image is scanned, and what fails it.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct TrivyOptions {
    /// The severities that fail the step.
    pub severity: Vec<Severity>,
    /// Leave out vulnerabilities that have no fix yet.
    pub ignore_unfixed: bool,
    /// What is looked for.
    pub scanners: Vec<Scanner>,
    /// A trivy ignore file, relative to `pipeline.toml`. By default `.trivyignore.yaml` or `.trivyignore` beside it, if there is one.
    pub ignorefile: Option<PathBuf>,
    /// Take no waivers at all: no ignore file.
    pub strict: bool,
    /// Never ask the network: use the vulnerability database that is already here.
    pub offline: bool,
    /// Where trivy's vulnerability database is pulled from, in place of trivy's own addresses.
    pub db_repository: Option<String>,
    /// Where trivy's index of Java archives is pulled from, in place of trivy's own addresses.
    pub java_db_repository: Option<String>,
    /// A package that the vulnerability database must flag before it is believed, as a package URL such as `pkg:npm/lodash@4.17.4`: for
    /// databases of your own. By default packages that trivy's own database flags.
    pub canary: Option<String>,
}

impl Default for TrivyOptions {
    fn default() -> Self {
        Self {
            severity: vec![Severity::High, Severity::Critical],
            ignore_unfixed: false,
            scanners: vec![Scanner::Vuln, Scanner::Secret],
            ignorefile: None,
            strict: false,
            offline: false,
            db_repository: None,
            java_db_repository: None,
            canary: None,
        }
    }
}

/// trivy's severities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum Severity {
    /// Not rated.
    Unknown,
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
    /// Critical.
    Critical,
}

impl Severity {
    /// trivy's word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "UNKNOWN",
            Self::Low => "LOW",
            Self::Medium => "MEDIUM",
            Self::High => "HIGH",
            Self::Critical => "CRITICAL",
        }
    }
}

/// trivy's scanners.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Scanner {
    /// Known vulnerabilities of packages; needs the database.
    Vuln,
    /// Secrets left in the image.
    Secret,
    /// Bad practice in the image's configuration.
    Misconfig,
    /// Licences of packages.
    License,
}
