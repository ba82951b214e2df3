//! Looking for the tools, all at once.

use std::thread;

use semver::Version;

use crate::{pipeline::ToolSpec, tool::trivy::TrivyVersion};

use super::{Inspection, Request, State, ToolStatus, ToolStore, engine, pins, probe, tool_store::Stored};

/// Looks for the tools a request needs.
pub fn inspect(request: &Request<'_>) -> Inspection {
    let needs = request.needs;
    let store = &ToolStore::new(request.root);
    let tools = thread::scope(|scope| {
        let hadolint = needs
            .hadolint
            .then(|| scope.spawn(|| pinned("hadolint", request.tools.hadolint.as_ref(), store)));
        let trivy = needs
            .trivy
            .then(|| scope.spawn(|| pinned("trivy", request.tools.trivy.as_ref(), store)));
        let docker = needs.docker.then(|| scope.spawn(|| vec![client()]));
        let engine = needs
            .docker
            .then(|| scope.spawn(|| vec![docker_engine(request.tools.docker.as_ref())]));
        let buildx = needs.docker.then(|| scope.spawn(|| vec![buildx()]));
        let mmdebstrap = needs.mmdebstrap.then(|| scope.spawn(|| vec![mmdebstrap()]));
        let one = |tool: thread::ScopedJoinHandle<'_, ToolStatus>| tool.join().ok();
        let many = |tools: thread::ScopedJoinHandle<'_, Vec<ToolStatus>>| tools.join().unwrap_or_default();
        let pinned = [hadolint, trivy].into_iter().flatten().filter_map(one);
        let others = [docker, engine, buildx, mmdebstrap].into_iter().flatten().flat_map(many);
        pinned.chain(others).collect()
    });
    Inspection { schema: 1, tools }
}

/// hadolint or trivy: ours if it was installed, else the one on PATH.
fn pinned(name: &'static str, spec: Option<&ToolSpec>, store: &ToolStore) -> ToolStatus {
    let mut status = ToolStatus {
        name,
        state: State::Missing,
        version: None,
        wanted: spec.map(|spec| spec.written.clone()),
        path: None,
        hint: Some(by_hand(name, spec)),
        optional: false,
    };
    match store.find(name) {
        Stored::Changed { path } => {
            status.state = State::Refused;
            status.hint = Some(format!(
                "`{}` is not what was installed; remove it and install anew",
                path.display()
            ));
            status.path = Some(path);
            return status;
        }
        Stored::Intact { path, version } => {
            let parsed = Version::parse(&version).ok();
            status.state = judge(parsed.as_ref(), spec);
            status.path = Some(path);
            status.version = Some(version);
        }
        Stored::Absent => {}
    }
    if status.state != State::Ready {
        // Installed for another pin, or never: the system may have the right one.
        let on_path = probe::ask(name, &["--version"]).as_deref().and_then(probe::version);
        let state = judge(on_path.as_ref(), spec);
        if state == State::Ready || status.state == State::Missing {
            status.state = state;
            status.version = on_path.map(|version| version.to_string());
            status.path = None;
        }
    }
    refuse_compromised(&mut status);
    status
}

/// CVE-2026-33634: these releases of trivy were malicious.
fn refuse_compromised(status: &mut ToolStatus) {
    let version = status
        .version
        .as_deref()
        .filter(|_| status.name == "trivy")
        .and_then(|version| Version::parse(version).ok());
    if let Some(reason) = version.and_then(|version| TrivyVersion { version, database: None }.refused()) {
        status.state = State::Refused;
        status.hint = Some(reason);
    }
}

/// What to type for hadolint or trivy.
pub(super) fn by_hand(name: &str, spec: Option<&ToolSpec>) -> String {
    let Some(spec) = spec else {
        return format!("install {name}, or pin its version under `[tools]` and run `cargo xtask setup --install`");
    };
    if pins::find(name, &spec.written).is_some() {
        "cargo xtask setup --install".to_owned()
    } else {
        format!(
            "this build knows no hash of {name} {} for this platform: put that version on PATH yourself",
            spec.written
        )
    }
}

fn client() -> ToolStatus {
    let said = probe::ask("docker", &["--version"]).unwrap_or_default();
    status("docker", probe::version(&said), None, engine::how_to_get())
}

fn docker_engine(spec: Option<&ToolSpec>) -> ToolStatus {
    let said = probe::ask("docker", &["version", "--format", "{{.Server.Version}}"]).unwrap_or_default();
    status("docker engine", probe::version(&said), spec, engine::how_to_start())
}

fn buildx() -> ToolStatus {
    let said = probe::ask("docker", &["buildx", "version"]).unwrap_or_default();
    status("docker buildx", probe::version(&said), None, engine::how_to_get())
}

fn mmdebstrap() -> ToolStatus {
    let said = probe::ask("mmdebstrap", &["--version"]).unwrap_or_default();
    let hint = "apt-get install mmdebstrap (builds stand-ins for base images where their registry cannot be reached)".to_owned();
    ToolStatus {
        optional: true,
        ..status("mmdebstrap", probe::version(&said), None, hint)
    }
}

fn status(name: &'static str, version: Option<Version>, spec: Option<&ToolSpec>, hint: String) -> ToolStatus {
    let state = judge(version.as_ref(), spec);
    ToolStatus {
        name,
        state,
        version: version.map(|version| version.to_string()),
        wanted: spec.map(|spec| spec.written.clone()),
        path: None,
        hint: Some(hint),
        optional: false,
    }
}

fn judge(version: Option<&Version>, spec: Option<&ToolSpec>) -> State {
    match version {
        None => State::Missing,
        Some(version) if spec.is_none_or(|spec| spec.matches(version)) => State::Ready,
        Some(_) => State::WrongVersion,
    }
}
