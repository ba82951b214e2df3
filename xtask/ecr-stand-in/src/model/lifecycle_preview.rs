//! What a lifecycle policy would do, as it was when somebody asked.

use super::Expiry;

/// A preview.
#[derive(Clone, Debug)]
pub(crate) struct LifecyclePreview {
    /// The policy.
    pub(crate) text: String,
    /// What would go.
    pub(crate) expiries: Vec<Expiry>,
    /// Whether it was asked after once.
    pub(crate) done: bool,
}
