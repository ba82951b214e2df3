//! An image's manifest as a registry keeps it: its digest, and whether it is the image that was built and scanned.
//!
//! Manifests are looked at as bytes, because the digest is one of bytes: a manifest that was parsed and written again is another one.

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

/// A manifest or an index, read back from a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    /// `sha256:…` of its bytes: what `@sha256:…` in a reference means.
    pub digest: String,
    /// Digest of the image's configuration; `None` for an index of several platforms.
    pub config: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Document {
    schema_version: u32,
    config: Option<Descriptor>,
    manifests: Option<Vec<Descriptor>>,
}

#[derive(Deserialize)]
struct Descriptor {
    digest: String,
}

impl Manifest {
    /// Reads a manifest's bytes; says what is wrong with them otherwise.
    pub fn read(bytes: &[u8]) -> Result<Self, String> {
        let document: Document = serde_json::from_slice(bytes).map_err(|error| format!("the manifest is not readable: {error}"))?;
        if document.schema_version != 2 || (document.config.is_none() && document.manifests.is_none()) {
            return Err("the manifest is neither an image nor an index".to_owned());
        }
        Ok(Self {
            digest: sha256(bytes),
            config: document.config.map(|config| config.digest),
        })
    }

    /// For people: `manifest X of image Y`.
    pub fn description(&self) -> String {
        self.config.as_ref().map_or_else(
            || format!("index `{}`", self.digest),
            |config| format!("manifest `{}` of image `{config}`", self.digest),
        )
    }

    /// Whether this is the manifest of the image with that id.
    ///
    /// What an image id is depends on the engine's store. The classic one names images by the digest of their configuration, which
    /// the manifest holds; the containerd store names them by the digest of the manifest (or index) itself.
    pub fn is_of(&self, image_id: &str) -> bool {
        self.config.as_deref() == Some(image_id) || self.digest == image_id
    }
}

/// `sha256:…` of some bytes.
pub fn sha256(bytes: &[u8]) -> String {
    use std::fmt::Write as _;

    Sha256::digest(bytes).iter().fold("sha256:".to_owned(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a String cannot fail");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_belongs_to_the_image_of_its_config_or_of_its_own_digest() {
        let manifest = Manifest::read(br#"{"schemaVersion":2,"config":{"digest":"sha256:c0","size":1},"layers":[]}"#).unwrap();
        assert!(manifest.is_of("sha256:c0"), "classic store");
        assert!(manifest.is_of(&manifest.digest.clone()), "containerd store");
        assert!(!manifest.is_of("sha256:c1"));
    }

    #[test]
    fn an_index_has_no_config_of_its_own() {
        let index = Manifest::read(br#"{"schemaVersion":2,"manifests":[{"digest":"sha256:1"}]}"#).unwrap();
        assert_eq!(index.config, None);
        assert!(!index.is_of("sha256:1"));
    }

    #[test]
    fn the_digest_is_that_of_the_bytes() {
        assert_eq!(
            sha256(b""),
            "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }

    #[test]
    fn an_answer_that_is_no_manifest_is_refused() {
        for bytes in [&b""[..], b"<html>", br#"{"schemaVersion":1}"#, br#"{"schemaVersion":2}"#] {
            assert!(Manifest::read(bytes).is_err(), "{}", String::from_utf8_lossy(bytes));
        }
    }
}
