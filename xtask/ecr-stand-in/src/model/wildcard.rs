//! Patterns of tags: `*` stands for any text, everything else for itself.

/// Whether a whole text is what a pattern says.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut left) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let last = parts.pop().unwrap_or_default();
    for part in parts {
        let Some(at) = left.find(part) else { return false };
        left = &left[at + part.len()..];
    }
    left.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_any_text_and_nothing_else_is() {
        for (pattern, text, expected) in [
            ("latest", "latest", true),
            ("latest", "latest2", false),
            ("dev-*", "dev-", true),
            ("dev-*", "a-dev-1", false),
            ("*rc*", "1.0-rc1", true),
            ("1.*.0", "1.0", false),
            ("1.*.0", "1.2.0", true),
            ("a*a", "a", false),
            ("1.2", "1x2", false),
            ("*", "", true),
            ("*a*b", "xxbya", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
