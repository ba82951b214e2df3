//! What is there and what is not.

use std::{collections::BTreeMap, path::PathBuf};

use serde::Serialize;

/// All tools that were looked for.
#[derive(Clone, Debug, Serialize)]
pub struct Inspection {
    /// Version of this shape.
    pub schema: u32,
    /// Tool by tool.
    pub tools: Vec<ToolStatus>,
}

/// One tool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ToolStatus {
    /// `hadolint`, `docker`, `docker engine`…
    pub name: &'static str,
    /// How it is.
    pub state: State,
    /// The version found.
    pub version: Option<String>,
    /// The version pipeline.toml asks for.
    pub wanted: Option<String>,
    /// Where it is, if it is not to be looked up on PATH.
    pub path: Option<PathBuf>,
    /// What to type, or what is wrong.
    pub hint: Option<String>,
    /// Whether a run can do without it, and be poorer for it.
    pub optional: bool,
}

/// How a tool is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// There, at a version that is right.
    Ready,
    /// Not there, or not answering.
    Missing,
    /// There at another version.
    WrongVersion,
    /// Not what was installed, or known to be malicious: never run.
    Refused,
}

impl Inspection {
    /// What a run cannot do without.
    pub fn missing(&self) -> Vec<&ToolStatus> {
        self.tools
            .iter()
            .filter(|tool| tool.state != State::Ready && !tool.optional)
            .collect()
    }

    /// Whether an installation has something to do.
    pub fn wants_install(&self) -> bool {
        self.tools.iter().any(|tool| tool.state != State::Ready)
    }

    /// A tool by name, if it was looked for.
    pub fn tool(&self, name: &str) -> Option<&ToolStatus> {
        self.tools.iter().find(|tool| tool.name == name)
    }

    /// Where programs are that are not to be looked up on PATH.
    pub fn programs(&self) -> BTreeMap<String, PathBuf> {
        let ready = self.tools.iter().filter(|tool| tool.state == State::Ready);
        ready.filter_map(|tool| Some((tool.name.to_owned(), tool.path.clone()?))).collect()
    }

    /// As a table, with what to type below it.
    pub fn render(&self, color: bool) -> String {
        let paint = |code: &str, text: &str| {
            if color {
                format!("\u{1b}[{code}m{text}\u{1b}[0m")
            } else {
                text.to_owned()
            }
        };
        let name = self.tools.iter().map(|tool| tool.name.len()).max().unwrap_or_default();
        let version = self
            .tools
            .iter()
            .map(|tool| tool.version.as_ref().map_or(1, String::len))
            .max()
            .unwrap_or_default();
        let mut lines: Vec<String> = self
            .tools
            .iter()
            .map(|tool| {
                let mark = match (tool.state, tool.optional) {
                    (State::Ready, _) => paint("32", "✓"),
                    (_, true) => paint("33", "-"),
                    _ => paint("31", "✗"),
                };
                let found = tool.version.as_deref().unwrap_or("-");
                let wanted = tool.wanted.as_ref().map_or_else(String::new, |wanted| format!("wanted {wanted}"));
                let place = tool.path.as_ref().map_or_else(String::new, |path| format!("  {}", path.display()));
                format!("{mark} {:name$}  {found:version$}  {wanted}{place}", tool.name)
                    .trim_end()
                    .to_owned()
            })
            .collect();
        let open: Vec<&ToolStatus> = self.tools.iter().filter(|tool| tool.state != State::Ready).collect();
        for tool in &open {
            let what = match tool.state {
                State::WrongVersion => "has the wrong version",
                State::Refused => "is refused",
                State::Missing | State::Ready => "is missing",
            };
            let optional = if tool.optional { " (optional)" } else { "" };
            lines.push(format!(
                "\n{} {what}{optional}: {}",
                tool.name,
                tool.hint.as_deref().unwrap_or_default()
            ));
        }
        if !open.is_empty() {
            lines.push("\n`cargo xtask setup --install` provides what it can; so does `--install` with any task".to_owned());
        }
        lines.join("\n")
    }

    /// As JSON.
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}
