//! Options of `uses = "push"`.

use schemars::JsonSchema;
use serde::Deserialize;

use super::HumanDuration;

/// How an image is pushed.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct PushOptions {
    /// How often a push that failed for a passing reason is tried again.
    pub retries: u32,
    /// How long one attempt may take.
    pub attempt_timeout: HumanDuration,
}

impl Default for PushOptions {
    fn default() -> Self {
        Self {
            retries: 3,
            attempt_timeout: HumanDuration::seconds(600),
        }
    }
}
