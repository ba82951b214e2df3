//! How a run is told to stop: once for "end what runs, in order", twice for "at once".
//!
//! It knows nothing of steps or processes; those watch it. Signals are one source of it, tests and callers another.

use std::{io, sync::Arc};

use tokio::{
    signal::unix::{SignalKind, signal},
    sync::watch,
};

/// How urgent it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Request {
    #[default]
    None,
    /// Running children get TERM, a grace, then KILL.
    Terminate { signal: i32 },
    /// Running children get KILL.
    Kill { signal: i32 },
}

/// A shared request to stop; clones are one and the same.
#[derive(Clone, Debug)]
pub struct Cancel {
    request: Arc<watch::Sender<Request>>,
}

impl Default for Cancel {
    fn default() -> Self {
        Self::new()
    }
}

impl Cancel {
    /// Nobody asked yet.
    pub fn new() -> Self {
        Self {
            request: Arc::new(watch::Sender::new(Request::None)),
        }
    }

    /// One that SIGINT and SIGTERM ask through, from now until the process ends. Needs a tokio runtime.
    pub fn on_signals() -> io::Result<Self> {
        let cancel = Self::new();
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let handle = cancel.clone();
        tokio::spawn(async move {
            loop {
                let came = tokio::select! {
                    Some(()) = interrupt.recv() => SignalKind::interrupt(),
                    Some(()) = terminate.recv() => SignalKind::terminate(),
                    else => return,
                };
                handle.request(came.as_raw_value());
            }
        });
        Ok(cancel)
    }

    /// Asks the run to stop, as `signal` does (2 for SIGINT, 15 for SIGTERM); a second time, to stop at once.
    pub fn request(&self, signal: i32) {
        self.request.send_modify(|request| {
            *request = match *request {
                Request::None => Request::Terminate { signal },
                Request::Terminate { signal } | Request::Kill { signal } => Request::Kill { signal },
            };
        });
    }

    /// The first signal that asked, if one did.
    pub fn signal(&self) -> Option<i32> {
        match *self.request.borrow() {
            Request::None => None,
            Request::Terminate { signal } | Request::Kill { signal } => Some(signal),
        }
    }

    /// Waits until somebody asks; gives the signal.
    pub async fn requested(&self) -> i32 {
        self.wait_for(|request| request != Request::None).await
    }

    /// Waits until somebody asks a second time.
    pub async fn killed(&self) -> i32 {
        self.wait_for(|request| matches!(request, Request::Kill { .. })).await
    }

    async fn wait_for(&self, reached: impl Fn(Request) -> bool + Send) -> i32 {
        let mut receiver = self.request.subscribe();
        // The sender lives in `self`, so the channel cannot close. What is waited for is copied at once: its lock must not be held on.
        let request = receiver.wait_for(|request| reached(*request)).await.map(|request| *request);
        let Ok(request) = request else {
            return std::future::pending().await;
        };
        match request {
            Request::None => 0,
            Request::Terminate { signal } | Request::Kill { signal } => signal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_first_signal_counts_and_the_second_kills() {
        let cancel = Cancel::new();
        assert_eq!(cancel.signal(), None);
        cancel.clone().request(15);
        assert_eq!(cancel.requested().await, 15);
        cancel.request(2);
        assert_eq!(cancel.killed().await, 15);
        assert_eq!(cancel.signal(), Some(15));
    }
}
