//! What steps hand on to later steps of the same run.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::action::{push::Logins, scan::Databases};
use crate::{pipeline::ImageName, tool::late};

/// What a build step gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuiltImage {
    /// The image id: digest of the image's configuration, `sha256:…`.
    pub id: String,
    /// The name it has in the engine.
    pub local_reference: String,
}

/// What a push step gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushedImage {
    /// `HOST/REPOSITORY`.
    pub repository: String,
    /// Manifest digest, read back from the registry.
    pub digest: String,
}

/// Shared by the steps of a run. A step reads only what the steps it needs have written.
#[derive(Debug, Default)]
pub struct Outputs {
    /// By image.
    pub built: Mutex<BTreeMap<ImageName, BuiltImage>>,
    /// Images of a release that an earlier run of it has pushed, by the id they have in the engine: those are released, not what was built now.
    pub adopted: Mutex<BTreeMap<ImageName, String>>,
    /// By image.
    pub pushed: Mutex<BTreeMap<ImageName, PushedImage>>,
    /// What a base image's reference was resolved to.
    pub bases: Mutex<BTreeMap<String, String>>,
    /// Vulnerability databases that scans of this run have made sure of.
    pub databases: Databases,
    /// Logins that pushes of this run have got.
    pub logins: Logins,
}

impl Outputs {
    /// Records what a build step gave.
    pub fn record_built(&self, image: &ImageName, built: BuiltImage) {
        lock(&self.built).insert(image.clone(), built);
    }

    /// Records that an earlier run's image is the one that is released.
    pub fn record_adopted(&self, image: &ImageName, id: String) {
        lock(&self.adopted).insert(image.clone(), id);
    }

    /// The id of the image that is pushed: the one that was built in this run, or that an earlier run of the same release has pushed.
    pub fn image_to_push(&self, image: &ImageName) -> Option<String> {
        let adopted = lock(&self.adopted).get(image).cloned();
        adopted.or_else(|| lock(&self.built).get(image).map(|built| built.id.clone()))
    }

    /// The name that the image built in this run has in the engine.
    pub fn local_reference(&self, image: &ImageName) -> Option<String> {
        Some(lock(&self.built).get(image)?.local_reference.clone())
    }

    /// What an earlier push step of this run gave.
    pub fn pushed(&self, image: &ImageName) -> Option<PushedImage> {
        lock(&self.pushed).get(image).cloned()
    }

    /// Records what a base image's reference was resolved to.
    pub fn record_base(&self, reference: &str, resolved: String) {
        lock(&self.bases).insert(reference.to_owned(), resolved);
    }

    /// Records what a push step gave.
    pub fn record_pushed(&self, image: &ImageName, pushed: PushedImage) {
        lock(&self.pushed).insert(image.clone(), pushed);
    }

    /// What the late tokens of a step's command lines stand for at this point of the run. A token whose value is not known yet is not in it.
    pub fn late_values(&self, image: Option<&ImageName>, run_dir: &Path) -> late::Values {
        let mut values = late::Values::from([(late::RUN_DIR.to_owned(), run_dir.display().to_string())]);
        if let Some(id) = run_dir.file_name() {
            values.insert(late::RUN_ID.to_owned(), id.to_string_lossy().into_owned());
        }
        for (reference, resolved) in &*lock(&self.bases) {
            values.insert(late::base(reference), resolved.clone());
        }
        let Some(image) = image else { return values };
        if let Some(built) = lock(&self.built).get(image) {
            values.insert(late::IMAGE_ID.to_owned(), built.id.clone());
        }
        if let Some(PushedImage { repository, digest }) = lock(&self.pushed).get(image) {
            let host = repository.split('/').next().unwrap_or(repository);
            values.insert(late::REGISTRY.to_owned(), host.to_owned());
            values.insert(late::DIGEST.to_owned(), digest.clone());
            values.insert(late::DIGEST_REF.to_owned(), format!("{repository}@{digest}"));
        }
        values
    }
}

/// A step that panicked while it held the lock left a whole entry or none, so the map is as good as before.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_sees_the_values_of_its_own_image_only() {
        let outputs = Outputs::default();
        let (web, api) = (ImageName::new("web"), ImageName::new("api"));
        let built = BuiltImage {
            id: "sha256:1".into(),
            local_reference: "p/web:dev".into(),
        };
        outputs.built.lock().unwrap().insert(web.clone(), built);
        let pushed = PushedImage {
            repository: "localhost:5000/p/web".into(),
            digest: "sha256:2".into(),
        };
        outputs.pushed.lock().unwrap().insert(web.clone(), pushed);
        outputs.bases.lock().unwrap().insert("alpine:3".into(), "mirror/alpine:3".into());

        let values = outputs.late_values(Some(&web), Path::new("/p/target/xtask/runs/7"));
        let text = "{{run_id}} {{image_id}} {{digest_ref}} {{registry}} {{base:alpine:3}}";
        assert_eq!(
            late::fill_text(text, &values),
            "7 sha256:1 localhost:5000/p/web@sha256:2 localhost:5000 mirror/alpine:3"
        );
        assert!(!outputs.late_values(Some(&api), Path::new("/r")).contains_key(late::IMAGE_ID));
    }
}
