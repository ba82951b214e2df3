//! What was asked, and what came of it.

use serde::Serialize;

/// One request, in the order of the answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LogEntry {
    /// The API's operation (`PutImage`), or method and kind of the registry's (`PUT manifests`).
    pub operation: String,
    /// The repository it concerns, if it is one.
    pub repository: Option<String>,
    /// The path, with the query.
    pub path: String,
    /// The answer's HTTP status.
    pub status: u16,
}
