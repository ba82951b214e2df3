//! What the account holds: repositories, images, logins, and the time of day. Knows nothing of HTTP, nor of JSON requests.

mod clock;
mod image;
mod images;
mod lifecycle;
mod lifecycle_preview;
mod logins;
mod mutability;
mod repository;
mod wildcard;

pub(crate) use clock::{Clock, Moment};
pub(crate) use image::Image;
pub(crate) use images::{Images, Refusal};
pub(crate) use lifecycle::{Expiry, LifecyclePolicy};
pub(crate) use lifecycle_preview::LifecyclePreview;
pub(crate) use logins::{LoginState, Logins};
pub(crate) use mutability::Mutability;
pub(crate) use repository::Repository;
pub(crate) use wildcard::matches;

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// `sha256:…` of some bytes.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    let mut digest = "sha256:".to_owned();
    for byte in Sha256::digest(bytes) {
        // Writing to a `String` cannot fail.
        let _ = write!(digest, "{byte:02x}");
    }
    digest
}
