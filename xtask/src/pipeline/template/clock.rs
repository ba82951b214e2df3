//! What time it is for templates.

/// The two times that templates can write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clock {
    /// For `{{date}}`, in seconds since 1970.
    pub now: i64,
    /// For `{{commit_date}}`, likewise.
    pub commit: i64,
}
