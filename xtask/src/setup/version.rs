//! Versions as tools and distributions write them.

use semver::{Prerelease, Version};

/// The first version in a text: `Haskell Dockerfile Linter 2.15.1`, `Version: 0.76.0`, `v0.13.1`, `5:26.1.5+dfsg1-9+deb13u1`.
///
/// What a distribution adds does not count; a release candidate is not the release.
pub(super) fn read(text: &str) -> Option<Version> {
    text.split(|c: char| c.is_whitespace() || c == ',').find_map(word)
}

fn word(word: &str) -> Option<Version> {
    let word = word
        .split_once(':')
        .filter(|(epoch, _)| is_number(epoch))
        .map_or(word, |(_, rest)| rest);
    let word = word.strip_prefix('v').unwrap_or(word);
    let (numbers, rest) = word.split_at(word.find(['+', '-', '~']).unwrap_or(word.len()));
    let mut parts = numbers.split('.').map(|part| is_number(part).then(|| part.parse::<u64>().ok())?);
    let mut version = Version::new(parts.next()??, parts.next()??, parts.next().unwrap_or(Some(0))?);
    let candidate = rest.trim_start_matches(['-', '~']);
    if ["rc", "alpha", "beta"].iter().any(|mark| candidate.starts_with(mark)) {
        let end = candidate.find(['+', '-', '~']).unwrap_or(candidate.len());
        version.pre = Prerelease::new(&candidate[..end]).unwrap_or_default();
    }
    Some(version)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_tools_and_distributions_write_them() {
        for (text, version) in [
            ("Haskell Dockerfile Linter 2.15.1", "2.15.1"),
            ("Haskell Dockerfile Linter 2.12.1-no-git", "2.12.1"),
            ("Version: 0.76.0\nVulnerability DB:\n  Version: 2\n", "0.76.0"),
            ("github.com/docker/buildx 0.13.1+ds1 0.13.1+ds1-3", "0.13.1"),
            ("github.com/docker/buildx v0.17.1 257815a", "0.17.1"),
            ("Docker version 28.2.2, build e6534b4", "28.2.2"),
            ("26.1.5+dfsg1", "26.1.5"),
            ("20.10.24+dfsg1-1+deb12u1+b6", "20.10.24"),
            ("5:28.2.2-1~debian.12~bookworm", "28.2.2"),
            ("28.2.2-0ubuntu1~24.04.1", "28.2.2"),
            ("18.09.1+dfsg1-7.1+deb10u3", "18.9.1"),
            ("mmdebstrap 1.3.5", "1.3.5"),
            ("29.0.0-rc.1", "29.0.0-rc.1"),
            ("29.0.0~rc1-1", "29.0.0-rc1"),
        ] {
            assert_eq!(read(text).map(|version| version.to_string()).as_deref(), Some(version), "{text}");
        }
        assert_eq!(read("command not found"), None);
        assert_eq!(read(""), None);
    }
}
