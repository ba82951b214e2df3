//! Strings inside of `{{…}}`: handlebars.js takes a backslash for itself (unless a quote follows), the crate for JSON's escape.
//!
//! moment.js's formats are full of backslashes and brackets, so the strings are rewritten before the crate sees them.

use std::borrow::Cow;

/// `{{date 'YYYY\[MM'}}` → `{{date "YYYY\\[MM"}}`.
pub(super) fn as_the_engine_reads_them(template: &str) -> Cow<'_, str> {
    if !template.contains(['"', '\'']) {
        return Cow::Borrowed(template);
    }
    let mut written = String::with_capacity(template.len() + 8);
    let mut rest = template;
    while let Some(open) = rest.find("{{") {
        let (before, expression) = rest.split_at(open);
        written.push_str(before);
        let is_comment = expression.trim_start_matches(['{', '~']).starts_with('!');
        let taken = if is_comment || before.ends_with('\\') {
            expression.find("}}").map_or(expression.len(), |end| end + 2)
        } else {
            rewrite(expression, &mut written)
        };
        if is_comment || before.ends_with('\\') {
            written.push_str(&expression[..taken]);
        }
        rest = &expression[taken..];
    }
    written.push_str(rest);
    Cow::Owned(written)
}

/// Writes one `{{…}}`, and says how long it is.
fn rewrite(expression: &str, written: &mut String) -> usize {
    let mut at = 0;
    while let Some(next) = expression[at..].chars().next() {
        let rest = &expression[at..];
        if rest.starts_with("}}") {
            written.push_str("}}");
            return at + 2;
        }
        if let Some((text, length)) = string(rest) {
            written.push_str(&serde_json::Value::from(text).to_string());
            at += length;
        } else {
            written.push(next);
            at += next.len_utf8();
        }
    }
    at
}

/// The string that `text` opens with, and its length with the quotes.
fn string(text: &str) -> Option<(String, usize)> {
    let quote = text.chars().next().filter(|first| ['"', '\''].contains(first))?;
    let inside = &text[1..];
    let mut end = 0;
    loop {
        end += inside[end..].find(quote)?;
        if !inside[..end].ends_with('\\') {
            break;
        }
        end += 1;
    }
    Some((inside[..end].replace(&format!("\\{quote}"), &quote.to_string()), end + 2))
}
