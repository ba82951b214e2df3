//! The wildcards of `${NAME%pattern}`: `*`, `?`, and `\` before either.

use regex::Regex;

/// A wildcard pattern, as two regular expressions: linear in time, whatever somebody wrote.
pub(super) struct Pattern {
    shortest: String,
    longest: String,
}

impl Pattern {
    /// Reads a pattern. Fails on an escape that is none.
    pub fn new(pattern: &str) -> Result<Self, String> {
        let (mut shortest, mut longest) = (String::new(), String::new());
        let mut chars = pattern.chars();
        while let Some(c) = chars.next() {
            let literal = match c {
                '*' => {
                    shortest.push_str(".*?");
                    longest.push_str(".*");
                    continue;
                }
                '?' => {
                    shortest.push('.');
                    longest.push('.');
                    continue;
                }
                '\\' => match chars.next() {
                    Some(escaped @ ('*' | '?' | '\\' | '}' | '/')) => escaped,
                    _ => return Err(format!("the pattern `{pattern}` has an escape that is none")),
                },
                _ => c,
            };
            let literal = regex::escape(literal.encode_utf8(&mut [0; 4]));
            shortest.push_str(&literal);
            longest.push_str(&literal);
        }
        // Compiled once here, so that a pattern that is too large is an error and not a surprise later.
        compile(&format!("^(?:{longest})$"))?;
        Ok(Self { shortest, longest })
    }

    /// `${NAME#pattern}`, `${NAME##pattern}`.
    pub fn without_prefix<'v>(&self, value: &'v str, longest: bool) -> &'v str {
        let pattern = if longest { &self.longest } else { &self.shortest };
        find(&format!("^(?:{pattern})"), value).map_or(value, |found| &value[found.1..])
    }

    /// `${NAME%pattern}`, `${NAME%%pattern}`.
    pub fn without_suffix<'v>(&self, value: &'v str, longest: bool) -> &'v str {
        // The leftmost match at the end is the longest one; of the shortest, what comes before it is as long as can be.
        let found = if longest {
            find(&format!("(?:{})$", self.longest), value).map(|found| found.0)
        } else {
            let before = compile(&format!("^(?P<before>.*)(?:{})$", self.longest)).ok();
            before.and_then(|regex| Some(regex.captures(value)?.name("before")?.end()))
        };
        found.map_or(value, |start| &value[..start])
    }

    /// `${NAME/pattern/replacement}`, `${NAME//pattern/replacement}`.
    pub fn replace(&self, value: &str, replacement: &str, all: bool) -> String {
        let limit = usize::from(!all);
        let replaced = compile(&self.longest).map(|regex| regex.replacen(value, limit, regex::NoExpand(replacement)).into_owned());
        replaced.unwrap_or_else(|_| value.to_owned())
    }
}

fn find(pattern: &str, value: &str) -> Option<(usize, usize)> {
    let found = compile(pattern).ok()?.find(value)?.range();
    Some((found.start, found.end))
}

fn compile(pattern: &str) -> Result<Regex, String> {
    Regex::new(&format!("(?s){pattern}")).map_err(|_| "a pattern is too long".to_owned())
}
