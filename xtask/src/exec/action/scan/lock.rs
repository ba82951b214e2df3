//! Who may touch trivy's cache: many scans at once, or one that replaces a database. Across processes, too: two runs share one cache.

use std::{
    fs::{File, TryLockError},
    path::PathBuf,
    time::Duration,
};

use crate::tool::{late, trivy::database::cache_dir};

use super::{super::super::Failure, Scan, unwritable};

/// How often a lock that somebody else holds is asked for: the operating system has no way to wait for one that can be interrupted.
const POLL: Duration = Duration::from_millis(100);

/// A lock on the cache of a scan, until it is dropped; the operating system drops it with the process at the latest.
#[derive(Debug)]
pub(super) struct CacheLock {
    _file: File,
}

impl CacheLock {
    /// The right to read the databases.
    pub(super) async fn shared(scan: &Scan<'_>) -> Result<Self, Failure> {
        Self::take(scan, File::try_lock_shared).await
    }

    /// The right to replace them.
    pub(super) async fn exclusive(scan: &Scan<'_>) -> Result<Self, Failure> {
        Self::take(scan, File::try_lock).await
    }

    async fn take(scan: &Scan<'_>, lock: fn(&File) -> Result<(), TryLockError>) -> Result<Self, Failure> {
        let path = PathBuf::from(late::fill_text(&cache_dir(&scan.job.options), &scan.values) + ".lock");
        let file = File::create(&path).map_err(|error| unwritable(&path, &error))?;
        let mut waits = false;
        loop {
            match lock(&file) {
                Ok(()) => return Ok(Self { _file: file }),
                Err(TryLockError::Error(error)) => return Err(unwritable(&path, &error)),
                Err(TryLockError::WouldBlock) => {}
            }
            if !std::mem::replace(&mut waits, true) {
                scan.context
                    .log(&format!("(waiting for `{}`, which another scan holds)", path.display()));
            }
            tokio::select! {
                () = scan.context.interrupted() => return Err(Failure::step("the run was interrupted while waiting for trivy's cache")),
                () = tokio::time::sleep(POLL) => {}
            }
        }
    }
}
