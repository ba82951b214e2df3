//! The next version. Source of the rules: npm's `semver.inc`, which `npm version` and most release tools follow.

use std::str::FromStr;

use semver::{BuildMetadata, Prerelease, Version};

/// Which part of the version is raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bump {
    /// `1.2.3` → `2.0.0`; a prerelease of a major version becomes that version.
    Major,
    /// `1.2.3` → `1.3.0`; a prerelease of a minor version becomes that version.
    Minor,
    /// `1.2.3` → `1.2.4`; a prerelease becomes its version.
    Patch,
    /// `1.2.3` → `1.2.4-rc.1` → `1.2.4-rc.2`.
    Prerelease,
}

/// What a first prerelease is called; the numbers start at 1, as in `1.2.4-rc.1`.
const FIRST: &str = "rc.1";

/// The version after `last`; after `0.0.0` where there is none. Build metadata goes.
pub fn bump(last: Option<&Version>, bump: Bump) -> Version {
    let last = last.cloned().unwrap_or_else(|| Version::new(0, 0, 0));
    let Version {
        major, minor, patch, pre, ..
    } = last;
    let stays = !pre.is_empty();
    match bump {
        Bump::Major if stays && minor == 0 && patch == 0 => Version::new(major, 0, 0),
        Bump::Major => Version::new(major + 1, 0, 0),
        Bump::Minor if stays && patch == 0 => Version::new(major, minor, 0),
        Bump::Minor => Version::new(major, minor + 1, 0),
        Bump::Patch if stays => Version::new(major, minor, patch),
        Bump::Patch => Version::new(major, minor, patch + 1),
        Bump::Prerelease => Version {
            major,
            minor,
            patch: if stays { patch } else { patch + 1 },
            pre: next(&pre),
            build: BuildMetadata::EMPTY,
        },
    }
}

/// `rc.1` → `rc.2`, `beta` → `beta.1`.
fn next(pre: &Prerelease) -> Prerelease {
    if pre.is_empty() {
        return prerelease(FIRST);
    }
    let (head, number) = match pre.rsplit_once('.') {
        Some((head, last)) => (Some(head), last.parse::<u64>().ok()),
        None => (None, pre.parse::<u64>().ok()),
    };
    match (head, number) {
        (Some(head), Some(number)) => prerelease(&format!("{head}.{}", number + 1)),
        (None, Some(number)) => prerelease(&(number + 1).to_string()),
        (_, None) => prerelease(&format!("{pre}.1")),
    }
}

fn prerelease(text: &str) -> Prerelease {
    Prerelease::from_str(text).expect("made of a prerelease's identifiers and a number")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_follow_each_other() {
        use Bump::{Major, Minor, Patch, Prerelease};
        for (last, part, expected) in [
            ("1.2.3", Major, "2.0.0"),
            ("1.2.3", Minor, "1.3.0"),
            ("1.2.3+build", Patch, "1.2.4"),
            ("1.2.3", Prerelease, "1.2.4-rc.1"),
            ("1.2.4-rc.1", Prerelease, "1.2.4-rc.2"),
            ("1.2.4-rc.9", Prerelease, "1.2.4-rc.10"),
            ("1.2.4-beta", Prerelease, "1.2.4-beta.1"),
            ("1.2.4-7", Prerelease, "1.2.4-8"),
            ("1.2.4-rc.1", Patch, "1.2.4"),
            ("1.3.0-rc.1", Minor, "1.3.0"),
            ("1.3.1-rc.1", Minor, "1.4.0"),
            ("2.0.0-rc.1", Major, "2.0.0"),
            ("2.1.0-rc.1", Major, "3.0.0"),
        ] {
            let last: Version = last.parse().unwrap();
            let next = bump(Some(&last), part);
            assert_eq!(next.to_string(), expected, "{last} {part:?}");
            assert!(next > last, "{next} is greater than {last}");
        }
    }

    #[test]
    fn there_is_a_first_version() {
        assert_eq!(bump(None, Bump::Minor).to_string(), "0.1.0");
        assert_eq!(bump(None, Bump::Prerelease).to_string(), "0.0.1-rc.1");
    }
}
