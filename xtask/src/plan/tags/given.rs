//! The tags of an image, each with the rule that gave it, and the rules that gave none.

use serde::Serialize;

use crate::pipeline::ImageName;

/// The tags of one image.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ImageTags {
    /// Whose.
    pub image: ImageName,
    /// In order; the first is the version.
    pub given: Vec<Given>,
    /// Rules that gave none.
    pub not_given: Vec<NotGiven>,
}

/// One tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Given {
    /// The tag.
    pub tag: String,
    /// Which rule gave it, counted from 0 as written; `None` for the flavor's `latest`.
    pub rule: Option<usize>,
}

/// A rule without a tag of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotGiven {
    /// Counted from 0, as written; `None` for the flavor's `latest`.
    pub rule: Option<usize>,
    /// The reason.
    pub why: String,
}

impl ImageTags {
    /// The main tag: what `org.opencontainers.image.version` says.
    pub fn version(&self) -> Option<&str> {
        self.given.first().map(|given| given.tag.as_str())
    }

    /// All tags in order.
    pub fn tags(&self) -> Vec<String> {
        self.given.iter().map(|given| given.tag.clone()).collect()
    }
}
