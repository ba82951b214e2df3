//! Headers in the order they came.

use std::io::{self, Write};

/// The headers of a message.
#[derive(Clone, Debug, Default)]
pub(crate) struct Headers(Vec<(String, String)>);

impl Headers {
    /// A header's value, whatever the case of its name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// Sets a header.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<String>) {
        self.remove(name);
        self.0.push((name.to_owned(), value.into()));
    }

    /// Takes a header away.
    pub(crate) fn remove(&mut self, name: &str) {
        self.0.retain(|(key, _)| !key.eq_ignore_ascii_case(name));
    }

    /// As they go over the wire, with the empty line after them.
    pub(crate) fn write(&self, writer: &mut impl Write) -> io::Result<()> {
        for (name, value) in &self.0 {
            write!(writer, "{name}: {value}\r\n")?;
        }
        writer.write_all(b"\r\n")
    }
}

impl From<&mut [httparse::Header<'_>]> for Headers {
    fn from(parsed: &mut [httparse::Header<'_>]) -> Self {
        let owned = |header: &httparse::Header<'_>| (header.name.to_owned(), String::from_utf8_lossy(header.value).into_owned());
        Self(parsed.iter().map(owned).collect())
    }
}
