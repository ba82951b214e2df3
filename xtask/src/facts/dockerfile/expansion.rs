//! Fills `$VARIABLE`s into one word of a Dockerfile: `${NAME:-default}`, `${NAME:+other}`, `${NAME%pattern}` and their kin.
//!
//! The rules are those of `BuildKit`'s shell lexer, quotes and escapes included, so that a `FROM` means here what it means there. An unset
//! variable is empty, as there; its name is kept, so that nobody has to wonder.

use super::pattern::Pattern;

/// `${A:-${B:-…}}` deeper than this is no Dockerfile.
const MAX_DEPTH: usize = 32;

/// A word with its variables filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Expansion {
    /// The word.
    pub text: String,
    /// Variables that have no value and were taken as empty.
    pub unset: Vec<String>,
}

/// Fills in the variables of `word`. Fails with the reason where `BuildKit` would.
pub(super) fn expand<'a>(word: &str, escape: char, value: &dyn Fn(&str) -> Option<&'a str>) -> Result<Expansion, String> {
    let mut lexer = Lexer {
        rest: word,
        escape,
        value,
        unset: Vec::new(),
        depth: 0,
    };
    let text = lexer.until(None, false)?;
    Ok(Expansion { text, unset: lexer.unset })
}

struct Lexer<'w, 'a> {
    rest: &'w str,
    escape: char,
    value: &'w dyn Fn(&str) -> Option<&'a str>,
    unset: Vec<String>,
    depth: usize,
}

impl Lexer<'_, '_> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.rest = &self.rest[c.len_utf8()..];
        Some(c)
    }

    fn take_if(&mut self, wanted: char) -> bool {
        let found = self.rest.strip_prefix(wanted);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    /// Everything up to `stop`, which is eaten, or to the end. Patterns keep their escapes.
    fn until(&mut self, stop: Option<char>, keep_escapes: bool) -> Result<String, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("variables are nested too deeply".to_owned());
        }
        let mut text = String::new();
        while let Some(c) = self.next() {
            match c {
                _ if Some(c) == stop => {
                    self.depth -= 1;
                    return Ok(text);
                }
                '\'' => self.single_quoted(&mut text)?,
                '"' => self.double_quoted(&mut text)?,
                '$' => self.dollar(&mut text)?,
                _ if c == self.escape => {
                    if keep_escapes {
                        text.push(c);
                    }
                    text.extend(self.next());
                }
                _ => text.push(c),
            }
        }
        self.depth -= 1;
        stop.map_or(Ok(text), |stop| Err(format!("a `{stop}` is missing")))
    }

    fn single_quoted(&mut self, text: &mut String) -> Result<(), String> {
        let (quoted, rest) = self.rest.split_once('\'').ok_or("a single quote is not closed")?;
        text.push_str(quoted);
        self.rest = rest;
        Ok(())
    }

    fn double_quoted(&mut self, text: &mut String) -> Result<(), String> {
        while let Some(c) = self.next() {
            match c {
                '"' => return Ok(()),
                '$' => self.dollar(text)?,
                _ if c == self.escape => match self.peek() {
                    Some(escaped) if escaped == '"' || escaped == '$' || escaped == self.escape => text.extend(self.next()),
                    Some(_) => text.push(c),
                    None => {}
                },
                _ => text.push(c),
            }
        }
        Err("a double quote is not closed".to_owned())
    }

    /// What follows a `$`, which is eaten already.
    fn dollar(&mut self, text: &mut String) -> Result<(), String> {
        if self.take_if('{') {
            return self.braces(text);
        }
        match self.name() {
            "" => text.push('$'),
            name => text.push_str(&self.plain(name)),
        }
        Ok(())
    }

    fn braces(&mut self, text: &mut String) -> Result<(), String> {
        let name = self.name();
        if name.is_empty() {
            return Err("`${` is not followed by a name".to_owned());
        }
        let value = (self.value)(name);
        let colon = self.take_if(':');
        let set = value.filter(|value| !(colon && value.is_empty()));
        match self.next() {
            Some('}') if !colon => text.push_str(&self.plain(name)),
            Some('-') => {
                let default = self.until(Some('}'), false)?;
                text.push_str(set.unwrap_or(&default));
            }
            Some('+') => {
                let other = self.until(Some('}'), false)?;
                text.push_str(set.map_or("", |_| &other));
            }
            Some('?') => {
                let message = self.until(Some('}'), false)?;
                let message = if message.is_empty() { "it has no value" } else { &message };
                text.push_str(set.ok_or_else(|| format!("`{name}`: {message}"))?);
            }
            Some(end @ ('#' | '%')) if !colon => {
                let longest = self.take_if(end);
                let pattern = Pattern::new(&self.until(Some('}'), true)?)?;
                let value = self.plain(name);
                text.push_str(match end {
                    '#' => pattern.without_prefix(&value, longest),
                    _ => pattern.without_suffix(&value, longest),
                });
            }
            Some('/') if !colon => {
                let all = self.take_if('/');
                let pattern = Pattern::new(&self.until(Some('/'), true)?)?;
                let replacement = self.until(Some('}'), true)?;
                text.push_str(&pattern.replace(&self.plain(name), &replacement, all));
            }
            _ => return Err(format!("`${{{name}` is not followed by `}}` or a modifier it may have")),
        }
        Ok(())
    }

    /// A variable where nothing stands in for it.
    fn plain(&mut self, name: &str) -> String {
        if let Some(value) = (self.value)(name) {
            return value.to_owned();
        }
        self.unset.push(name.to_owned());
        String::new()
    }
}

impl<'w> Lexer<'w, '_> {
    /// Letters, digits and `_`; digits alone, or one special parameter such as `?`.
    fn name(&mut self) -> &'w str {
        let rest = self.rest;
        let end = |is_part: fn(char) -> bool| rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let length = match rest.chars().next() {
            Some('0'..='9') => end(|c| c.is_ascii_digit()),
            Some('@' | '*' | '#' | '?' | '-' | '$' | '!') => 1,
            _ => end(|c| c.is_alphanumeric() || c == '_'),
        };
        let (name, rest) = rest.split_at(length);
        self.rest = rest;
        name
    }
}

#[cfg(test)]
mod tests {

    fn variables(name: &str) -> Option<&'static str> {
        [("A", "alpine"), ("V", "1.23.4"), ("E", "")]
            .into_iter()
            .find_map(|(known, value)| (known == name).then_some(value))
    }

    fn expand(word: &str) -> Result<String, String> {
        super::expand(word, '\\', &variables).map(|expansion| expansion.text)
    }

    #[test]
    fn every_form_has_its_meaning() {
        for (word, expected) in [
            ("$A:3", "alpine:3"),
            ("${A}edge", "alpineedge"),
            ("x$A-$V", "xalpine-1.23.4"),
            ("${X:-busybox:$V}", "busybox:1.23.4"),
            ("${X-a}${E-b}${E:-c}", "ac"),
            ("a${V:+-slim}${E:+no}${E+-yes}${X+no}", "a-slim-yes"),
            ("${X:-${Y:-${A}}}", "alpine"),
            ("${V%.*}", "1.23"),
            ("${V%%.*}", "1"),
            ("${V#*.}", "23.4"),
            ("${V##*.}", "4"),
            ("${V/./-}_${V//./-}", "1-23.4_1-23-4"),
            ("${A:?needed}", "alpine"),
            (r#""a  $A"'$A'\$A"#, "a  alpine$A$A"),
            ("a$", "a$"),
            ("${A//p*n/ }", "al e"),
        ] {
            assert_eq!(expand(word).as_deref(), Ok(expected), "{word}");
        }
    }

    #[test]
    fn what_buildkit_refuses_is_refused() {
        for word in [
            "${", "${A", "${}", "${:-a}", "${A:", "${A:}", "${A;b}", "${A/b}", "\"a", "'a", "${V%\\z}",
        ] {
            assert!(expand(word).is_err(), "{word}");
        }
        assert_eq!(expand("${X:?say which}"), Err("`X`: say which".to_owned()));
        assert_eq!(expand("${E:?}"), Err("`E`: it has no value".to_owned()));
        assert!(expand(&"${X:-".repeat(100_000)).is_err());
    }

    #[test]
    fn unset_names_are_kept_where_nothing_stands_in() {
        let expansion = super::expand("$X:${Y:-1}${Z}", '\\', &variables).unwrap();
        assert_eq!(expansion.text, ":1");
        assert_eq!(expansion.unset, ["X", "Z"]);
    }
}
