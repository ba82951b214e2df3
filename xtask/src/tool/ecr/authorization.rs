//! A token of ECR's: the login it is, where it is good for, and until when.

use std::time::Duration;

use aws_sdk_ecr::types::AuthorizationData;
use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::tool::{Secret, docker_config::Login};

/// How long a token is good for where nobody says. Source: ECR's API reference, `GetAuthorizationToken`.
const USUAL: Duration = Duration::from_hours(12);

/// An answer of `GetAuthorizationToken`. The SDK's own type prints the token when it is debugged; this one does not.
#[derive(Clone, Debug)]
pub struct Authorization {
    /// The login.
    pub login: Login,
    /// Host it is good for; `None` if ECR does not say.
    pub host: Option<String>,
    /// When it ends, in seconds since 1970.
    expires: Option<i64>,
}

impl Authorization {
    /// Reads the answer; `None` if its token is not the base64 of `user:password`.
    pub(super) fn new(data: &AuthorizationData) -> Option<Self> {
        let token = Secret::new(data.authorization_token()?);
        let endpoint = data.proxy_endpoint().map(|endpoint| {
            let host = endpoint.trim_start_matches("https://").trim_start_matches("http://");
            host.trim_end_matches('/').to_owned()
        });
        Some(Self {
            login: login(&token)?,
            host: endpoint,
            expires: data.expires_at().map(aws_sdk_ecr::primitives::DateTime::secs),
        })
    }

    /// How long it is used before a new one is fetched, at a time in seconds since 1970: half of what is left, so that a push which begins with it can
    /// end with it. One that has ended already by our clock is taken for a usual one: clocks differ, and the registry has the last word.
    pub fn use_for(&self, now: i64) -> Duration {
        let left = self
            .expires
            .and_then(|expires| u64::try_from(expires - now).ok())
            .filter(|left| *left > 0);
        left.map_or(USUAL, Duration::from_secs) / 2
    }
}

fn login(token: &Secret) -> Option<Login> {
    let decoded = String::from_utf8(STANDARD.decode(token.expose()).ok()?).ok()?;
    let (user, password) = decoded.split_once(':')?;
    Some(Login {
        user: user.to_owned(),
        password: Secret::new(password),
    })
}

#[cfg(test)]
mod tests {
    use aws_sdk_ecr::primitives::DateTime;

    use super::*;

    fn authorization(token: &str, expires: i64) -> Option<Authorization> {
        let data = AuthorizationData::builder()
            .authorization_token(STANDARD.encode(token))
            .expires_at(DateTime::from_secs(expires))
            .proxy_endpoint("https://123456789012.dkr.ecr.us-east-1.amazonaws.com");
        Authorization::new(&data.build())
    }

    #[test]
    fn a_token_is_a_login_in_base64() {
        let found = authorization("AWS:pass:word", 0).unwrap();
        assert_eq!((found.login.user.as_str(), found.login.password.expose()), ("AWS", "pass:word"));
        assert_eq!(found.host.as_deref(), Some("123456789012.dkr.ecr.us-east-1.amazonaws.com"));
        assert!(authorization("no colon", 0).is_none());
        assert!(!format!("{found:?}").contains("pass:word"));
    }

    #[test]
    fn it_is_used_for_half_of_its_life() {
        let hours = |count: u64| Duration::from_hours(count);
        assert_eq!(
            authorization("AWS:x", 1_000 + 3_600).unwrap().use_for(1_000),
            Duration::from_mins(30)
        );
        assert_eq!(
            authorization("AWS:x", 500).unwrap().use_for(1_000),
            hours(6),
            "a clock that is wrong"
        );
    }
}
