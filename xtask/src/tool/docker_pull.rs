//! `docker pull`: a reference → an image in the engine's store, or the reason why not.

use super::{CommandLine, push::PushFault};

/// `docker pull REFERENCE`.
pub fn command(reference: &str) -> CommandLine {
    CommandLine::new(["docker", "pull", "--quiet", "--", reference])
}

/// Why an image was not pulled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PullFault {
    /// The engine does not answer.
    NoEngine,
    /// The disk is full.
    DiskFull,
    /// The registry answered, with trouble that may pass: the reason.
    Passing(String),
    /// It will not work now: the reason.
    Final(String),
}

/// Words for a registry that cannot be reached at all. The engine has waited long enough by itself (25 s for one that accepts and never answers):
/// trying again only keeps a closed network waiting.
const UNREACHABLE: [&str; 3] = ["dial tcp", "Client.Timeout exceeded", "TLS handshake timeout"];

/// Reads what `docker pull` wrote to standard error.
pub fn explain(stderr: &str) -> PullFault {
    let reason = reason(stderr);
    if stderr.contains("no space left on device") {
        return PullFault::DiskFull;
    }
    match PushFault::read(stderr) {
        PushFault::Engine => PullFault::NoEngine,
        PushFault::Passing if !UNREACHABLE.iter().any(|sign| stderr.contains(sign)) => PullFault::Passing(reason),
        _ => PullFault::Final(reason),
    }
}

/// `Error response from daemon: Get "https://…": dial tcp: lookup … no such host`: the end says it.
fn reason(stderr: &str) -> String {
    let line = stderr.lines().rev().map(str::trim).find(|line| !line.is_empty());
    let line = line.unwrap_or("no reason given").trim_start_matches("Error response from daemon: ");
    line.rsplit_once("dial tcp")
        .map_or(line, |(_, reason)| reason.trim_start_matches(':').trim())
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unreachable_registry_is_not_asked_again() {
        let cases = [
            (
                "Error response from daemon: Get \"https://x/v2/\": dial tcp: lookup x on 10.0.0.1:53: no such host\n",
                PullFault::Final("lookup x on 10.0.0.1:53: no such host".to_owned()),
            ),
            (
                "Error response from daemon: manifest for x:1 not found: manifest unknown: manifest unknown\n\n",
                PullFault::Final("manifest for x:1 not found: manifest unknown: manifest unknown".to_owned()),
            ),
            (
                "Error response from daemon: toomanyrequests: You have reached your pull rate limit.",
                PullFault::Passing("toomanyrequests: You have reached your pull rate limit.".to_owned()),
            ),
            (
                "Get \"http://x/v2/\": net/http: request canceled (Client.Timeout exceeded while awaiting headers)",
                PullFault::Final(
                    "Get \"http://x/v2/\": net/http: request canceled (Client.Timeout exceeded while awaiting headers)".to_owned(),
                ),
            ),
            (
                "Cannot connect to the Docker daemon at unix:///nope.sock. Is the docker daemon running?",
                PullFault::NoEngine,
            ),
            ("write /var/lib/docker/tmp/x: no space left on device", PullFault::DiskFull),
            ("", PullFault::Final("no reason given".to_owned())),
        ];
        for (stderr, fault) in cases {
            assert_eq!(explain(stderr), fault, "{stderr}");
        }
    }
}
