//! The tools a pipeline asks for, and their versions.

use semver::VersionReq;

/// The `[tools]` table.
#[derive(Clone, Debug, Default)]
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

impl ToolSpec {
    /// Reads a version as people write it: a bare one means exactly that, anything else is a semver requirement.
    pub fn parse(written: &str) -> Result<Self, semver::Error> {
        let bare = written.starts_with(|first: char| first.is_ascii_digit());
        let requirement = if bare { format!("={written}").parse()? } else { written.parse()? };
        Ok(Self {
            written: written.to_owned(),
            requirement,
        })
    }

    /// Whether `version` is what is asked for. Distribution suffixes such as `26.1.5+dfsg1` do not count.
    pub fn matches(&self, version: &semver::Version) -> bool {
        let bare = semver::Version::new(version.major, version.minor, version.patch);
        self.requirement.matches(version) || self.requirement.matches(&bare)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bare_version_is_exact_and_anything_else_a_requirement() {
        let exact = ToolSpec::parse("2.15.1").unwrap();
        assert!(exact.matches(&"2.15.1".parse().unwrap()));
        assert!(!exact.matches(&"2.15.2".parse().unwrap()));
        let least = ToolSpec::parse(">=23").unwrap();
        assert!(least.matches(&"26.1.5+dfsg1".parse().unwrap()));
        assert!(!least.matches(&"20.10.24".parse().unwrap()));
        assert!(ToolSpec::parse("new").is_err());
    }
}
