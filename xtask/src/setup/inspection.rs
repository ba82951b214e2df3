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
    /// Where it is.
    pub path: Option<PathBuf>,
    /// Whether it is one of `.xtask/tools`, which is not on `PATH`.
    pub installed: bool,
    /// What is wrong, if it is not ready.
    pub reason: Option<String>,
    /// What to type then.
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
    /// Not there.
    Missing,
    /// There at another version.
    WrongVersion,
    /// Not what was installed, or known to be malicious: never run.
    Refused,
    /// Installed, and not running.
    Stopped,
    /// There, and not answering, or not to us.
    Unreachable,
}

impl Inspection {
    /// What a run cannot do without.
    pub fn missing(&self) -> Vec<&ToolStatus> {
        self.open().filter(|tool| !tool.optional).collect()
    }

    /// Whether an installation has something to do.
    pub fn wants_install(&self) -> bool {
        self.open().next().is_some()
    }

    /// A tool by name, if it was looked for.
    pub fn tool(&self, name: &str) -> Option<&ToolStatus> {
        self.tools.iter().find(|tool| tool.name == name)
    }

    /// Where programs are that are not to be looked up on `PATH`: those of `.xtask/tools`.
    pub fn programs(&self) -> BTreeMap<String, PathBuf> {
        let ours = self.tools.iter().filter(|tool| tool.state == State::Ready && tool.installed);
        ours.filter_map(|tool| Some((tool.name.to_owned(), tool.path.clone()?))).collect()
    }

    /// As JSON.
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_else(|_| unreachable!("texts and paths are JSON"))
    }

    /// A tool that was looked for and is not ready.
    pub(super) fn lacks(&self, name: &str) -> Option<&ToolStatus> {
        self.open().find(|tool| tool.name == name)
    }

    fn open(&self) -> impl Iterator<Item = &ToolStatus> {
        self.tools.iter().filter(|tool| tool.state != State::Ready)
    }
}
