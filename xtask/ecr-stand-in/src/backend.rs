//! The real registry behind: a `docker-registry` of the stand-in's own, on a free port, with a folder that goes with it.
//!
//! It lets in everybody and knows no tags: who may do what, and what a tag stands for, is decided before it is asked.

mod connection;

pub(crate) use connection::{Connection, Relay};

use std::{
    fs,
    io::{self, BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    thread,
};

use anyhow::{Context as _, bail};
use tempfile::TempDir;

const ANNOUNCEMENT: &str = "listening on 127.0.0.1:";

/// A running registry; it and what it holds are gone when it is dropped.
#[derive(Debug)]
pub(crate) struct Backend {
    child: Child,
    port: u16,
    _folder: TempDir,
}

impl Backend {
    /// Starts one, and waits until it listens.
    pub(crate) fn start() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let config = folder.path().join("config.yml");
        let storage = folder.path().join("storage");
        let text = format!(
            "version: 0.1\nlog: {{level: info}}\nstorage: {{filesystem: {{rootdirectory: {}}}}}\nhttp: {{addr: '127.0.0.1:0'}}\n",
            storage.display()
        );
        fs::write(&config, text)?;
        let mut command = Command::new("docker-registry");
        command.arg("serve").arg(&config);
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
        let child = child.context("`docker-registry` cannot be started; it is Debian's package of that name")?;
        // From here on dropping it ends the child.
        let mut backend = Self {
            child,
            port: 0,
            _folder: folder,
        };
        backend.port = backend.await_port()?;
        Ok(backend)
    }

    fn await_port(&mut self) -> anyhow::Result<u16> {
        let stderr = self.child.stderr.take().context("`docker-registry` has no standard error")?;
        let mut lines = BufReader::new(stderr);
        let mut said = String::new();
        loop {
            let mut line = String::new();
            if lines.read_line(&mut line)? == 0 {
                bail!("`docker-registry` ends before it listens:\n{said}");
            }
            if let Some((_, rest)) = line.split_once(ANNOUNCEMENT) {
                let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
                // A registry nobody listens to would stop once the pipe is full.
                thread::spawn(move || io::copy(&mut lines, &mut io::sink()));
                return Ok(digits.parse()?);
            }
            said.push_str(&line);
        }
    }

    /// The way to it.
    pub(crate) fn connection(&self) -> Connection {
        Connection { port: self.port }
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
