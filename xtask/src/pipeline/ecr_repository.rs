//! How a repository of an Amazon ECR registry is to be.

use std::{collections::BTreeMap, path::PathBuf};

use super::{Encryption, selector};

/// The settings that a registry declares for each of its repositories. Those that are `None` or empty are left to AWS.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EcrRepository {
    /// Whether a tag that is set cannot be moved.
    pub immutable_tags: bool,
    /// Tags that can be moved all the same; `*` stands for anything.
    pub mutable_tags: Vec<String>,
    /// Whether what is pushed is scanned.
    pub scan_on_push: bool,
    /// How images are encrypted: chosen once, when the repository is created.
    pub encryption: Option<Encryption>,
    /// The KMS key for that; AWS's own by default.
    pub kms_key: Option<String>,
    /// Which images go by themselves.
    pub lifecycle: Option<Lifecycle>,
    /// File with the repository policy, JSON, relative to the pipeline's root.
    pub policy: Option<PathBuf>,
    /// Tags of the resource, for costs and access; not those of images.
    pub resource_tags: BTreeMap<String, String>,
}

impl EcrRepository {
    /// Whether a tag that is set can be moved.
    pub fn lets_move(&self, tag: &str) -> bool {
        !self.immutable_tags || self.mutable_tags.iter().any(|filter| selector::matches_any(filter, [tag]))
    }
}

/// Which images go by themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lifecycle {
    /// In our words.
    Rules(LifecycleRules),
    /// ECR's own JSON, in a file relative to the pipeline's root.
    File(PathBuf),
}

/// A lifecycle policy in our words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LifecycleRules {
    /// Images with a tag like one of these stay, whatever else is said; `*` stands for anything.
    pub keep: Vec<String>,
    /// Of all other images, so many stay: the newest.
    pub keep_last: Option<u32>,
    /// Images without any tag go after so many days.
    pub expire_untagged_days: Option<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn immutable_tags_stay_but_for_those_excepted() {
        let repository = EcrRepository {
            immutable_tags: true,
            mutable_tags: ["latest", "*-edge"].map(str::to_owned).into(),
            ..EcrRepository::default()
        };
        assert!(repository.lets_move("latest") && repository.lets_move("1.2-edge"));
        assert!(!repository.lets_move("1.2") && !repository.lets_move("latest-1"));
        assert!(EcrRepository::default().lets_move("1.2"));
    }
}
