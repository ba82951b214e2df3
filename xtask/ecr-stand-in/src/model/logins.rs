//! The passwords that were given out, and until when they are good.

use std::{collections::BTreeMap, time::Duration};

use super::{Moment, sha256};

/// All logins of the account.
#[derive(Debug)]
pub(crate) struct Logins {
    lifetime: Duration,
    expiries: BTreeMap<String, Moment>,
}

/// What a password is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LoginState {
    /// It lets in.
    Good,
    /// It did once.
    Expired,
    /// It was never given out.
    Unknown,
}

impl Logins {
    /// None yet; each will last so long.
    pub(crate) fn new(lifetime: Duration) -> Self {
        Self {
            lifetime,
            expiries: BTreeMap::new(),
        }
    }

    /// A new password, and when it expires.
    pub(crate) fn issue(&mut self, now: Moment) -> (String, Moment) {
        let seed = format!("{}-{}-{}", std::process::id(), now.as_nanos(), self.expiries.len());
        let password = sha256(seed.as_bytes()).replace("sha256:", "stand-in-token-");
        let expiry = now.saturating_add(self.lifetime);
        self.expiries.insert(password.clone(), expiry);
        (password, expiry)
    }

    /// What a password is worth now.
    pub(crate) fn check(&self, password: &str, now: Moment) -> LoginState {
        match self.expiries.get(password) {
            Some(expiry) if *expiry > now => LoginState::Good,
            Some(_) => LoginState::Expired,
            None => LoginState::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_is_good_until_its_end() {
        let now = Duration::from_hours(1);
        let mut logins = Logins::new(Duration::from_mins(10));
        let (first, expiry) = logins.issue(now);
        let (second, _) = logins.issue(now);
        assert_ne!(first, second);
        assert_eq!(expiry, Duration::from_mins(70));
        assert_eq!(logins.check(&first, Duration::from_mins(69)), LoginState::Good);
        assert_eq!(logins.check(&first, expiry), LoginState::Expired);
        assert_eq!(logins.check("other", now), LoginState::Unknown);
    }
}
