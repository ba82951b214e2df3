//! One image: its manifest, and when it came.

use serde_json::Value;

use super::{Moment, sha256};

/// A manifest that was pushed; of an image, or of an index of images.
#[derive(Clone, Debug)]
pub(crate) struct Image {
    /// Its digest.
    pub(crate) digest: String,
    /// Its media type.
    pub(crate) media_type: String,
    /// Its bytes, as they came.
    pub(crate) manifest: Vec<u8>,
    /// When it was pushed first.
    pub(crate) pushed: Moment,
    /// When it was last pulled.
    pub(crate) pulled: Option<Moment>,
    /// Its place in the order of pushes: two may come in one tick of the clock.
    pub(crate) number: usize,
}

impl Image {
    /// An image of a manifest. `declared` is the media type it came with.
    pub(crate) fn new(manifest: Vec<u8>, declared: Option<&str>, pushed: Moment) -> Self {
        let own = serde_json::from_slice::<Value>(&manifest).ok();
        let own = own.as_ref().and_then(|value| value["mediaType"].as_str());
        Self {
            digest: sha256(&manifest),
            media_type: own.or(declared).unwrap_or("application/vnd.oci.image.manifest.v1+json").to_owned(),
            manifest,
            pushed,
            pulled: None,
            number: 0,
        }
    }

    /// What its layers and configuration take up; nothing for an index.
    pub(super) fn own_size(&self) -> u64 {
        let manifest = self.json();
        let layers = manifest["layers"].as_array().into_iter().flatten();
        let listed = layers.chain([&manifest["config"]]);
        listed.filter_map(|descriptor| descriptor["size"].as_u64()).sum()
    }

    /// The digests of the images it lists, if it is an index.
    pub(crate) fn listed(&self) -> Vec<String> {
        let manifest = self.json();
        let list = manifest["manifests"].as_array().into_iter().flatten();
        list.filter_map(|descriptor| descriptor["digest"].as_str().map(str::to_owned))
            .collect()
    }

    /// The media type of its configuration, which says what kind of artifact it is.
    pub(crate) fn artifact_media_type(&self) -> Option<String> {
        self.json()["config"]["mediaType"].as_str().map(str::to_owned)
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.manifest).unwrap_or_default()
    }
}
