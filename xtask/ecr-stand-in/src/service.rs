//! Everything requests share: the account, the faults to play, the log, and the way to the registry behind.
//!
//! One lock for the account, held for no longer than a look or a change: never over a request to the registry behind.

mod account;
mod fault;
mod log;
mod scans;

pub(crate) use account::{Account, UnknownRepository};
pub use fault::Fault;
pub(crate) use fault::Faults;
pub use log::LogEntry;
pub use scans::ScanScript;
pub(crate) use scans::{Scan, Scans};

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{Options, backend::Connection};

/// What requests share.
#[derive(Debug)]
pub(crate) struct Service {
    /// How it was started.
    pub(crate) options: Options,
    /// Host part of `repositoryUri`.
    pub(crate) host: String,
    /// The way to the registry behind.
    pub(crate) backend: Connection,
    account: Mutex<Account>,
    faults: Mutex<Faults>,
    log: Mutex<Vec<LogEntry>>,
}

impl Service {
    /// With an empty account.
    pub(crate) fn new(options: Options, host: String, backend: Connection) -> Self {
        Self {
            account: Mutex::new(Account::new(&options)),
            options,
            host,
            backend,
            faults: Mutex::default(),
            log: Mutex::default(),
        }
    }

    /// The account.
    pub(crate) fn account(&self) -> MutexGuard<'_, Account> {
        locked(&self.account)
    }

    /// The faults still to be played.
    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        locked(&self.faults)
    }

    /// What was asked so far.
    pub(crate) fn log(&self) -> MutexGuard<'_, Vec<LogEntry>> {
        locked(&self.log)
    }
}

/// A request that panicked leaves nothing half done that the next would mind.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
