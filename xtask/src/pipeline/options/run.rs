//! Options of a stage with `run = [...]` in place of `uses`.

use schemars::JsonSchema;
use serde::Deserialize;

/// A shell-out of the user's own.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct RunOptions {
    /// Program and arguments; each is a template. No shell is involved: write `["sh", "-c", "…"]` for one.
    pub run: Vec<String>,
    /// Run it once for the whole pipeline, not for each image.
    pub once: bool,
    /// Folder it runs in, relative to `pipeline.toml`.
    pub cwd: Option<String>,
}
