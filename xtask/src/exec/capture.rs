//! One output stream of a program: kept in full, once, and handed to the log line by line as it comes.

use tokio::io::{AsyncRead, AsyncReadExt};

use super::log::StepLog;

/// What is kept of one stream. A program that writes more has its log, but nothing that can be parsed.
const KEPT: usize = 256 << 20;
/// A line without end is handed on in pieces of this size once nothing is kept any more.
const PIECE: usize = 1 << 20;

/// One stream.
pub(super) struct Capture {
    bytes: Vec<u8>,
    /// Where the first line starts that the log does not have yet.
    line: usize,
    /// What came after `KEPT` and is not in the log yet.
    rest: Vec<u8>,
    truncated: bool,
    logged: bool,
}

impl Capture {
    /// Nothing read yet. What is not to be logged is data, not lines.
    pub(super) fn new(logged: bool) -> Self {
        Self {
            bytes: Vec::new(),
            line: 0,
            rest: Vec::new(),
            truncated: false,
            logged,
        }
    }

    /// Reads until the stream ends. May be dropped at any time; what was read stays.
    pub(super) async fn read<R: AsyncRead + Unpin>(&mut self, stream: Option<R>, log: &StepLog) {
        let Some(mut stream) = stream else { return };
        loop {
            let buffer = if self.bytes.len() < KEPT { &mut self.bytes } else { &mut self.rest };
            buffer.reserve(16 << 10);
            let before = buffer.len();
            // A pipe that cannot be read is one that ended.
            if stream.read_buf(buffer).await.unwrap_or(0) == 0 {
                return;
            }
            self.hand_on(before, log);
        }
    }

    /// Hands on the last line if it lacks its end.
    pub(super) fn finish(&mut self, log: &StepLog) {
        let begun = &self.bytes[self.line..];
        if self.logged && self.rest.is_empty() {
            log.lines(begun);
        } else if self.logged {
            log.lines(&[begun, &self.rest].concat());
        }
        self.line = self.bytes.len();
        self.rest = Vec::new();
    }

    /// Everything it wrote, up to a limit nobody reaches in earnest.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// As text; what is not valid UTF-8 is replaced.
    pub(super) fn into_text(self) -> String {
        String::from_utf8(self.bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }

    /// Whether it wrote more than is kept.
    pub(super) fn is_truncated(&self) -> bool {
        self.truncated
    }

    /// Hands on the lines that are whole now. The bytes from `before` on are new; only they are searched for an end of line.
    fn hand_on(&mut self, before: usize, log: &StepLog) {
        self.truncated |= !self.rest.is_empty();
        if !self.logged {
            self.rest.clear();
        } else if !self.truncated {
            if let Some(end) = last_newline(&self.bytes[before..]) {
                let end = before + end + 1;
                log.lines(&self.bytes[self.line..end]);
                self.line = end;
            }
        } else if let Some(end) = last_newline(&self.rest[before..]) {
            let end = before + end + 1;
            log.lines(&[&self.bytes[self.line..], &self.rest[..end]].concat());
            self.line = self.bytes.len();
            self.rest.drain(..end);
        } else if self.rest.len() >= PIECE {
            self.finish(log);
        }
    }
}

fn last_newline(bytes: &[u8]) -> Option<usize> {
    bytes.iter().rposition(|&byte| byte == b'\n')
}
