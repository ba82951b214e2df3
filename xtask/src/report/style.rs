//! Colours, or none: decided once, by the caller, from `--color`, `NO_COLOR` and what the stream is.

/// How text is coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    colour: bool,
}

impl Style {
    /// With colours or without.
    pub const fn new(colour: bool) -> Self {
        Self { colour }
    }

    /// Text as it is.
    pub const fn plain() -> Self {
        Self::new(false)
    }

    /// What passed.
    pub fn good(self, text: &str) -> String {
        self.paint("32", text)
    }

    /// What failed.
    pub fn bad(self, text: &str) -> String {
        self.paint("1;31", text)
    }

    /// What must be seen.
    pub fn loud(self, text: &str) -> String {
        self.paint("1;33", text)
    }

    /// What matters less.
    pub fn dim(self, text: &str) -> String {
        self.paint("2", text)
    }

    /// Headings.
    pub fn bold(self, text: &str) -> String {
        self.paint("1", text)
    }

    fn paint(self, code: &str, text: &str) -> String {
        if self.colour && !text.is_empty() {
            format!("\u{1b}[{code}m{text}\u{1b}[0m")
        } else {
            text.to_owned()
        }
    }
}
