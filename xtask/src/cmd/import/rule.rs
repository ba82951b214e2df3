//! One line of `tags` as a `[[tags]]` table.

use std::fmt::Write as _;

use super::{
    Note, expression,
    input::{self, Line},
    toml_text,
};

/// Each type of rule with the keys of its own.
const TYPES: [(&str, &[&str]); 8] = [
    ("schedule", &["pattern"]),
    ("semver", &["pattern", "value", "match"]),
    ("pep440", &["pattern", "value", "match"]),
    ("match", &["pattern", "group", "value"]),
    ("edge", &["branch"]),
    ("ref", &["event"]),
    ("raw", &["value"]),
    ("sha", &["format"]),
];
/// Keys of all rules.
const COMMON: [&str; 4] = ["enable", "priority", "prefix", "suffix"];

/// A rule as the action has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    line: Line,
    kind: String,
    /// In the order they are written.
    attributes: Vec<(String, String)>,
}

impl Rule {
    /// Reads a line; `Err` where the action would refuse it, too.
    pub fn read(line: &Line) -> Result<Self, String> {
        let mut kind = "raw".to_owned();
        let mut attributes: Vec<(String, String)> = Vec::new();
        for (key, value) in input::fields(&line.text).map_err(|reason| format!("line {}: {reason}", line.number))? {
            match key.as_deref() {
                Some("type") => kind = value,
                key => {
                    let key = key.unwrap_or("value");
                    attributes.retain(|(known, _)| known != key);
                    attributes.push((key.to_owned(), value));
                }
            }
        }
        if !TYPES.iter().any(|(known, _)| *known == kind) {
            let types: Vec<_> = TYPES.iter().map(|(name, _)| *name).collect();
            return Err(format!(
                "line {}: unknown type of tag rule `{kind}`; there is {}",
                line.number,
                types.join(", ")
            ));
        }
        Ok(Self {
            line: line.clone(),
            kind,
            attributes,
        })
    }

    /// As TOML. What it holds that has no like here makes it a comment, with a note of why.
    pub fn write(&self, notes: &mut Vec<Note>) -> String {
        let mut text = String::from("\n[[tags]]\n");
        if self.kind != "raw" {
            let _ = writeln!(text, "type = {}", toml_text::string(&self.kind));
        }
        let mut is_same = true;
        for (key, value) in &self.attributes {
            if !self.has(key) {
                notes.push(self.note(format!("`{key}` means nothing to a rule of type `{}`, and is left out", self.kind)));
                continue;
            }
            let translated = expression::translate(value);
            is_same &= translated.is_some();
            let _ = writeln!(text, "{key} = {}", typed(key, &translated.unwrap_or_else(|| value.clone())));
        }
        if is_same {
            return text;
        }
        notes.push(self.note(format!(
            "`{}` holds an expression of GitHub's that has no like here, so the rule is a comment",
            self.line.text
        )));
        format!(
            "\n# Decide what this is to be: it holds an expression of GitHub's.{}",
            toml_text::aside(&text)
        )
    }

    fn has(&self, key: &str) -> bool {
        let own = TYPES.iter().find(|(kind, _)| *kind == self.kind).map(|(_, keys)| *keys);
        COMMON.contains(&key) || own.is_some_and(|own| own.contains(&key))
    }

    fn note(&self, text: String) -> Note {
        Note {
            line: self.line.number,
            text,
        }
    }
}

/// The value as the key has it: a bool and whole numbers stand for themselves.
fn typed(key: &str, value: &str) -> String {
    match key {
        "enable" if ["true", "false"].contains(&value) => value.to_owned(),
        "priority" | "group" if value.parse::<i64>().is_ok() => value.to_owned(),
        _ => toml_text::string(value),
    }
}
