//! How long things may take while a plan runs.

use std::time::Duration;

/// The executor's own limits, where the plan sets none.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// How long one step may take.
    pub step: Duration,
    /// Between TERM and KILL.
    pub grace: Duration,
    /// How long to go on reading the output of a program that ended, while something it left behind holds the pipe.
    pub drain: Duration,
    /// How much longer than all that a step may take to end, before it is dropped.
    pub patience: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            step: Duration::from_hours(1),
            grace: Duration::from_secs(5),
            drain: Duration::from_secs(2),
            patience: Duration::from_secs(3),
        }
    }
}
