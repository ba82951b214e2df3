//! The account: its repositories, its logins, its time of day.

use std::collections::BTreeMap;

use crate::{
    Options,
    model::{Clock, Logins, Repository},
};

use super::Scans;

/// One account in one region.
#[derive(Debug)]
pub(crate) struct Account {
    /// Its number.
    pub(crate) id: String,
    /// The time of day.
    pub(crate) clock: Clock,
    /// The passwords it gave out.
    pub(crate) logins: Logins,
    /// Its repositories, by name.
    pub(crate) repositories: BTreeMap<String, Repository>,
    /// The scans of its images.
    pub(crate) scans: Scans,
}

/// There is no repository of a name.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
#[error("The repository with name '{name}' does not exist in the registry with id '{account}'")]
pub(crate) struct UnknownRepository {
    name: String,
    account: String,
}

impl Account {
    /// An empty one.
    pub(crate) fn new(options: &Options) -> Self {
        Self {
            id: options.account.clone(),
            clock: Clock::default(),
            logins: Logins::new(options.lifetime),
            repositories: BTreeMap::new(),
            scans: Scans::default(),
        }
    }

    /// A repository.
    pub(crate) fn repository(&self, name: &str) -> Result<&Repository, UnknownRepository> {
        self.repositories.get(name).ok_or_else(|| self.unknown(name))
    }

    /// A repository, to change it.
    pub(crate) fn repository_mut(&mut self, name: &str) -> Result<&mut Repository, UnknownRepository> {
        let unknown = self.unknown(name);
        self.repositories.get_mut(name).ok_or(unknown)
    }

    fn unknown(&self, name: &str) -> UnknownRepository {
        UnknownRepository {
            name: name.to_owned(),
            account: self.id.clone(),
        }
    }
}
