//! What a registry has under a reference, and what it was made of: the labels tell commit and version.

use serde_json::Value;

use crate::tool::manifest::Manifest;

/// An image in a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Held {
    pub manifest: Manifest,
    /// Full id of the commit it was made from, as its label says.
    pub revision: Option<String>,
    /// Its main tag, as its label says.
    pub version: Option<String>,
}

impl Held {
    /// From the manifest and the configuration, or that of each platform's image by its name.
    pub fn new(manifest: Manifest, configuration: &str) -> Self {
        let document: Value = serde_json::from_str(configuration).unwrap_or_default();
        let of_platforms = document.as_object().into_iter().flat_map(serde_json::Map::values);
        let labels = std::iter::once(&document)
            .chain(of_platforms)
            .find_map(|image| image.get("config")?.get("Labels").cloned())
            .unwrap_or_default();
        let label = |name: &str| Some(labels.get(format!("org.opencontainers.image.{name}"))?.as_str()?.to_owned());
        Self {
            manifest,
            revision: label("revision"),
            version: label("version"),
        }
    }

    /// `manifest X of image Y, made from commit Z`.
    pub fn description(&self) -> String {
        let content = self.manifest.description();
        match &self.revision {
            Some(revision) => format!("{content}, made from commit {}", revision.get(..7).unwrap_or(revision)),
            None => format!("{content}, which does not say from which commit it was made"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_found_in_one_image_and_in_those_of_platforms() {
        let manifest = Manifest::read(br#"{"schemaVersion":2,"config":{"digest":"sha256:c0"}}"#).unwrap();
        let image =
            r#"{"config": {"Labels": {"org.opencontainers.image.revision": "c0ffee0123", "org.opencontainers.image.version": "1.2.3"}}}"#;
        for configuration in [image.to_owned(), format!(r#"{{"linux/amd64": {image}}}"#)] {
            let held = Held::new(manifest.clone(), &configuration);
            assert_eq!(held.revision.as_deref(), Some("c0ffee0123"));
            assert_eq!(held.version.as_deref(), Some("1.2.3"));
            assert!(held.description().ends_with("made from commit c0ffee0"), "{}", held.description());
        }
        assert_eq!(Held::new(manifest, "null").revision, None);
    }
}
