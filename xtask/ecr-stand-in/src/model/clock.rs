//! The time of day, which can be moved on.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A time: since 1970.
pub(crate) type Moment = Duration;

/// The machine's clock, and how far it was moved on.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Clock {
    ahead: Duration,
}

impl Clock {
    /// What time it is.
    pub(crate) fn now(self) -> Moment {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        since.saturating_add(self.ahead)
    }

    /// Moves it on.
    pub(crate) fn advance(&mut self, by: Duration) {
        self.ahead = self.ahead.saturating_add(by);
    }
}
