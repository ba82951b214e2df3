//! What can be chosen when it is started.

use std::time::Duration;

use anyhow::{Context as _, bail};

/// How a stand-in is started. The default is good for tests: any port, tokens of 12 hours.
#[derive(Clone, Debug)]
pub struct Options {
    /// The port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// How long a login lasts.
    pub lifetime: Duration,
    /// Host part of `repositoryUri`; `None` is `127.0.0.1:PORT`, which docker trusts without TLS.
    pub host: Option<String>,
    /// The account's number: the registry's id.
    pub account: String,
    /// The region, as far as names hold it.
    pub region: String,
    /// Whether an immutable tag refuses a push of the digest it already has, too. ECR's answer depends on the way it was pushed; clients should stand
    /// both.
    pub refuse_same_digest: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            lifetime: Duration::from_hours(12),
            host: None,
            account: "123456789012".to_owned(),
            region: "us-east-1".to_owned(),
            refuse_same_digest: false,
        }
    }
}

/// Reads a duration: a number and `s`, `m`, `h` or `d`.
pub fn duration(text: &str) -> anyhow::Result<Duration> {
    let digits = text.trim_end_matches(|last: char| !last.is_ascii_digit());
    let number: u64 = digits
        .parse()
        .with_context(|| format!("`{text}` is no duration; write a number and a unit, as in `12h`"))?;
    let seconds = match &text[digits.len()..] {
        "s" => 1,
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        unit => bail!("`{unit}` in `{text}` is no unit of time; use `s`, `m`, `h` or `d`"),
    };
    let seconds = number.checked_mul(seconds).with_context(|| format!("`{text}` is too long"))?;
    Ok(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_a_number_and_a_unit() {
        assert_eq!(duration("90s").unwrap(), Duration::from_secs(90));
        assert_eq!(duration("12h").unwrap(), Duration::from_hours(12));
        assert_eq!(duration("2d").unwrap(), Duration::from_hours(48));
        for wrong in ["", "h", "12", "1w", "-1h", "99999999999999999999s"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
