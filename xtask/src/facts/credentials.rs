//! Whether there is anything to log in to a registry with, as far as variables and files tell: nobody is asked.
//!
//! Values are never kept, only whether they are there.

use std::{fs, path::PathBuf};

use serde_json::Value;

use super::Environment;
use crate::pipeline::{OciRegistry, Registry, RegistryKind};

/// Variables of which each gives AWS credentials by itself.
const AWS: [&str; 5] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_PROFILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];

/// `Err` says what is missing.
pub(super) fn find(registry: &Registry, environment: &Environment) -> Result<(), String> {
    match &registry.kind {
        RegistryKind::Ecr(_) => aws(environment),
        RegistryKind::Oci(oci) => oci_login(oci, environment),
    }
}

/// Whether a docker `config.json` knows a login for `host`, or a credential helper that may.
pub fn has_docker_login(config: &str, host: &str) -> bool {
    let config: Value = serde_json::from_str(config).unwrap_or_default();
    let named = |table: &str| config.get(table).is_some_and(|table| table.get(host).is_some());
    named("auths")
        || named("credHelpers")
        || config
            .get("credsStore")
            .and_then(Value::as_str)
            .is_some_and(|store| !store.is_empty())
}

fn aws(environment: &Environment) -> Result<(), String> {
    let file = |variable: &str, default: &str| {
        let named = environment.value(variable).map(PathBuf::from);
        named
            .or_else(|| Some(home(environment)?.join(default)))
            .is_some_and(|path| path.is_file())
    };
    let is_there = AWS.iter().any(|name| environment.value(name).is_some())
        || file("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials")
        || file("AWS_CONFIG_FILE", ".aws/config");
    if is_there {
        Ok(())
    } else {
        Err("there are no AWS credentials in the environment and no profile".to_owned())
    }
}

fn oci_login(registry: &OciRegistry, environment: &Environment) -> Result<(), String> {
    if registry.username_env.is_some() || registry.password_env.is_some() {
        let missing = [&registry.username_env, &registry.password_env].into_iter().flatten();
        let missing = missing
            .filter(|name| environment.value(name).is_none())
            .map(|name| format!("`{name}`"));
        let missing: Vec<String> = missing.collect();
        return if missing.is_empty() {
            Ok(())
        } else {
            Err(format!("{} is not set", missing.join(" and ")))
        };
    }
    let folder = environment.value("DOCKER_CONFIG").map(PathBuf::from);
    let folder = folder.or_else(|| Some(home(environment)?.join(".docker")));
    let config = folder.and_then(|folder| fs::read_to_string(folder.join("config.json")).ok());
    if is_local(&registry.host) || has_docker_login(&config.unwrap_or_default(), &registry.host) {
        Ok(())
    } else {
        Err(format!("there is no docker login for `{}`", registry.host))
    }
}

fn home(environment: &Environment) -> Option<PathBuf> {
    environment.value("HOME").map(PathBuf::from)
}

/// A registry on this machine, as people have it for trying things out, mostly lets everybody in.
fn is_local(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    name == "localhost" || name == "[::1]" || name.starts_with("127.")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::pipeline::{EcrRegistry, RegistryName};

    fn registry(kind: RegistryKind) -> Registry {
        Registry {
            name: RegistryName::new("r"),
            repository: String::new(),
            allow: BTreeSet::new(),
            kind,
        }
    }

    fn oci(host: &str, variables: Option<(&str, &str)>) -> Registry {
        registry(RegistryKind::Oci(OciRegistry {
            host: host.into(),
            username_env: variables.map(|(user, _)| user.into()),
            password_env: variables.map(|(_, password)| password.into()),
        }))
    }

    #[test]
    fn a_login_is_seen_wherever_docker_looks_for_one() {
        for config in [
            r#"{"auths": {"h:1": {}}}"#,
            r#"{"credHelpers": {"h:1": "ecr-login"}}"#,
            r#"{"credsStore": "desktop"}"#,
        ] {
            assert!(has_docker_login(config, "h:1"), "{config}");
        }
        for config in ["", "{}", "no JSON", r#"{"auths": {"h:2": {}}, "credsStore": ""}"#] {
            assert!(!has_docker_login(config, "h:1"), "{config}");
        }
    }

    #[test]
    fn what_is_missing_is_said() {
        let home = tempfile::tempdir().unwrap();
        let with = |variables: &[(&str, &str)]| {
            let own = [("HOME", home.path().to_str().unwrap())];
            own.iter().chain(variables).copied().collect::<Environment>()
        };
        let ecr = registry(RegistryKind::Ecr(EcrRegistry::default()));
        assert!(find(&ecr, &with(&[])).unwrap_err().contains("no AWS credentials"));
        assert_eq!(find(&ecr, &with(&[("AWS_ACCESS_KEY_ID", "x")])), Ok(()));
        fs::create_dir(home.path().join(".aws")).unwrap();
        fs::write(home.path().join(".aws/config"), "").unwrap();
        assert_eq!(find(&ecr, &with(&[])), Ok(()));

        let own = oci("registry.example", Some(("U", "P")));
        assert_eq!(find(&own, &with(&[("U", "u")])), Err("`P` is not set".to_owned()));
        assert_eq!(find(&own, &with(&[("U", "u"), ("P", "p")])), Ok(()));
        assert!(
            find(&oci("registry.example", None), &with(&[]))
                .unwrap_err()
                .contains("no docker login for `registry.example`")
        );
        for host in ["localhost:5000", "127.0.0.1:5000", "localhost"] {
            assert_eq!(find(&oci(host, None), &with(&[])), Ok(()), "{host}");
        }
    }
}
