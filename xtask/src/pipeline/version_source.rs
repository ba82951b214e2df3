//! Where an image's version comes from.

use std::path::PathBuf;

use super::VersionTagPattern;

/// The `[version]` table as it applies to one image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionSource {
    /// How the git tags of its versions are called.
    pub git_tag: VersionTagPattern,
    /// File that says which version comes next, relative to the pipeline's root; without one, the git tags alone say.
    pub file: Option<PathBuf>,
}
