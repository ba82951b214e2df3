//! Secrets kept out of logs.
//!
//! A tool that is given a secret may print it: `RUN cat /run/secrets/x` does. Values shorter than [`SHORTEST`] are left alone, or half of every
//! log would be stars.

use std::borrow::Cow;

/// Bytes below which a value is no secret worth hiding.
const SHORTEST: usize = 4;
const STARS: &[u8] = b"***";

/// The values that must not be seen.
#[derive(Debug, Default)]
pub(super) struct Redaction(Vec<Vec<u8>>);

impl Redaction {
    /// Adds values, each as a whole and by its lines: output is logged line by line.
    pub(super) fn add(&mut self, secrets: &[String]) {
        let lines = secrets.iter().flat_map(|secret| secret.lines().map(str::trim));
        self.0
            .extend(lines.filter(|line| line.len() >= SHORTEST).map(|line| line.as_bytes().to_vec()));
        // A value may hold another one.
        self.0.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    }

    /// Puts stars in place of each value.
    pub(super) fn apply<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        self.0.iter().fold(Cow::Borrowed(bytes), |bytes, secret| replace(bytes, secret))
    }
}

fn replace<'a>(bytes: Cow<'a, [u8]>, secret: &[u8]) -> Cow<'a, [u8]> {
    let find = |from: &[u8]| from.windows(secret.len()).position(|window| window == secret);
    let Some(mut at) = find(&bytes) else { return bytes };
    let mut rest = bytes.as_ref();
    let mut clean = Vec::with_capacity(bytes.len());
    loop {
        clean.extend_from_slice(&rest[..at]);
        clean.extend_from_slice(STARS);
        rest = &rest[at + secret.len()..];
        match find(rest) {
            Some(next) => at = next,
            None => break,
        }
    }
    clean.extend_from_slice(rest);
    Cow::Owned(clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_become_stars_line_by_line() {
        let mut redaction = Redaction::default();
        redaction.add(&["hunter22\nsecond line\n".to_owned(), "abc".to_owned()]);
        let clean = redaction.apply(b"a hunter22hunter22 second line abc");
        assert_eq!(String::from_utf8_lossy(&clean), "a ****** *** abc");
        assert!(matches!(redaction.apply(b"nothing here"), Cow::Borrowed(_)));
    }
}
