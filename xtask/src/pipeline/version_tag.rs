//! How the git tags of versions are called: `v1.2.3`, or in a monorepo `python-basic/v1.2.3`.

use std::fmt;

use semver::Version;

/// A name with a version in it. Two images with the same pattern share their versions.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VersionTagPattern {
    prefix: String,
    suffix: String,
    /// Nothing was written: `v1.2.3` and `1.2.3` are both versions, and new ones are called `v1.2.3`.
    is_default: bool,
}

impl Default for VersionTagPattern {
    fn default() -> Self {
        Self {
            prefix: "v".to_owned(),
            suffix: String::new(),
            is_default: true,
        }
    }
}

impl VersionTagPattern {
    /// What stands before and after the version; `Err` with the reason if no git tag can be called so.
    pub fn new(prefix: &str, suffix: &str) -> Result<Self, String> {
        let example = format!("{prefix}1.2.3{suffix}");
        if let Some(reason) = not_a_ref(&example) {
            return Err(format!("`{example}` cannot be a git tag: {reason}"));
        }
        Ok(Self {
            prefix: prefix.to_owned(),
            suffix: suffix.to_owned(),
            is_default: false,
        })
    }

    /// Whether nothing was written. Then tag rules see git tags as they are, as in docker/metadata-action.
    pub const fn is_default(&self) -> bool {
        self.is_default
    }

    /// The part of a git tag's name that stands for the version, whether or not it is one.
    pub fn cut<'a>(&self, tag: &'a str) -> Option<&'a str> {
        if self.is_default {
            return Some(tag.strip_prefix('v').unwrap_or(tag));
        }
        tag.strip_prefix(&self.prefix)?.strip_suffix(&self.suffix)
    }

    /// The version that a git tag of this name is.
    pub fn version(&self, tag: &str) -> Option<Version> {
        Version::parse(self.cut(tag)?).ok()
    }

    /// The name of the git tag of a version.
    pub fn tag(&self, version: &Version) -> String {
        format!("{}{version}{}", self.prefix, self.suffix)
    }
}

impl fmt::Display for VersionTagPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{{{{version}}}}{}", self.prefix, self.suffix)
    }
}

/// Why git would refuse a tag of this name. Source: git-check-ref-format(1).
fn not_a_ref(name: &str) -> Option<&'static str> {
    let bad = |c: char| c.is_ascii_control() || " ~^:?*[\\".contains(c);
    let component = |part: &str| part.is_empty() || part.starts_with('.') || part.strip_suffix(".lock").is_some();
    if name.chars().any(bad) {
        Some("it has a blank, or one of `~^:?*[\\`, in it")
    } else if name.split('/').any(component) {
        Some("a part between slashes is empty, starts with a dot or ends with `.lock`")
    } else if name.contains("..") || name.contains("@{") || name.ends_with('.') || name.starts_with('-') {
        Some("it holds `..` or `@{`, ends with a dot or starts with a dash")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        Version::parse(text).unwrap()
    }

    #[test]
    fn without_a_pattern_the_v_is_optional() {
        let pattern = VersionTagPattern::default();
        for tag in ["v1.2.3", "1.2.3"] {
            assert_eq!(pattern.version(tag), Some(version("1.2.3")), "{tag}");
        }
        for tag in ["web/v1.2.3", "vv1.2.3", "v1.2", "latest"] {
            assert_eq!(pattern.version(tag), None, "{tag}");
        }
        assert_eq!(pattern.tag(&version("1.2.3-rc.1")), "v1.2.3-rc.1");
    }

    #[test]
    fn a_pattern_is_taken_to_the_letter() {
        let pattern = VersionTagPattern::new("web/v", "").unwrap();
        assert_eq!(pattern.version("web/v1.2.3"), Some(version("1.2.3")));
        for tag in ["v1.2.3", "web/1.2.3", "web-api/v1.2.3", "web/v1.2.3-"] {
            assert_eq!(pattern.version(tag), None, "{tag}");
        }
        assert_eq!(pattern.tag(&version("2.0.0")), "web/v2.0.0");
        assert_eq!(pattern.to_string(), "web/v{{version}}");
        let suffixed = VersionTagPattern::new("web-", "-final").unwrap();
        assert_eq!(suffixed.version("web-1.0.0-final"), Some(version("1.0.0")));
    }

    #[test]
    fn what_git_refuses_is_refused() {
        for (prefix, suffix) in [
            ("a b", ""),
            ("a//", ""),
            ("", ".lock"),
            ("-", ""),
            ("a..", ""),
            (".a/", ""),
            ("a:", ""),
        ] {
            assert!(VersionTagPattern::new(prefix, suffix).is_err(), "{prefix} {suffix}");
        }
    }
}
