//! Rules of type `semver`.

use semver::Version;
use serde_json::{Value, json};

use super::version::Parsed;
use crate::pipeline::tag_rule::number::trim;

/// node-semver's longest version, in characters of UTF-16.
const LONGEST: usize = 256;
/// The greatest number that JavaScript counts to exactly.
const GREATEST: u64 = (1 << 53) - 1;

/// Reads a version as node's `semver.valid` does: blanks around it and one leading `v` do not count.
pub fn parse_version(text: &str) -> Option<Version> {
    if text.encode_utf16().count() > LONGEST {
        return None;
    }
    let text = trim(text);
    let version = Version::parse(text.strip_prefix('v').unwrap_or(text)).ok()?;
    let numbers = [version.major, version.minor, version.patch];
    numbers.iter().all(|number| *number <= GREATEST).then_some(version)
}

/// The fields that a pattern sees.
pub(super) fn parse(raw: &str) -> Result<Parsed, String> {
    let version = parse_version(raw).ok_or_else(|| format!("`{raw}` is not a semantic version"))?;
    let is_final = version.pre.is_empty();
    let text = if is_final {
        format!("{}.{}.{}", version.major, version.minor, version.patch)
    } else {
        format!("{}.{}.{}-{}", version.major, version.minor, version.patch, version.pre)
    };
    // JavaScript writes lists with commas.
    let list = |identifiers: &str| Value::from(identifiers.replace('.', ","));
    Ok(Parsed {
        fields: json!({
            "raw": raw,
            "version": text,
            "major": version.major,
            "minor": version.minor,
            "patch": version.patch,
            "prerelease": list(&version.pre),
            "build": list(&version.build),
        }),
        otherwise: (!is_final).then_some(text),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strictly_as_node_does() {
        let longest = format!("1.0.0-{}", "a".repeat(250));
        for good in [
            "1.2.3",
            "v1.2.3",
            " v1.2.3-rc.1+b.01\n",
            "0.0.9007199254740991",
            "1.2.3--",
            &longest,
        ] {
            assert!(parse_version(good).is_some(), "{good}");
        }
        let too_long = format!("{longest}a");
        for bad in [
            "1.2",
            "=1.2.3",
            "vv1.2.3",
            "v 1.2.3",
            "V1.2.3",
            "01.2.3",
            "1.2.3-01",
            "0.0.9007199254740992",
            "1.2.3-",
            &too_long,
        ] {
            assert!(parse_version(bad).is_none(), "{bad}");
        }
    }
}
