//! From what a tool said to how it is. Pure.

use semver::Version;

use crate::{pipeline::ToolSpec, tool::trivy::TrivyVersion};

use super::{State, ToolStatus, advice, machine::Machine, probe::Answer, tool_store::Stored, version};

/// Where the docker client looks for its engine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Endpoint {
    /// The engine of this machine.
    #[default]
    Local,
    /// Somewhere else, by `DOCKER_HOST` or a docker context.
    Elsewhere(String),
}

impl Endpoint {
    /// From what `docker context inspect` says.
    pub fn read(host: Option<&str>) -> Self {
        match host {
            None | Some("" | "unix:///var/run/docker.sock" | "unix:///run/docker.sock") => Self::Local,
            Some(host) => Self::Elsewhere(host.to_owned()),
        }
    }
}

impl ToolStatus {
    /// A tool that is not there, until it is found.
    pub(super) fn new(name: &'static str, spec: Option<&ToolSpec>, hint: String) -> Self {
        Self {
            name,
            state: State::Missing,
            version: None,
            wanted: spec.map(|spec| spec.written.clone()),
            path: None,
            installed: false,
            reason: None,
            hint: Some(hint),
            optional: false,
        }
    }

    /// Says where it is.
    pub(super) fn at(mut self, path: Option<std::path::PathBuf>) -> Self {
        self.path = path;
        self
    }

    fn not_ready(mut self, state: State, reason: impl Into<String>) -> Self {
        (self.state, self.reason) = (state, Some(reason.into()));
        self
    }

    fn hinting(mut self, hint: String) -> Self {
        self.hint = Some(hint);
        self
    }

    /// It is there, at this version: is that the right one?
    fn found(mut self, version: &Version, spec: Option<&ToolSpec>) -> Self {
        self.version = Some(version.to_string());
        let tampered = (self.name == "trivy").then(|| {
            let (version, database) = (version.clone(), None);
            TrivyVersion { version, database }.refused()
        });
        if let Some(reason) = tampered.flatten() {
            return self.not_ready(State::Refused, format!("is refused: {reason}"));
        }
        if let Some(spec) = spec.filter(|spec| !spec.matches(version)) {
            let reason = format!("is {version}, and pipeline.toml asks for {}", spec.written);
            return self.not_ready(State::WrongVersion, reason);
        }
        (self.state, self.hint) = (State::Ready, None);
        self
    }
}

/// A tool that says its version.
pub(super) fn tool(status: ToolStatus, spec: Option<&ToolSpec>, answer: &Answer) -> ToolStatus {
    match answer {
        Answer::Said(text) => match version::read(text) {
            Some(version) => status.found(&version, spec),
            None => status.not_ready(State::WrongVersion, format!("says no version: `{}`", first_line(text))),
        },
        Answer::Absent => status,
        // `docker buildx` without buildx fails, too; that the program is broken is rarer, and its words tell.
        Answer::Failed(text) => status.not_ready(State::Missing, format!("is missing: `{}`", first_line(text))),
        Answer::Silent => status.not_ready(State::Unreachable, "does not answer"),
    }
}

/// A tool of `.xtask/tools`.
pub(super) fn stored(status: ToolStatus, spec: Option<&ToolSpec>, stored: &Stored) -> ToolStatus {
    match stored {
        Stored::Pinned(pin) => status.found(&pin.parsed(), spec),
        Stored::Unknown(hash) => {
            let hash = hash.as_deref().unwrap_or("not to be read");
            status.not_ready(
                State::Refused,
                format!("is refused: the file is none of the pinned binaries, its SHA-256 is {hash}"),
            )
        }
        Stored::Absent => status,
    }
}

/// The docker client. Others go by its name.
pub(super) fn client(status: ToolStatus, spec: Option<&ToolSpec>, answer: &Answer) -> ToolStatus {
    match answer.text() {
        Some(text) if !text.starts_with("Docker version") => status.not_ready(
            State::WrongVersion,
            format!("is something else by that name: `{}`", first_line(text)),
        ),
        _ => tool(status, spec, answer),
    }
}

/// The engine, as the client finds it.
pub(super) fn engine(status: ToolStatus, spec: Option<&ToolSpec>, answer: &Answer, endpoint: &Endpoint, machine: &Machine) -> ToolStatus {
    let status = status.hinting(advice::docker(machine));
    match (answer, endpoint) {
        (Answer::Said(_), _) => tool(status, spec, answer).keep_running(),
        (_, Endpoint::Elsewhere(host)) => status
            .not_ready(State::Unreachable, format!("does not answer at `{host}`"))
            .hinting("start it there, or choose another by DOCKER_HOST or `docker context use default`".to_owned()),
        (Answer::Silent, Endpoint::Local) => status
            .not_ready(State::Unreachable, "takes requests and does not answer them")
            .hinting("restart it, for instance by: sudo systemctl restart docker".to_owned()),
        (Answer::Failed(text), Endpoint::Local) if text.to_lowercase().contains("permission denied") => status
            .not_ready(State::Unreachable, "does not let you in")
            .hinting("sudo usermod -aG docker $USER, and log in anew".to_owned()),
        (_, Endpoint::Local) if machine.daemon.is_some() => status
            .not_ready(State::Stopped, "is installed and does not run")
            .hinting(advice::start(machine)),
        _ => status,
    }
}

impl ToolStatus {
    /// A running engine is never touched: one that is too old is for people to replace.
    fn keep_running(self) -> Self {
        if self.state == State::WrongVersion {
            let hint = "replace it by a newer one, when what runs in it may stop: https://docs.docker.com/engine/install/";
            return self.hinting(hint.to_owned());
        }
        self
    }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::setup::machine::System;

    fn spec(written: &str) -> ToolSpec {
        ToolSpec::parse(written).unwrap()
    }

    fn said(text: &str) -> Answer {
        Answer::Said(text.to_owned())
    }

    fn failed(text: &str) -> Answer {
        Answer::Failed(text.to_owned())
    }

    fn status(name: &'static str) -> ToolStatus {
        ToolStatus::new(name, None, "hint".to_owned())
    }

    fn machine() -> Machine {
        Machine {
            system: System::Debian,
            root: true,
            systemd: false,
            daemon: Some("/usr/sbin/dockerd".into()),
            lacks_apparmor: false,
        }
    }

    #[test]
    fn a_version_is_right_wrong_or_refused() {
        let judged = |text: &str, written: &str| tool(status("trivy"), Some(&spec(written)), &said(text)).state;
        assert_eq!(judged("Version: 0.76.0", "0.76.0"), State::Ready);
        assert_eq!(judged("Version: 0.75.0", "0.76.0"), State::WrongVersion);
        assert_eq!(judged("Version: 0.69.5", "0.69.5"), State::Refused);
        assert_eq!(judged("no idea", "0.76.0"), State::WrongVersion);
        assert_eq!(tool(status("trivy"), None, &said("Version: 0.69.4")).state, State::Refused);
        assert_eq!(tool(status("x"), None, &Answer::Absent).state, State::Missing);
        assert_eq!(tool(status("x"), None, &Answer::Silent).state, State::Unreachable);
        assert_eq!(tool(status("x"), None, &said("1.2.3")).hint, None, "there is nothing to type");
    }

    #[test]
    fn what_is_none_of_the_pinned_binaries_is_refused() {
        let judged = stored(status("trivy"), None, &Stored::Unknown(Some("00ff".to_owned())));
        assert_eq!(judged.state, State::Refused);
        assert!(judged.reason.unwrap().contains("00ff"));
    }

    #[test]
    fn podman_by_the_name_of_docker_is_not_docker() {
        let docker = |text: &str| client(status("docker"), Some(&spec(">=23")), &said(text)).state;
        assert_eq!(docker("Docker version 28.2.2, build e6534b4"), State::Ready);
        assert_eq!(docker("Docker version 20.10.24, build 297e128"), State::WrongVersion);
        assert_eq!(docker("podman version 24.0.0"), State::WrongVersion);
    }

    #[test]
    fn an_engine_that_does_not_answer_has_its_reason() {
        let judged = |answer: &Answer, endpoint: Endpoint, machine: &Machine| {
            let judged = engine(status("docker engine"), Some(&spec(">=23")), answer, &endpoint, machine);
            (judged.state, judged.hint.unwrap_or_default())
        };
        let local = || Endpoint::Local;
        let down = failed("Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?");
        let nothing = Machine { daemon: None, ..machine() };
        assert_eq!(judged(&said("26.1.5+dfsg1"), local(), &machine()).0, State::Ready);
        assert_eq!(judged(&down, local(), &machine()).0, State::Stopped);
        assert_eq!(judged(&down, local(), &nothing).0, State::Missing);
        assert_eq!(judged(&Answer::Absent, local(), &nothing).0, State::Missing);
        let (_, hint) = judged(&failed("permission denied while trying to connect"), local(), &machine());
        assert!(hint.contains("usermod"), "{hint}");
        let (_, hint) = judged(&down, Endpoint::read(Some("tcp://10.0.0.1:2376")), &machine());
        assert!(hint.contains("DOCKER_HOST"), "{hint}");
        let (state, hint) = judged(&said("20.10.24"), local(), &machine());
        assert_eq!(state, State::WrongVersion);
        assert!(hint.contains("replace it"), "{hint}");
    }
}
