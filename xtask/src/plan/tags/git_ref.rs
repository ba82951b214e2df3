//! The kinds of ref.

/// A ref, taken apart.
pub(super) enum GitRef<'a> {
    Branch(&'a str),
    Tag(&'a str),
    /// `5` of `refs/pull/5/merge`, and `5/head` of `refs/pull/5/head`.
    Pull(&'a str),
    Other,
}

impl<'a> GitRef<'a> {
    pub fn parse(text: &'a str) -> Self {
        if let Some(branch) = text.strip_prefix("refs/heads/") {
            Self::Branch(branch)
        } else if let Some(tag) = text.strip_prefix("refs/tags/") {
            Self::Tag(tag)
        } else if let Some(pull) = text.strip_prefix("refs/pull/") {
            Self::Pull(pull.strip_suffix("/merge").unwrap_or(pull))
        } else {
            Self::Other
        }
    }
}
