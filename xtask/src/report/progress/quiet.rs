//! `--quiet`: only what must be seen even when all goes well.

use std::time::Instant;

use crate::{exec::Event, report::Style};

use super::{Printer, Stream, write};

pub(super) struct Quiet {
    style: Style,
    stream: Stream,
}

impl Quiet {
    pub(super) fn new(style: Style, stream: Stream) -> Self {
        Self { style, stream }
    }
}

impl Printer for Quiet {
    fn event(&mut self, event: &Event, _now: Instant) {
        if let Event::Notice { step, text } = event {
            let line = self.style.loud(&format!("! {step}: {text}"));
            write(&mut self.stream, &format!("{line}\n"));
        }
    }

    fn shows_failures(&self) -> bool {
        false
    }
}
