//! The directives at the top of a Dockerfile: `# syntax=` and `# escape=`.
//!
//! `parse-dockerfile` knows them, but hands them out only together with its check that stage names are unique, and `BuildKit` allows two
//! stages of one name.

/// What the first lines of a Dockerfile say about the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Directives {
    /// The frontend image of `# syntax=`.
    pub syntax: Option<String>,
    /// The character that joins lines: `\`, or the backquote.
    pub escape: char,
}

impl Directives {
    /// Reads them from a Dockerfile without byte order mark. They end at the first line that is no directive.
    pub fn parse(text: &str) -> Self {
        let mut directives = Self {
            syntax: None,
            escape: '\\',
        };
        let mut lines = text.lines().peekable();
        // A Dockerfile may be a script of its own (`#!/usr/bin/env …`): its syntax is still found, its escape is not.
        let script = lines.next_if(|line| line.starts_with("#!")).is_some();
        for (name, value) in lines.map_while(directive) {
            match name.to_ascii_lowercase().as_str() {
                "syntax" if directives.syntax.is_none() => directives.syntax = value.split_whitespace().next().map(str::to_owned),
                "escape" if !script && value == "`" => directives.escape = '`',
                "escape" | "check" => {}
                _ => break,
            }
        }
        directives
    }
}

/// `# name = value` → `(name, value)`.
fn directive(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.trim_start().strip_prefix('#')?.split_once('=')?;
    let (name, value) = (name.trim(), value.trim());
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(|c| c.is_ascii_alphanumeric());
    (is_name && !value.is_empty()).then_some((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> (Option<String>, char) {
        let Directives { syntax, escape } = Directives::parse(text);
        (syntax, escape)
    }

    #[test]
    fn both_in_any_order_and_case() {
        let syntax = Some("docker/dockerfile:1".to_owned());
        assert_eq!(parse("# syntax=docker/dockerfile:1\n# escape=`\nFROM a\n"), (syntax.clone(), '`'));
        assert_eq!(parse("#ESCAPE = `\r\n#  Syntax = docker/dockerfile:1 \r\n"), (syntax.clone(), '`'));
        assert_eq!(parse("#!/usr/bin/env dockerfile\n# syntax=docker/dockerfile:1\n"), (syntax, '\\'));
    }

    #[test]
    fn a_comment_or_a_line_ends_them() {
        assert_eq!(parse("# hello\n# syntax=a\n"), (None, '\\'));
        assert_eq!(parse("\n# syntax=a\n"), (None, '\\'));
        assert_eq!(parse("# made=by hand\n# syntax=a\n"), (None, '\\'));
        assert_eq!(parse(""), (None, '\\'));
    }
}
