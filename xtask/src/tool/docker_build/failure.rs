//! What went wrong with a build, read from what buildx prints.

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BuildFault {
    /// The engine does not answer.
    NoEngine,
    /// The disk is full.
    DiskFull,
    /// A base image cannot be had: the reference, as far as it is named.
    NoBase(String),
    /// The Dockerfile, or a command in it: where, and what.
    Dockerfile(String),
}

/// Reads the output of a build that failed.
pub fn explain(output: &str) -> BuildFault {
    if [
        "Cannot connect to the Docker daemon",
        "error during connect",
        "failed to connect to the docker API",
    ]
    .iter()
    .any(|text| output.contains(text))
    {
        return BuildFault::NoEngine;
    }
    let error = output
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix("ERROR: "))
        .unwrap_or_default();
    if error.contains("no space left on device") {
        return BuildFault::DiskFull;
    }
    if let Some(reference) = unresolved(error) {
        return BuildFault::NoBase(reference);
    }
    let place = output.lines().rev().map(str::trim).find(|line| is_place(line));
    // The command itself stands in the log, line by line; what counts is how it ended.
    let what = error
        .trim_start_matches("failed to build: ")
        .trim_start_matches("failed to solve: ");
    let what = what.rsplit_once("did not complete successfully: ").map_or(what, |(_, how)| how);
    let what = if what.is_empty() { "the build fails" } else { what };
    BuildFault::Dockerfile(place.map_or_else(|| what.to_owned(), |place| format!("{place}: {what}")))
}

/// `failed to resolve source metadata for REFERENCE: …` and the older `pull access denied`.
fn unresolved(error: &str) -> Option<String> {
    for start in ["failed to resolve source metadata for ", "failed to load metadata for "] {
        if let Some((_, rest)) = error.split_once(start) {
            return Some(rest.split(": ").next().unwrap_or(rest).to_owned());
        }
    }
    None
}

/// `Dockerfile:12`, alone on its line.
fn is_place(line: &str) -> bool {
    line.rsplit_once(':').is_some_and(|(file, number)| {
        !file.is_empty() && !file.contains(char::is_whitespace) && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_command_is_named_by_its_place() {
        let output = "#7 0.2 boom\n------\nweb.Dockerfile:3\n--------------------\n   3 | >>> RUN false\n--------------------\n\
                      ERROR: failed to solve: process \"/bin/sh -c false\" did not complete successfully: exit code: 1\n";
        assert_eq!(explain(output), BuildFault::Dockerfile("web.Dockerfile:3: exit code: 1".to_owned()));
    }

    #[test]
    fn a_base_that_cannot_be_had() {
        let output = "ERROR: failed to solve: failed to resolve source metadata for docker.io/library/python:3: failed to do request: Head \"https://x\": dial tcp";
        assert_eq!(explain(output), BuildFault::NoBase("docker.io/library/python:3".to_owned()));
        let engine = "ERROR: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?";
        assert_eq!(explain(engine), BuildFault::NoEngine);
        assert_eq!(
            explain("ERROR: failed to solve: write /x: no space left on device"),
            BuildFault::DiskFull
        );
        assert_eq!(explain(""), BuildFault::Dockerfile("the build fails".to_owned()));
    }
}
