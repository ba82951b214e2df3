//! A step's log: everything it wrote goes to its file, as it came; the lines, made fit for a terminal, go out as events.
//!
//! A log that cannot be written does not stop what is running: the first error is kept, and the step fails with it at its end.

use std::{
    collections::VecDeque,
    fs::File,
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use tokio::sync::mpsc::UnboundedSender;

use crate::plan::StepId;

use super::{Event, Failure, line, redaction::Redaction};

/// How many of the last lines a failure shows.
const TAIL: usize = 20;
/// Lines a step may send out as events at once, and in each second after; the log has them all.
const BURST: f64 = 10_000.0;
const PER_SECOND: f64 = 2_000.0;

/// The log of one step.
#[derive(Debug)]
pub(super) struct StepLog {
    step: StepId,
    path: PathBuf,
    events: UnboundedSender<Event>,
    state: Mutex<State>,
    redaction: Mutex<Redaction>,
}

#[derive(Debug)]
struct State {
    file: Option<File>,
    error: Option<io::Error>,
    tail: VecDeque<String>,
    allowance: Allowance,
}

impl StepLog {
    /// Creates the log's file, and its folder where it is missing.
    pub(super) fn create(step: StepId, run_dir: &Path, events: UnboundedSender<Event>) -> Self {
        let path = run_dir.join("logs").join(file_name(&step));
        let created = std::fs::create_dir_all(run_dir.join("logs")).and_then(|()| File::create(&path));
        let (file, error) = match created {
            Ok(file) => (Some(file), None),
            Err(error) => (None, Some(error)),
        };
        let state = State {
            file,
            error,
            tail: VecDeque::new(),
            allowance: Allowance::full(Instant::now()),
        };
        Self {
            step,
            path,
            events,
            state: Mutex::new(state),
            redaction: Mutex::default(),
        }
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The last lines written.
    pub(super) fn tail(&self) -> Vec<String> {
        self.lock().tail.iter().cloned().collect()
    }

    /// What went wrong with the log itself, if anything did.
    pub(super) fn check(&self) -> Result<(), Failure> {
        self.lock().error.as_ref().map_or(Ok(()), |error| {
            let message = format!("the log `{}` cannot be written: {error}", self.path.display());
            Err(Failure::machine(message).hint("free some space, or make the folder writable"))
        })
    }

    /// From now on, none of `secrets` is written.
    pub(super) fn redact(&self, secrets: &[String]) {
        self.redaction.lock().unwrap_or_else(PoisonError::into_inner).add(secrets);
    }

    /// The text as it would be written.
    pub(super) fn redacted(&self, text: &str) -> String {
        let redaction = self.redaction.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&redaction.apply(text.as_bytes())).into_owned()
    }

    /// Adds text of our own, a line or several.
    pub(super) fn line(&self, text: &str) {
        self.lines(format!("{text}\n").as_bytes());
    }

    /// Adds whole lines; the last one may lack its end.
    pub(super) fn lines(&self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        let redacted = self.redaction.lock().unwrap_or_else(PoisonError::into_inner).apply(bytes);
        let bytes = redacted.as_ref();
        let mut state = self.lock();
        state.write(bytes);
        if !bytes.ends_with(b"\n") {
            state.write(b"\n");
        }
        for raw in bytes.strip_suffix(b"\n").unwrap_or(bytes).split(|&byte| byte == b'\n') {
            let line = line::for_people(raw);
            let Some(left_out) = state.allowance.take(Instant::now()) else {
                state.remember(line);
                continue;
            };
            if left_out > 0 {
                self.send(format!("… {left_out} lines left out here, the log has them all"));
            }
            self.send(line.clone());
            state.remember(line);
        }
    }

    fn send(&self, line: String) {
        // Nobody listening is no reason to stop.
        let _ = self.events.send(Event::Output {
            step: self.step.clone(),
            line,
        });
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn write(&mut self, bytes: &[u8]) {
        let Some(file) = &mut self.file else { return };
        if let Err(error) = file.write_all(bytes) {
            self.error = Some(error);
            self.file = None;
        }
    }

    fn remember(&mut self, line: String) {
        if self.tail.len() == TAIL {
            self.tail.pop_front();
        }
        self.tail.push_back(line);
    }
}

/// Keeps a flood of output from filling the memory with events.
#[derive(Debug)]
struct Allowance {
    left: f64,
    since: Instant,
    left_out: usize,
}

impl Allowance {
    fn full(now: Instant) -> Self {
        Self {
            left: BURST,
            since: now,
            left_out: 0,
        }
    }

    /// Whether one more line may go out, and how many were held back before it.
    fn take(&mut self, now: Instant) -> Option<usize> {
        self.left = (self.left + now.duration_since(self.since).as_secs_f64() * PER_SECOND).min(BURST);
        self.since = now;
        if self.left < 1.0 {
            self.left_out += 1;
            return None;
        }
        self.left -= 1.0;
        Some(std::mem::take(&mut self.left_out))
    }
}

/// `build:web` → `build.web.log`: safe on every file system and in CI's artefacts, different for different steps.
pub(super) fn file_name(step: &StepId) -> String {
    use sha2::{Digest, Sha256};

    let id = step.as_str();
    let readable: String = id
        .replacen(':', ".", 1)
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' })
        .take(100)
        .collect();
    let plain = |part: &str| part.chars().all(|c| c.is_ascii_alphanumeric() || "_-".contains(c));
    if id.len() <= 100 && id.splitn(2, ':').all(plain) {
        return format!("{readable}.log");
    }
    let hash = Sha256::digest(id.as_bytes());
    format!("{readable}-{:02x}{:02x}{:02x}{:02x}.log", hash[0], hash[1], hash[2], hash[3])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_thinned_out_and_says_so() {
        let start = Instant::now();
        let mut allowance = Allowance::full(start);
        let sent = (0..15_000).filter(|_| allowance.take(start).is_some()).count();
        assert_eq!(sent, 10_000);
        let later = start + std::time::Duration::from_secs(1);
        assert_eq!(allowance.take(later), Some(5_000));
        assert_eq!((0..15_000).filter(|_| allowance.take(later).is_some()).count(), 1_999);
    }

    #[test]
    fn file_names_are_safe_and_different() {
        let name = |id: &str| file_name(&StepId::new(id, None));
        assert_eq!(name("build:web"), "build.web.log");
        assert_eq!(name("sign"), "sign.log");
        assert_ne!(name("build.web"), name("build:web"));
        assert_ne!(name("base:python:3.12"), name("base:python-3.12"));
        assert!(!name("base:ghcr.io/../x").contains('/'));
        assert!(name(&"x".repeat(500)).len() < 128);
    }
}
