//! Which names a template knows, by the place it stands in.

/// Names that every template sees, besides those of its place.
pub const COMMON: [&str; 10] = [
    "project",
    "image",
    "branch",
    "tag",
    "sha",
    "commit",
    "base_ref",
    "is_default_branch",
    "is_not_default_branch",
    "describe",
];
/// Those of them that docker/metadata-action has.
pub const METADATA: [&str; 6] = ["branch", "tag", "sha", "base_ref", "is_default_branch", "is_not_default_branch"];
/// Names known once the tags are: for labels, build arguments and custom commands.
pub const VERSIONED: [&str; 1] = ["version"];
/// Names of a `semver` rule's pattern.
pub const SEMVER: [&str; 7] = ["raw", "version", "major", "minor", "patch", "prerelease", "build"];
/// Names of a `pep440` rule's pattern.
pub const PEP440: [&str; 5] = ["raw", "version", "major", "minor", "patch"];
/// Names that only a run knows, for custom commands: they stay as they are until then.
pub const LATE: [&str; 5] = ["image_id", "digest", "digest_ref", "registry", "run_dir"];
