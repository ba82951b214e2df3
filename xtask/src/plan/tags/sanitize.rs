//! What a tag may consist of.

/// The longest tag. Source: the grammar of distribution/reference (`[\w][\w.-]{0,127}`).
const LONGEST: usize = 128;

/// Each run of other characters becomes one `-`, as in docker/metadata-action; what then still is no tag is refused.
pub(super) fn tag(text: &str) -> Result<String, String> {
    let mut clean = String::with_capacity(text.len());
    let mut in_run = false;
    for character in text.chars() {
        let good = character.is_ascii_alphanumeric() || ['.', '_', '-'].contains(&character);
        if good {
            clean.push(character);
        } else if !in_run {
            clean.push('-');
        }
        in_run = !good;
    }
    if clean.starts_with(['.', '-']) || clean.is_empty() {
        return Err(format!("`{clean}` is no tag: a tag starts with a letter, a digit or `_`"));
    }
    if clean.len() > LONGEST {
        return Err(format!("`{clean}` is no tag: it is longer than {LONGEST} characters"));
    }
    Ok(clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_become_one_dash() {
        assert_eq!(tag("feature/größe  x").as_deref(), Ok("feature-gr-e-x"));
        assert_eq!(tag("a_b.c-d").as_deref(), Ok("a_b.c-d"));
        for bad in ["", "/x", ".x", "-x", &"x".repeat(129)] {
            assert!(tag(bad).is_err(), "{bad}");
        }
    }
}
