//! What kind of machine this is: all that decides how a tool gets onto it. Read once; everything that judges by it is pure.

use std::{fs, path::Path, path::PathBuf};

use super::probe;

/// What matters of a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Machine {
    /// Its kind.
    pub system: System,
    /// Whether we may change it.
    pub root: bool,
    /// Whether systemd runs its services.
    pub systemd: bool,
    /// The docker daemon's program, if it is installed.
    pub daemon: Option<PathBuf>,
    /// Whether the kernel enforces `AppArmor` profiles and the program that loads them is not there: no container would start.
    pub lacks_apparmor: bool,
}

/// Kinds of system, by how software is installed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum System {
    /// Debian, Ubuntu and what derives from them: apt.
    Debian,
    /// Fedora and its like: dnf.
    Fedora,
    /// Arch: pacman.
    Arch,
    /// Alpine: apk.
    Alpine,
    /// macOS: brew.
    MacOs,
    /// Anything else.
    Other,
}

impl Machine {
    /// Looks at this machine.
    pub fn read() -> Self {
        let release = ["/etc/os-release", "/usr/lib/os-release"]
            .into_iter()
            .find_map(|path| fs::read_to_string(path).ok());
        let system = match release {
            _ if cfg!(target_os = "macos") => System::MacOs,
            None => System::Other,
            Some(release) => match System::of(&release) {
                System::Debian if probe::find("apt-get").is_none() => System::Other,
                system => system,
            },
        };
        let enforced = fs::read_to_string("/sys/module/apparmor/parameters/enabled").is_ok_and(|enabled| enabled.trim() == "Y");
        Self {
            system,
            root: rustix::process::geteuid().is_root(),
            systemd: Path::new("/run/systemd/system").exists(),
            daemon: installed("dockerd"),
            lacks_apparmor: enforced && installed("apparmor_parser").is_none(),
        }
    }
}

impl System {
    /// The kind that an os-release file describes, by the system's own name or by what it says it is like.
    fn of(release: &str) -> Self {
        let value = |key: &str| {
            let line = release.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('='));
            line.unwrap_or_default().trim_matches(['"', '\'']).to_lowercase()
        };
        let names = format!("{} {}", value("ID"), value("ID_LIKE"));
        let kinds = names.split_whitespace().filter_map(|name| match name {
            "debian" | "ubuntu" => Some(Self::Debian),
            "fedora" | "rhel" | "centos" => Some(Self::Fedora),
            "arch" => Some(Self::Arch),
            "alpine" => Some(Self::Alpine),
            _ => None,
        });
        kinds.into_iter().next().unwrap_or(Self::Other)
    }
}

/// A program for administrators, which a user's `PATH` may not lead to.
fn installed(program: &str) -> Option<PathBuf> {
    let folders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin"];
    let usual = folders.into_iter().map(|folder| Path::new(folder).join(program));
    probe::find(program).or_else(|| usual.into_iter().find(|path| path.is_file()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems_by_their_own_words() {
        for (release, system) in [
            ("NAME=\"Debian GNU/Linux\"\nID=debian\nVERSION_CODENAME=bookworm\n", System::Debian),
            ("ID=ubuntu\nID_LIKE=debian\n", System::Debian),
            ("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", System::Debian),
            ("ID=fedora\n", System::Fedora),
            ("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n", System::Fedora),
            ("ID=alpine\n", System::Alpine),
            ("ID=endeavouros\nID_LIKE='arch'\n", System::Arch),
            ("ID=nixos\n", System::Other),
            ("", System::Other),
        ] {
            assert_eq!(System::of(release), system, "{release}");
        }
    }
}
