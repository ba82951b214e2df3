//! The folder of a run, `target/xtask/runs/ID/`: who may write there, what happened in it, and how many are kept.
//!
//! A run holds a lock on its folder for as long as its process lives; that is how another run knows what it may tidy away.

use std::{
    fs::{self, File, OpenOptions},
    hash::{BuildHasher, RandomState},
    io::{self, Write},
    path::{Path, PathBuf},
    process,
    time::Instant,
};

use serde::Serialize;

use super::{Event, EventJson, Failure};

/// How many runs are kept, the present one included.
const KEPT: usize = 20;
const LOCK: &str = "lock";

/// The record of one run.
#[derive(Debug)]
pub struct Journal {
    run_id: String,
    folder: PathBuf,
    events: File,
    since: Instant,
    /// Held, not read: it is released when the process ends, however it ends.
    _lock: File,
}

impl Journal {
    /// Makes a new run's folder in `runs` (`target/xtask/runs`), and tidies old ones away.
    pub fn create(runs: &Path) -> Result<Self, Failure> {
        let journal = Self::open(runs).map_err(|error| cannot_write(runs, &error))?;
        prune(runs, &journal.run_id);
        Ok(journal)
    }

    fn open(runs: &Path) -> io::Result<Self> {
        fs::create_dir_all(runs)?;
        let (run_id, folder) = loop {
            let run_id = new_id();
            let folder = runs.join(&run_id);
            match fs::create_dir(&folder) {
                Ok(()) => break (run_id, folder),
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error),
            }
        };
        let lock = File::create(folder.join(LOCK))?;
        // A file system without locks is no reason not to run.
        let _ = lock.try_lock();
        fs::create_dir(folder.join("logs"))?;
        Ok(Self {
            run_id,
            events: OpenOptions::new().create(true).append(true).open(folder.join("events.jsonl"))?,
            folder,
            since: Instant::now(),
            _lock: lock,
        })
    }

    /// The run's id: sorts by time, and no two runs share one.
    pub fn run_id(&self) -> &str {
        &self.run_id
    }

    /// The run's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Adds an event to `events.jsonl`. Lines of output are left out: the logs have them.
    pub fn record(&mut self, event: &Event) -> Result<(), Failure> {
        if matches!(event, Event::Output { .. }) {
            return Ok(());
        }
        let at = u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX);
        let write = || -> io::Result<()> {
            let mut line = serde_json::to_vec(&EventJson::new(event, at))?;
            line.push(b'\n');
            // One write a line: whoever reads along never sees half of one.
            (&self.events).write_all(&line)
        };
        write().map_err(|error| cannot_write(&self.folder.join("events.jsonl"), &error))
    }

    /// Writes a document such as `plan.json` or `report.json`; it is there as a whole or not at all.
    pub fn write(&self, name: &str, document: &impl Serialize) -> Result<(), Failure> {
        let path = self.folder.join(name);
        let write = || -> io::Result<()> {
            let mut text = serde_json::to_vec_pretty(document)?;
            text.push(b'\n');
            let new = self.folder.join(format!("{name}.new"));
            fs::write(&new, text)?;
            fs::rename(&new, &path)
        };
        write().map_err(|error| cannot_write(&path, &error))
    }
}

fn cannot_write(path: &Path, error: &io::Error) -> Failure {
    Failure::machine(format!("`{}` cannot be written: {error}", path.display())).hint("free some space, or make the folder writable")
}

/// `20260807T101112Z-12345-3f9a`: UTC time, process, and chance, for machines that share an engine or a folder.
fn new_id() -> String {
    let now = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ");
    let chance = RandomState::new().hash_one(process::id()) & 0xffff;
    format!("{now}-{}-{chance:04x}", process::id())
}

/// Removes all but the newest runs, and none that a live process holds. What cannot be removed stays until next time.
fn prune(runs: &Path, own: &str) {
    let Ok(entries) = fs::read_dir(runs) else { return };
    let mut ids: Vec<_> = entries
        .filter_map(Result::ok)
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|id| looks_like_an_id(id))
        .collect();
    ids.sort_unstable_by(|a, b| b.cmp(a));
    for id in ids.iter().skip(KEPT).filter(|id| *id != own) {
        let folder = runs.join(id);
        let free = match File::open(folder.join(LOCK)) {
            Ok(lock) => lock.try_lock().is_ok(),
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        };
        if free {
            let _ = fs::remove_dir_all(&folder);
        }
    }
}

/// Nothing that a person put there is ever removed.
fn looks_like_an_id(name: &str) -> bool {
    name.split_once('-')
        .is_some_and(|(time, _)| time.len() == 16 && time.ends_with('Z') && time.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{exec::FailureClass, plan::StepId};

    #[test]
    fn two_runs_in_one_second_are_different() {
        let runs = tempfile::tempdir().unwrap();
        let journals: Vec<_> = (0..10).map(|_| Journal::create(runs.path()).unwrap()).collect();
        let mut folders: Vec<_> = journals.iter().map(Journal::folder).collect();
        folders.dedup();
        assert_eq!(folders.len(), 10);
        assert!(looks_like_an_id(journals[0].run_id()), "{}", journals[0].run_id());
    }

    #[test]
    fn the_newest_runs_and_live_ones_are_kept() {
        let runs = tempfile::tempdir().unwrap();
        for minute in 10..40 {
            let folder = runs.path().join(format!("20200101T00{minute}00Z-1-0000"));
            fs::create_dir(&folder).unwrap();
            fs::write(folder.join(LOCK), "").unwrap();
        }
        fs::create_dir(runs.path().join("mine")).unwrap();
        let live = File::open(runs.path().join("20200101T001000Z-1-0000/lock")).unwrap();
        live.try_lock().unwrap();
        let journal = Journal::create(runs.path()).unwrap();
        let mut left: Vec<_> = fs::read_dir(runs.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left.len(), KEPT + 2);
        assert_eq!(left[0], "20200101T001000Z-1-0000", "it is held");
        assert_eq!(left[1], "20200101T002100Z-1-0000");
        assert_eq!(left[KEPT], journal.run_id());
        assert_eq!(left[KEPT + 1], "mine");
    }

    #[test]
    fn events_are_lines_and_output_is_not_written_twice() {
        let runs = tempfile::tempdir().unwrap();
        let mut journal = Journal::create(runs.path()).unwrap();
        let step = StepId::new("build", Some("web"));
        journal.record(&Event::Started { step: step.clone() }).unwrap();
        let line = "hello".to_owned();
        journal.record(&Event::Output { step, line }).unwrap();
        journal.record(&Event::Interrupted { signal: 2 }).unwrap();
        let text = fs::read_to_string(journal.folder().join("events.jsonl")).unwrap();
        let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 2);
        assert_eq!((&lines[0]["event"], &lines[0]["step"]), (&"started".into(), &"build:web".into()));
        assert_eq!(lines[1]["signal"], 2);
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_the_machine_s_failure() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("file"), "").unwrap();
        let failure = Journal::create(&folder.path().join("file/runs")).unwrap_err();
        assert_eq!(failure.class, FailureClass::Machine);
        assert!(failure.message.contains("cannot be written"), "{}", failure.message);
    }
}
