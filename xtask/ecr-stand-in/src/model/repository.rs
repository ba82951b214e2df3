//! One repository: its settings and its images.

use std::collections::BTreeMap;

use super::{Images, LifecyclePolicy, LifecyclePreview, Moment, Mutability};

/// A repository.
#[derive(Clone, Debug)]
pub(crate) struct Repository {
    /// Its name.
    pub(crate) name: String,
    /// When it was made.
    pub(crate) created: Moment,
    /// Which tags may be moved.
    pub(crate) mutability: Mutability,
    /// Whether each push is scanned.
    pub(crate) scan_on_push: bool,
    /// Its encryption, as it was asked for.
    pub(crate) encryption: serde_json::Value,
    /// Its resource tags.
    pub(crate) resource_tags: BTreeMap<String, String>,
    /// Its permissions, as JSON text.
    pub(crate) policy: Option<String>,
    /// Which images go by themselves.
    pub(crate) lifecycle: Option<LifecyclePolicy>,
    /// The last look at what would go.
    pub(crate) preview: Option<LifecyclePreview>,
    /// What it holds.
    pub(crate) images: Images,
}

impl Repository {
    /// Whether ECR takes such a name.
    pub(crate) fn is_name(name: &str) -> bool {
        let is_word = |part: &str| {
            let alphanumeric = |character: char| character.is_ascii_lowercase() || character.is_ascii_digit();
            part.starts_with(alphanumeric)
                && part.ends_with(alphanumeric)
                && part.chars().all(|character| alphanumeric(character) || "._-".contains(character))
        };
        (2..=256).contains(&name.len()) && name.split('/').all(is_word)
    }

    /// Lets go what its lifecycle policy says.
    pub(crate) fn expire(&mut self, now: Moment) {
        let Some(policy) = &self.lifecycle else { return };
        for expiry in policy.expiries(&self.images, now) {
            self.images.remove(&expiry.digest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_lower_case_paths() {
        for name in ["web", "shop/web", "a.b/c_d-e"] {
            assert!(Repository::is_name(name), "{name}");
        }
        for name in ["", "a", "Web", "/web", "shop//web", "web-", "we b"] {
            assert!(!Repository::is_name(name), "{name}");
        }
    }
}
