//! Scans of images, whose course is written down beforehand.

use std::collections::{BTreeMap, VecDeque};

use serde::Deserialize;
use serde_json::Value;

/// What the scan of an image will come to.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ScanScript {
    /// The repository.
    pub repository: String,
    /// The image's tag or digest; `*` is each that has no script of its own.
    pub image: String,
    /// One a question, the last for ever: `IN_PROGRESS`, `COMPLETE`, `FAILED`, `UNSUPPORTED_IMAGE`; `ACTIVE` is enhanced scanning.
    pub states: VecDeque<String>,
    /// What is found in the end, as ECR would say it.
    pub findings: Vec<Value>,
    /// ECR's remark.
    pub description: String,
}

/// How far a scan is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scan {
    /// Its state.
    pub(crate) state: String,
    /// What was found, once it is over.
    pub(crate) findings: Vec<Value>,
    /// ECR's remark.
    pub(crate) description: String,
}

/// The scripts, and the scans that were asked for without one.
#[derive(Debug, Default)]
pub(crate) struct Scans {
    scripts: BTreeMap<(String, String), ScanScript>,
    asked_for: Vec<(String, String)>,
}

impl Scans {
    /// Writes down how a scan will go.
    pub(crate) fn script(&mut self, script: ScanScript) {
        self.scripts.insert((script.repository.clone(), script.image.clone()), script);
    }

    /// Starts a scan that no script is needed for: it ends well.
    pub(crate) fn start(&mut self, repository: &str, digest: &str) {
        self.asked_for.push((repository.to_owned(), digest.to_owned()));
    }

    /// Looks at the scan of an image, known by these names, its digest among them; each look is a step in its script.
    pub(crate) fn look(&mut self, repository: &str, names: &[String]) -> Option<Scan> {
        let key = |name: &str| (repository.to_owned(), name.to_owned());
        let names = names.iter().map(String::as_str);
        let scripted = names.clone().chain(["*"]).map(key).find(|key| self.scripts.contains_key(key));
        let Some(script) = scripted.and_then(|key| self.scripts.get_mut(&key)) else {
            let asked_for = names.map(key).any(|key| self.asked_for.contains(&key));
            return asked_for.then(|| Scan {
                state: "COMPLETE".to_owned(),
                findings: Vec::new(),
                description: "The scan was completed successfully.".to_owned(),
            });
        };
        let state = script.states.front()?.clone();
        if script.states.len() > 1 {
            script.states.pop_front();
        }
        let over = ["COMPLETE", "ACTIVE"].contains(&state.as_str());
        Some(Scan {
            findings: if over { script.findings.clone() } else { Vec::new() },
            description: script.description.clone(),
            state,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_is_followed_to_its_last_state() {
        let mut scans = Scans::default();
        scans.script(ScanScript {
            repository: "web".to_owned(),
            image: "*".to_owned(),
            states: ["IN_PROGRESS", "COMPLETE"].map(str::to_owned).into(),
            findings: vec![Value::Null],
            ..ScanScript::default()
        });
        let names = ["sha256:1".to_owned()];
        let mut look = || scans.look("web", &names).map(|scan| (scan.state, scan.findings.len()));
        assert_eq!(look(), Some(("IN_PROGRESS".to_owned(), 0)));
        assert_eq!(look(), Some(("COMPLETE".to_owned(), 1)));
        assert_eq!(look(), Some(("COMPLETE".to_owned(), 1)));
        assert_eq!(scans.look("api", &names), None);
    }
}
