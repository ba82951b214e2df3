//! What the engine knows of an image: where it came from, and whether it is a stand-in.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::tool::{CommandLine, debian_root};

use super::super::super::{Failure, StepContext};

/// An image in the engine's store.
#[derive(Debug, Default, Deserialize)]
pub(super) struct EngineImage {
    #[serde(rename = "RepoDigests")]
    digests: Option<Vec<String>>,
    #[serde(rename = "Config")]
    config: Option<Config>,
}

#[derive(Debug, Deserialize)]
struct Config {
    #[serde(rename = "Labels")]
    labels: Option<BTreeMap<String, String>>,
}

impl EngineImage {
    /// Whether it is a stand-in, or built from one: the label is inherited.
    pub(super) fn is_stand_in(&self) -> bool {
        let labels = self.config.as_ref().and_then(|config| config.labels.as_ref());
        labels.is_some_and(|labels| labels.contains_key(debian_root::LABEL))
    }

    /// The digest it has in the registry that `name` is of; `None` if it never came from there nor went there.
    pub(super) fn digest_at(&self, name: &str) -> Option<String> {
        let repository = familiar(repository(name));
        let known = self.digests.iter().flatten().filter_map(|digest| digest.split_once('@'));
        known
            .filter(|(known, _)| familiar(known) == repository)
            .map(|(_, digest)| digest.to_owned())
            .next()
    }
}

/// The image of this name; `None` if the engine has none.
pub(super) async fn look_up(name: &str, context: &StepContext) -> Result<Option<EngineImage>, Failure> {
    let command = CommandLine::new(["docker", "image", "inspect", "--format", "{{json .}}", "--", name]);
    let (ended, stdout) = context.read(&command).await?;
    if !ended.success() {
        let absent = ended.stderr.to_lowercase().contains("no such image");
        return if absent {
            Ok(None)
        } else {
            Err(no_answer().about(&command, Some(&ended)))
        };
    }
    serde_json::from_slice(&stdout)
        .map(Some)
        .map_err(|error| Failure::machine(format!("the engine's answer cannot be read: {error}")).about(&command, Some(&ended)))
}

pub(super) fn no_answer() -> Failure {
    Failure::machine("the docker engine does not answer").hint("`cargo xtask setup` shows what is missing")
}

/// `a/b:tag@sha256:…` → `a/b`; the port of a host stays.
fn repository(name: &str) -> &str {
    let name = name.split('@').next().unwrap_or(name);
    match name.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => repository,
        _ => name,
    }
}

/// Docker Hub's names as the engine writes them: `docker.io/library/python` is `python`.
fn familiar(repository: &str) -> &str {
    let hub = ["docker.io/", "index.docker.io/"]
        .iter()
        .find_map(|host| repository.strip_prefix(host));
    hub.map_or(repository, |name| name.strip_prefix("library/").unwrap_or(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_belongs_to_a_registry() {
        let text = r#"{"RepoDigests": ["python@sha256:1", "localhost:5000/python@sha256:2"], "Config": {"Labels": null}}"#;
        let image: EngineImage = serde_json::from_str(text).unwrap();
        for name in ["python:3", "docker.io/library/python:3", "python@sha256:1"] {
            assert_eq!(image.digest_at(name).as_deref(), Some("sha256:1"), "{name}");
        }
        assert_eq!(image.digest_at("localhost:5000/python:3").as_deref(), Some("sha256:2"));
        assert_eq!(image.digest_at("localhost:5000/other"), None);
        assert!(!image.is_stand_in());
        let text = r#"{"Config": {"Labels": {"dev.xtask.fallback": "python:3"}}}"#;
        assert!(serde_json::from_str::<EngineImage>(text).unwrap().is_stand_in());
        assert!(!serde_json::from_str::<EngineImage>("{}").unwrap().is_stand_in());
    }
}
