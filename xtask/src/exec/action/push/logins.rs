//! The logins of a run: each is got once and shared by the pushes that run side by side.

use std::{collections::BTreeMap, env};

use tokio::{sync::Mutex, time::Instant};

use crate::{
    pipeline::{EcrRegistry, OciRegistry, RegistryName},
    tool::{Secret, docker_config::Login, ecr::Ecr},
};

use super::{super::super::Failure, super::super::FailureClass, ecr_failure};

/// Logins by registry.
#[derive(Debug, Default)]
pub struct Logins {
    ecr: Mutex<BTreeMap<RegistryName, (Ecr, Option<Token>)>>,
    /// Where repositories are that were found or created: asked once, although a release has several steps for each.
    hosts: Mutex<BTreeMap<(RegistryName, String), String>>,
}

/// A login, and until when it is used.
#[derive(Clone, Debug)]
struct Token {
    login: Login,
    renew_at: Instant,
}

impl Logins {
    /// The login that the registry's `username-env` and `password-env` give; `None` if it has none and the user's own login counts.
    pub(super) fn oci(name: &RegistryName, registry: &OciRegistry) -> Result<Option<Login>, Failure> {
        let (user, password) = match (&registry.username_env, &registry.password_env) {
            (None, None) => return Ok(None),
            (Some(user), Some(password)) => (user, password),
            _ => {
                let message = format!("registry `{name}` has only one of `username-env` and `password-env`");
                return Err(Failure::new(FailureClass::Authorisation, message).hint("set both, or neither"));
            }
        };
        Ok(Some(Login {
            user: value(name, user)?.expose().to_owned(),
            password: value(name, password)?,
        }))
    }

    /// An ECR login; a new one if the one we have is `stale` or half of its life is over, unless another push has got a new one already.
    pub(super) async fn ecr(&self, name: &RegistryName, registry: &EcrRegistry, stale: Option<&Login>) -> Result<Login, Failure> {
        // Held while asking: that is what makes it once per run.
        let mut clients = self.ecr.lock().await;
        let (client, token) = connected(&mut clients, name, registry).await?;
        if let Some(token) = token
            && Some(&token.login) != stale
            && Instant::now() < token.renew_at
        {
            return Ok(token.login.clone());
        }
        let fresh = client.authorization().await;
        let fresh = fresh.map_err(|error| ecr_failure::explain(&error, registry))?;
        let renew_at = Instant::now() + fresh.use_for(jiff::Timestamp::now().as_second());
        let login = fresh.login;
        Ok(token.insert(Token { login, renew_at }).login.clone())
    }

    /// Where a repository of an ECR registry is pushed to. Creates it where the registry says so.
    pub(super) async fn ecr_host(&self, name: &RegistryName, registry: &EcrRegistry, repository: &str) -> Result<String, Failure> {
        let key = (name.clone(), repository.to_owned());
        if let Some(host) = self.hosts.lock().await.get(&key) {
            return Ok(host.clone());
        }
        let client = connected(&mut *self.ecr.lock().await, name, registry).await?.0.clone();
        let host = client.host_of(repository).await;
        let host = host.map_err(|error| ecr_failure::explain(&error, registry))?;
        self.hosts.lock().await.insert(key, host.clone());
        Ok(host)
    }

    /// As [`ecr_host`](Self::ecr_host), but creates nothing: `None` where that would.
    pub(super) async fn ecr_host_if_exists(
        &self,
        name: &RegistryName,
        registry: &EcrRegistry,
        repository: &str,
    ) -> Result<Option<String>, Failure> {
        let client = connected(&mut *self.ecr.lock().await, name, registry).await?.0.clone();
        let host = client.host_if_exists(repository).await;
        host.map_err(|error| ecr_failure::explain(&error, registry))
    }
}

fn value(registry: &RegistryName, variable: &str) -> Result<Secret, Failure> {
    let value = env::var(variable).ok().filter(|value| !value.is_empty());
    value.map(Secret::new).ok_or_else(|| {
        let message = format!("registry `{registry}` takes its login from `{variable}`, which is not set");
        Failure::new(FailureClass::Authorisation, message).hint(format!("set `{variable}` in the environment (in CI, from a secret)"))
    })
}

async fn connected<'a>(
    clients: &'a mut BTreeMap<RegistryName, (Ecr, Option<Token>)>,
    name: &RegistryName,
    registry: &EcrRegistry,
) -> Result<&'a mut (Ecr, Option<Token>), Failure> {
    if !clients.contains_key(name) {
        let client = Ecr::connect(registry)
            .await
            .map_err(|error| ecr_failure::explain(&error, registry))?;
        clients.insert(name.clone(), (client, None));
    }
    Ok(clients.get_mut(name).expect("inserted just above"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn registry(user: Option<&str>, password: Option<&str>) -> OciRegistry {
        OciRegistry {
            host: "registry.example".into(),
            username_env: user.map(str::to_owned),
            password_env: password.map(str::to_owned),
        }
    }

    #[test]
    fn a_variable_that_is_not_set_is_named() {
        let name = RegistryName::new("own");
        let failure = Logins::oci(&name, &registry(Some("XTASK_NO_SUCH"), Some("XTASK_NEITHER"))).unwrap_err();
        assert_eq!(failure.class, FailureClass::Authorisation);
        assert!(failure.message.contains("`XTASK_NO_SUCH`, which is not set"), "{}", failure.message);
    }

    #[test]
    fn without_variables_the_users_own_login_counts() {
        let name = RegistryName::new("own");
        assert_eq!(Logins::oci(&name, &registry(None, None)).unwrap(), None);
        assert!(Logins::oci(&name, &registry(Some("U"), None)).is_err());
    }
}
