//! `--progress json`: each event as a line of JSON.

use std::time::Instant;

use crate::exec::{Event, EventJson};

use super::{Printer, Stream, write};

pub(super) struct Json {
    stream: Stream,
    since: Option<Instant>,
}

impl Json {
    pub(super) fn new(stream: Stream) -> Self {
        Self { stream, since: None }
    }
}

impl Printer for Json {
    fn event(&mut self, event: &Event, now: Instant) {
        let since = *self.since.get_or_insert(now);
        let at = u64::try_from(now.duration_since(since).as_millis()).unwrap_or(u64::MAX);
        if let Ok(line) = serde_json::to_string(&EventJson::new(event, at)) {
            write(&mut self.stream, &format!("{line}\n"));
        }
    }

    fn shows_failures(&self) -> bool {
        false
    }
}
