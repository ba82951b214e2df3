//! A server program of a test's own: on a port of its own choosing, ended by its own process id.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
    thread,
};

/// A running server; ended when dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// The port it listens on.
    pub port: u16,
}

impl Server {
    /// Starts a program and waits until it writes a line to standard error with `announcement` in it, which the port follows.
    pub fn start(command: &mut Command, announcement: &str) -> Self {
        let name = command.get_program().to_string_lossy().into_owned();
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
        let child = child.unwrap_or_else(|error| panic!("`{name}` is needed for this test: {error}"));
        let mut server = Self { child, port: 0 };
        let mut lines = BufReader::new(server.child.stderr.take().unwrap());
        let mut said = String::new();
        loop {
            let mut line = String::new();
            assert!(lines.read_line(&mut line).unwrap() > 0, "`{name}` ends before it listens:\n{said}");
            if let Some((_, rest)) = line.split_once(announcement) {
                let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
                server.port = digits.parse().unwrap();
                // A server nobody listens to would stop once the pipe is full.
                thread::spawn(move || lines.read_to_end(&mut Vec::new()));
                return server;
            }
            said.push_str(&line);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
