//! Commands that change the machine: shown before they run, their output kept in a file, none of them without end.

use std::{
    fs::{self, File, OpenOptions},
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use crate::tool::CommandLine;
use anyhow::Context as _;

use super::{Say, process};

/// How many lines of a failed command's output are shown.
const TAIL: usize = 20;
/// How long one command may take; the slowest are downloads.
const PATIENCE: Duration = Duration::from_mins(20);
/// How long to wait before another try of what may pass by itself.
const PAUSES: [Duration; 2] = [Duration::from_secs(5), Duration::from_secs(20)];

/// Runs commands in the open.
pub(super) struct Runner<'a, 'b> {
    say: &'a mut Say<'b>,
    log: PathBuf,
}

/// A command that failed.
pub(super) struct Failed {
    error: anyhow::Error,
    /// What it wrote.
    pub output: String,
}

impl<'a, 'b> Runner<'a, 'b> {
    /// With a log in the folder of the pipeline.
    pub fn new(root: &Path, say: &'a mut Say<'b>) -> anyhow::Result<Self> {
        let folder = root.join("target/xtask");
        fs::create_dir_all(&folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
        let log = folder.join("setup.log");
        File::create(&log).with_context(|| format!("cannot write `{}`", log.display()))?;
        Ok(Self { say, log })
    }

    /// Says something.
    pub fn say(&mut self, text: &str) {
        (self.say)(text);
    }

    /// Runs a command to its end; an error names it, and shows the end of what it wrote.
    pub fn run(&mut self, line: &CommandLine) -> anyhow::Result<()> {
        self.run_once(line)?.map_err(|failed| failed.error)
    }

    /// The same, and once more after a pause where the failure `is_transient` by what the command wrote.
    pub fn run_retrying(&mut self, line: &CommandLine, is_transient: fn(&str) -> bool) -> anyhow::Result<()> {
        for pause in PAUSES {
            match self.run_once(line)? {
                Ok(()) => return Ok(()),
                Err(failed) if is_transient(&failed.output) => {
                    let last = failed.output.trim_end().lines().next_back().unwrap_or_default().to_owned();
                    self.say(&format!("that failed ({last}); another try in {} s", pause.as_secs()));
                    thread::sleep(pause);
                }
                Err(failed) => return Err(failed.error),
            }
        }
        self.run(line)
    }

    /// `Err` outside if the command cannot be run at all, inside if it fails.
    fn run_once(&mut self, line: &CommandLine) -> anyhow::Result<Result<(), Failed>> {
        let shown = line.to_string();
        let (program, args) = line.argv.split_first().context("the command is empty")?;
        self.say(&format!("$ {shown}"));
        let mut log = OpenOptions::new().append(true).open(&self.log)?;
        writeln!(log, "$ {shown}")?;
        let start = log.metadata()?.len();
        let mut command = Command::new(program);
        command
            .args(args)
            .envs(&line.env)
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log);
        let ended = match process::run(command, PATIENCE).with_context(|| format!("cannot run `{shown}`"))? {
            Some(status) if status.success() => return Ok(Ok(())),
            Some(status) => status.to_string(),
            None => format!("killed after {} minutes", PATIENCE.as_secs() / 60),
        };
        let output = self.written_since(start);
        let log = self.log.display();
        let error = anyhow::anyhow!("`{shown}` fails ({ended})\n{}\nthe whole log is `{log}`", tail(&output));
        Ok(Err(Failed { error, output }))
    }

    fn written_since(&self, start: u64) -> String {
        let bytes = fs::read(&self.log).unwrap_or_default();
        let start = usize::try_from(start).unwrap_or(usize::MAX).min(bytes.len());
        String::from_utf8_lossy(&bytes[start..]).into_owned()
    }
}

/// The last lines of a text, indented.
pub(super) fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let last = lines[lines.len().saturating_sub(TAIL)..].iter().map(|line| format!("    {line}"));
    last.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use xshell::{Shell, cmd};

    use super::*;

    fn run(script: &str) -> (anyhow::Result<()>, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        let mut said = Vec::new();
        let mut say = |line: &str| said.push(line.to_owned());
        let shell = Shell::new().unwrap();
        let line = CommandLine::from(cmd!(shell, "sh -c {script}"));
        let result = Runner::new(folder.path(), &mut say).unwrap().run(&line);
        (result, said)
    }

    #[test]
    fn what_runs_is_shown_and_what_fails_shows_its_end() {
        let (result, said) = run("true");
        result.unwrap();
        assert_eq!(said, ["$ sh -c true"]);
        let (result, _) = run("seq 1 100; echo cannot >&2; exit 100");
        let error = result.unwrap_err().to_string();
        assert!(
            error.contains("exit status: 100") && error.contains("    cannot") && error.contains("    82\n"),
            "{error}"
        );
        assert!(!error.contains("    81\n"), "{error}");
    }
}
