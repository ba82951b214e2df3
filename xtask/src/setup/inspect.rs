//! Looking for the tools, all at once: each is asked for its version, and those we installed are hashed.

use std::thread;

use semver::Version;

use crate::pipeline::ToolSpec;

use super::{
    Inspection, Request, State, ToolStatus, advice,
    judge::{self, Endpoint},
    machine::Machine,
    probe,
    tool_store::{Stored, ToolStore},
    version,
};

/// Looks for the tools a request needs.
pub fn inspect(request: &Request<'_>) -> Inspection {
    let (needs, tools) = (request.needs, request.tools);
    let (machine, store) = (&Machine::read(), &ToolStore::new(request.root));
    let docker = tools.docker.as_ref();
    let statuses = thread::scope(|scope| {
        let all = [
            needs
                .hadolint
                .then(|| scope.spawn(|| pinned("hadolint", tools.hadolint.as_ref(), store))),
            needs.trivy.then(|| scope.spawn(|| pinned("trivy", tools.trivy.as_ref(), store))),
            needs.docker.then(|| scope.spawn(|| client(docker, machine))),
            needs.docker.then(|| scope.spawn(|| engine(docker, machine))),
            needs.docker.then(|| scope.spawn(|| buildx(machine))),
            needs.mmdebstrap.then(|| scope.spawn(|| mmdebstrap(machine))),
        ];
        let joined = all.into_iter().flatten().map(thread::ScopedJoinHandle::join);
        joined
            .map(|status| status.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    Inspection {
        schema: 1,
        tools: statuses,
    }
}

/// The engine that answers, if one does.
pub(super) fn engine_version() -> Option<Version> {
    version::read(ask_engine().text()?)
}

fn ask_engine() -> probe::Answer {
    probe::ask("docker", &["version", "--format", "{{.Server.Version}}"])
}

/// hadolint or trivy: ours if it is what is asked for, else the one on `PATH`. A binary of ours that changed is never passed over in silence.
fn pinned(name: &'static str, spec: Option<&ToolSpec>, store: &ToolStore) -> ToolStatus {
    let hint = || advice::pinned(name, spec);
    let stored = store.find(name);
    let ours = || {
        let mut status = ToolStatus::new(name, spec, hint()).at(Some(store.path(name)));
        status.installed = true;
        judge::stored(status, spec, &stored)
    };
    let elsewhere = || {
        let answer = probe::ask(name, &["--version"]);
        judge::tool(ToolStatus::new(name, spec, hint()).at(probe::find(name)), spec, &answer)
    };
    match stored {
        Stored::Absent => elsewhere(),
        Stored::Unknown(_) => ours(),
        Stored::Pinned(_) => Some(ours())
            .filter(|ours| ours.state == State::Ready)
            .or_else(|| Some(elsewhere()).filter(|elsewhere| elsewhere.state == State::Ready))
            .unwrap_or_else(ours),
    }
}

fn client(spec: Option<&ToolSpec>, machine: &Machine) -> ToolStatus {
    let status = ToolStatus::new("docker", spec, advice::docker(machine)).at(probe::find("docker"));
    judge::client(status, spec, &probe::ask("docker", &["--version"]))
}

fn engine(spec: Option<&ToolSpec>, machine: &Machine) -> ToolStatus {
    let answer = ask_engine();
    // Where it looked matters only if nobody was there.
    let endpoint = if answer.text().is_some() {
        Endpoint::default()
    } else {
        let host = probe::ask("docker", &["context", "inspect", "--format", "{{.Endpoints.docker.Host}}"]);
        Endpoint::read(host.text())
    };
    judge::engine(
        ToolStatus::new("docker engine", spec, String::new()),
        spec,
        &answer,
        &endpoint,
        machine,
    )
}

fn buildx(machine: &Machine) -> ToolStatus {
    let status = ToolStatus::new("docker buildx", None, advice::docker(machine));
    judge::tool(status, None, &probe::ask("docker", &["buildx", "version"]))
}

fn mmdebstrap(machine: &Machine) -> ToolStatus {
    let mut status = ToolStatus::new("mmdebstrap", None, advice::mmdebstrap(machine)).at(probe::find("mmdebstrap"));
    status.optional = true;
    judge::tool(status, None, &probe::ask("mmdebstrap", &["--version"]))
}
