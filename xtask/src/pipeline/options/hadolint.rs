//! Options of `uses = "hadolint"`.

use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Deserialize;

/// How a Dockerfile is linted.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct HadolintOptions {
    /// The least severe finding that fails the step.
    pub fail_on: LintThreshold,
    /// Rules to leave out, such as `DL3008`.
    pub ignore: Vec<String>,
    /// Registries a `FROM` may name; any other is a finding (`DL3026`). Empty for no such check.
    pub trusted_registries: Vec<String>,
    /// A hadolint configuration file, relative to `pipeline.toml`. By default `.hadolint.yaml` or `.hadolint.yml` beside it, if there is one.
    pub config: Option<PathBuf>,
    /// Take waivers from `ignore` only: no `.hadolint.yaml`, no pragmas in the Dockerfile.
    pub strict: bool,
}

/// hadolint's severities, and `none` for a step that reports only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum LintThreshold {
    /// Errors only.
    Error,
    /// Warnings and errors.
    #[default]
    Warning,
    /// Anything but style.
    Info,
    /// Any finding.
    Style,
    /// Nothing: findings are shown, the step passes.
    None,
}
