//! TOML as people would write it.

use std::fmt::Write as _;

use super::{
    Note, expression,
    input::{self, Line},
};

/// A string: literal where it holds backslashes, as regular expressions do.
pub(super) fn string(text: &str) -> String {
    if text.contains('\\') && !text.contains('\'') && !text.chars().any(char::is_control) {
        return format!("'{text}'");
    }
    // JSON's escapes are TOML's.
    serde_json::to_string(text).expect("a text can always be written")
}

/// All lines as comments.
pub(super) fn aside(text: &str) -> String {
    let lines = text.lines().map(|line| match line {
        "" => "\n".to_owned(),
        line if line.starts_with('#') => format!("{line}\n"),
        line => format!("# {line}\n"),
    });
    lines.collect()
}

/// The `[flavor]` table; `Err` where the action would refuse a line, too.
pub(super) fn flavor(lines: &[Line]) -> Result<String, String> {
    if lines.is_empty() {
        return Ok(String::new());
    }
    let mut text = String::from("\n[flavor]\n");
    for line in lines {
        let refuse = |reason: &str| format!("line {}: {reason} in `{}`", line.number, line.text);
        let mut of = None;
        for (key, value) in input::fields(&line.text).map_err(|reason| refuse(&reason))? {
            let is_bool = ["true", "false"].contains(&value.as_str());
            match (key.as_deref(), of) {
                (Some("latest"), _) if is_bool => {
                    let _ = writeln!(text, "latest = {value}");
                }
                (Some("latest"), _) if value == "auto" => text += "latest = \"auto\"\n",
                (Some("latest"), _) => return Err(refuse("`latest` is auto, true or false, and not what stands")),
                (Some(part @ ("prefix" | "suffix")), _) => {
                    let _ = writeln!(text, "{part} = {}", string(&expression::translate(&value).unwrap_or(value)));
                    of = Some(if part == "prefix" { "prefix" } else { "suffix" });
                }
                (Some("onlatest"), Some(part)) if is_bool => {
                    let _ = writeln!(text, "{part}-onlatest = {value}");
                }
                (Some("onlatest"), None) if is_bool => {}
                _ => return Err(refuse("there is an unknown entry")),
            }
        }
    }
    Ok(text)
}

/// The labels, where a stage that builds has them.
pub(super) fn labels(lines: &[Line], notes: &mut Vec<Note>) -> String {
    if lines.is_empty() {
        return String::new();
    }
    let mut text = String::from(
        "\n# Into the stage that builds, or into one image: `labels` in `[images.NAME]`.\n[[stages]]\nname = \"build\"\nuses = \"docker-build\"\n\n[stages.labels]\n",
    );
    for line in lines {
        let Some((key, value)) = line.text.split_once('=') else { continue };
        if let Some(value) = expression::translate(value) {
            let _ = writeln!(text, "{} = {}", string(key.trim()), string(&value));
        } else {
            notes.push(Note {
                line: line.number,
                text: format!(
                    "label `{}` holds an expression of GitHub's that has no like here, so it is a comment",
                    key.trim()
                ),
            });
            let _ = writeln!(text, "# {} = {}", string(key.trim()), string(value));
        }
    }
    text
}
