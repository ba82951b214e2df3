//! Commands that change the machine: shown before they run, their output kept in a file.

use std::{
    fs::{self, File, OpenOptions},
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context as _, bail};
use xshell::Cmd;

use super::Say;

/// How many lines of a failed command's output are shown.
const TAIL: usize = 20;

/// Runs commands in the open.
pub(super) struct Runner<'a, 'b> {
    say: &'a mut Say<'b>,
    log: PathBuf,
}

impl<'a, 'b> Runner<'a, 'b> {
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
    pub fn run(&mut self, cmd: Cmd<'_>) -> anyhow::Result<()> {
        let shown = cmd.to_string();
        (self.say)(&format!("$ {shown}"));
        let mut log = OpenOptions::new().append(true).open(&self.log)?;
        writeln!(log, "$ {shown}")?;
        let start = fs::metadata(&self.log)?.len();
        let mut command = Command::from(cmd);
        let status = command
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .status()
            .with_context(|| format!("cannot run `{shown}`"))?;
        if status.success() {
            return Ok(());
        }
        bail!(
            "`{shown}` fails ({status})\n{}\nthe whole log: {}",
            self.tail(start),
            self.log.display()
        );
    }

    fn tail(&self, start: u64) -> String {
        let bytes = fs::read(&self.log).unwrap_or_default();
        let text = String::from_utf8_lossy(bytes.get(usize::try_from(start).unwrap_or(0)..).unwrap_or_default()).into_owned();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(TAIL)..]
            .iter()
            .map(|line| format!("    {line}"))
            .collect::<Vec<_>>()
            .join("\n")
    }
}
