//! The kinds of ref.

/// A ref, taken apart.
pub(super) enum GitRef<'a> {
    Branch(&'a str),
    Tag(&'a str),
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
            Self::Pull(pull.split('/').next().unwrap_or_default())
        } else {
            Self::Other
        }
    }
}
