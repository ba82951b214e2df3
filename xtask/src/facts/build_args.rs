//! `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME:+other}` in `FROM` lines.

use std::collections::BTreeMap;

/// Fills in the arguments; `None` if one has no value: then nobody can say what the reference is.
pub(super) fn expand(text: &str, values: &BTreeMap<String, String>) -> Option<String> {
    let mut rest = text;
    let mut expanded = String::new();
    while let Some(start) = rest.find('$') {
        expanded.push_str(&rest[..start]);
        rest = &rest[start + 1..];
        if let Some(inner) = rest.strip_prefix('{') {
            let end = closing(inner)?;
            expanded.push_str(&braced(&inner[..end], values)?);
            rest = &inner[end + 1..];
        } else {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
            expanded.push_str(values.get(&rest[..end])?);
            rest = &rest[end..];
        }
    }
    Some(expanded + rest)
}

fn closing(inner: &str) -> Option<usize> {
    let mut depth = 0_u32;
    for (index, character) in inner.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => return Some(index),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}

fn braced(inner: &str, values: &BTreeMap<String, String>) -> Option<String> {
    let end = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(inner.len());
    let (name, operator) = inner.split_at(end);
    let value = values.get(name).filter(|value| !value.is_empty());
    if operator.is_empty() {
        return values.get(name).cloned();
    }
    let (unset_only, operator) = operator.strip_prefix(':').map_or((true, operator), |operator| (false, operator));
    let present = if unset_only { values.get(name) } else { value };
    match operator.split_at_checked(1)? {
        ("-", default) => present.cloned().map_or_else(|| expand(default, values), Some),
        ("+", other) => present.map_or_else(|| Some(String::new()), |_| expand(other, values)),
        ("?", _) => present.cloned(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_variable() {
        let values = BTreeMap::from([("A".to_owned(), "x".to_owned()), ("E".to_owned(), String::new())]);
        let is = |text: &str, expected: Option<&str>| assert_eq!(expand(text, &values).as_deref(), expected, "{text}");
        is("a:$A-b", Some("a:x-b"));
        is("a:${A}b", Some("a:xb"));
        is("${B:-y}", Some("y"));
        is("${E:-y}${E-z}", Some("y"));
        is("${B:-${A}}", Some("x"));
        is("${A:+-alpine}${B:+no}", Some("-alpine"));
        is("$B", None);
        is("${B", None);
        is("plain", Some("plain"));
    }
}
