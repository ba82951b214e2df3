//! The tools a pipeline asks for, and their versions.

use semver::VersionReq;

/// The `[tools]` table.
#[derive(Clone, Debug)]
pub struct Tools {
    /// The Dockerfile linter.
    pub hadolint: Option<ToolSpec>,
    /// The scanner.
    pub trivy: Option<ToolSpec>,
    /// The engine.
    pub docker: Option<ToolSpec>,
}

/// What is asked of one tool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToolSpec {
    /// As written: `2.15.1` or `>=23`.
    pub written: String,
    /// What versions do. A bare version means exactly that one.
    pub requirement: VersionReq,
}
