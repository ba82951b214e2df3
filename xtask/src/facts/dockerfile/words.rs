//! Splits a line into words as a shell does, quotes kept.

/// The words between unquoted blanks, as written. `None` where a quote is not closed.
pub(super) fn split(line: &str, escape: char) -> Option<Vec<&str>> {
    let mut words = Vec::new();
    let mut start = None;
    let mut quote = None;
    let mut chars = line.char_indices();
    while let Some((at, c)) = chars.next() {
        if quote.is_none() && c.is_whitespace() {
            words.extend(start.take().map(|start| &line[start..at]));
            continue;
        }
        start.get_or_insert(at);
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '"' || c == '\'' => quote = Some(c),
            // Single quotes know no escape.
            None | Some('"') if c == escape => drop(chars.next()),
            _ => {}
        }
    }
    words.extend(start.map(|start| &line[start..]));
    quote.is_none().then_some(words)
}

/// A word without its quotes and backslashes.
pub(super) fn unquote(word: &str) -> String {
    let mut plain = String::with_capacity(word.len());
    let mut quote = None;
    let mut chars = word.chars();
    while let Some(c) = chars.next() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '"' || c == '\'' => quote = Some(c),
            None if c == '\\' => plain.extend(chars.next()),
            _ => plain.push(c),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_a_word_together() {
        assert_eq!(
            split(r#"A=1  B="x 'y" C='p "q' D=a\ b "#, '\\').unwrap(),
            ["A=1", r#"B="x 'y""#, r#"C='p "q'"#, r"D=a\ b"]
        );
        assert_eq!(split(r"A=a` b B='\'", '`').unwrap(), ["A=a` b", r"B='\'"]);
        assert_eq!(split("it's", '\\'), None);
        assert_eq!(split("  ", '\\').unwrap(), Vec::<&str>::new());
    }

    #[test]
    fn quotes_come_off() {
        assert_eq!(unquote(r#""E O"F\''\'"#), r"E OF'\");
    }
}
