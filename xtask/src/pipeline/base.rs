//! Base images that need help to be found: mirrors, and a stand-in for closed networks.

use std::collections::BTreeMap;

/// A `[bases."NAME"]` table; the key is the reference as Dockerfiles write it in `FROM`.
#[derive(Clone, Debug)]
pub struct Base {
    /// The reference in `FROM`.
    pub reference: String,
    /// References tried in order before the name itself.
    pub mirrors: Vec<String>,
    /// What to build where none of them can be pulled and the task allows it.
    pub fallback: Option<Fallback>,
}

/// A stand-in for a base image, made from Debian packages by `mmdebstrap`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fallback {
    /// Debian suite, such as `trixie`.
    pub suite: String,
    /// Packages on top of `mmdebstrap --variant=minbase`.
    pub packages: Vec<String>,
    /// Shell commands run inside the new root, in order.
    pub setup: Vec<String>,
    /// Environment of the image.
    pub env: BTreeMap<String, String>,
}
