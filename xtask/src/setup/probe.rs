//! Asking a program for its version, with a deadline: a daemon that hangs must not hang the question.

use std::{ffi::OsString, sync::mpsc, thread, time::Duration};

use semver::Version;
use xshell::{Shell, cmd};

/// How long a program may take to say its version.
const PATIENCE: Duration = Duration::from_secs(20);

/// What a program says on standard output; `None` if it is not there, fails, or does not answer in time.
pub(super) fn ask(program: impl Into<OsString>, args: &[&str]) -> Option<String> {
    let (program, args): (OsString, Vec<String>) = (program.into(), args.iter().map(|arg| (*arg).to_owned()).collect());
    let (answer, answered) = mpsc::channel();
    thread::spawn(move || {
        let said = Shell::new()
            .ok()
            .and_then(|shell| cmd!(shell, "{program} {args...}").quiet().ignore_stderr().read().ok());
        // Nobody waits any more: then nobody wants it.
        let _ = answer.send(said);
    });
    answered.recv_timeout(PATIENCE).ok().flatten()
}

/// The first version in a text: `Haskell Dockerfile Linter 2.15.1`, `Version: 0.76.0`, `v0.13.1`, `26.1.5+dfsg1`.
pub(super) fn version(text: &str) -> Option<Version> {
    let words = text.split(|c: char| c.is_whitespace() || c == ',');
    words.map(|word| word.trim_start_matches('v')).find_map(|word| {
        let numbers = word.split(['+', '-', '~']).next()?;
        let mut parts = numbers.split('.').map(|part| part.parse().ok());
        let version = Version::new(parts.next()??, parts.next()??, parts.next().unwrap_or(Some(0))?);
        Some(version)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_as_tools_say_them() {
        let is = |text: &str, expected: (u64, u64, u64)| {
            assert_eq!(version(text), Some(Version::new(expected.0, expected.1, expected.2)), "{text}")
        };
        is("Haskell Dockerfile Linter 2.15.1", (2, 15, 1));
        is("Version: 0.76.0\nVulnerability DB:\n", (0, 76, 0));
        is("github.com/docker/buildx 0.13.1+ds1-3 abc", (0, 13, 1));
        is("26.1.5+dfsg1", (26, 1, 5));
        is("mmdebstrap 1.3.5", (1, 3, 5));
        assert_eq!(version("command not found"), None);
    }

    #[test]
    fn a_program_that_is_not_there_says_nothing() {
        assert_eq!(ask("no-such-program-anywhere", &["--version"]), None);
    }
}
