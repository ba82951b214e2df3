//! Rules of type `pep440`: Python's versions.
//!
//! The grammar is the regular expression of PEP 440's appendix B. The cleaned text is that of the JavaScript package that
//! docker/metadata-action uses, which has corners of its own: numbers are floating-point ones, and the parts of a local version are put
//! together with commas.

use std::sync::LazyLock;

use regex::{Captures, Regex};
use serde_json::{Value, json};

use super::version::Parsed;
use crate::pipeline::tag_rule::number;

#[expect(clippy::expect_used, reason = "a constant, and every test of this file compiles it")]
static VERSION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?xi-u)^ v?
        (?: (?<epoch>[0-9]+) ! )?
        (?<release>[0-9]+(?:\.[0-9]+)*)
        (?: [-_.]? (?<pre>a|b|c|rc|alpha|beta|pre|preview) [-_.]? (?<pre_number>[0-9]+)? )?
        (?<post> - (?<bare_post_number>[0-9]+) | [-_.]? (?:post|rev|r) [-_.]? (?<post_number>[0-9]+)? )?
        (?<dev> [-_.]? dev [-_.]? (?<dev_number>[0-9]+)? )?
        (?: \+ (?<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*) )? $",
    )
    .expect("a correct regular expression")
});

/// The fields that a pattern sees.
pub(super) fn parse(raw: &str) -> Result<Parsed, String> {
    let found = VERSION
        .captures(raw)
        .ok_or_else(|| format!("`{raw}` is not a version by PEP 440"))?;
    let release: Vec<f64> = found["release"].split('.').map(read).collect();
    let text = clean(&found, &release);
    let is_final = ["pre", "post", "dev"].iter().all(|part| found.name(part).is_none());
    let part = |index: usize| shown(release.get(index).copied().unwrap_or_default());
    Ok(Parsed {
        fields: json!({
            "raw": raw,
            "version": text,
            "major": part(0),
            "minor": part(1),
            "patch": part(2),
        }),
        otherwise: (!is_final).then_some(text),
    })
}

/// `v1!1.0ALPHA-1.post` → `1!1.0a1.post0`.
fn clean(found: &Captures<'_>, release: &[f64]) -> String {
    let number_of = |name: &str| number::write(found.name(name).map_or(0.0, |digits| read(digits.as_str())));
    let epoch = match found.name("epoch") {
        Some(epoch) if read(epoch.as_str()) != 0.0 => number_of("epoch") + "!",
        _ => String::new(),
    };
    let release: Vec<String> = release.iter().copied().map(number::write).collect();
    let pre = found.name("pre").map(|pre| match pre.as_str().to_ascii_lowercase().as_str() {
        "a" | "alpha" => "a",
        "b" | "beta" => "b",
        _ => "rc",
    });
    let pre = pre.map(|letter| letter.to_owned() + &number_of("pre_number"));
    let post = found.name("post").map(|_| {
        let bare = found.name("bare_post_number").is_some();
        ".post".to_owned() + &number_of(if bare { "bare_post_number" } else { "post_number" })
    });
    let dev = found.name("dev").map(|_| ".dev".to_owned() + &number_of("dev_number"));
    let local = found.name("local").map(|local| {
        let part = |part: &str| number::read(part).map_or_else(|| part.to_ascii_lowercase(), number::write);
        let parts: Vec<String> = local.as_str().split(['-', '_', '.']).map(part).collect();
        "+".to_owned() + &parts.join(",")
    });
    let more = [pre, post, dev, local].into_iter().flatten();
    [epoch, release.join(".")].into_iter().chain(more).collect()
}

fn read(digits: &str) -> f64 {
    number::read(digits).unwrap_or_default()
}

/// A number that is none to `{{#if}}` when it is 0.
fn shown(number: f64) -> Value {
    let text = number::write(number);
    text.parse::<u64>().map_or_else(|_| Value::from(text), Value::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_cleaned() {
        for (raw, expected) in [
            ("1.2", "1.2"),
            ("v01.02", "1.2"),
            ("0!1", "1"),
            ("2!1.0", "2!1.0"),
            ("1.0-ALPHA_1", "1.0a1"),
            ("1.0preview", "1.0rc0"),
            ("1.0-2", "1.0.post2"),
            ("1.0rev", "1.0.post0"),
            ("1.0.dev", "1.0.dev0"),
            ("1.0a1.post2.dev3", "1.0a1.post2.dev3"),
            ("1.0+Ubuntu-01.0x1F", "1.0+ubuntu,1,31"),
            ("1.0.123456789012345678901", "1.0.123456789012345680000"),
        ] {
            assert_eq!(parse(raw).unwrap().fields["version"], expected, "{raw}");
        }
        for bad in ["", "1.", "1.0-", " 1.0", "1.0\n", "1.0+", "latest", "1.0x", "1.0a1b1"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn missing_parts_are_zero() {
        let fields = parse("3").unwrap().fields;
        assert_eq!(
            (&fields["major"], &fields["minor"], &fields["patch"]),
            (&json!(3), &json!(0), &json!(0))
        );
    }

    #[test]
    fn only_final_releases_follow_a_pattern() {
        assert_eq!(parse("1.0+local").unwrap().otherwise, None);
        for raw in ["1.0a", "1.0-1", "1.0.dev"] {
            assert!(parse(raw).unwrap().otherwise.is_some(), "{raw}");
        }
    }
}
