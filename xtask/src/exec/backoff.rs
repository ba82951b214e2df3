//! Waiting before something that failed for a passing reason is tried again: longer each time, and never two of us in step.

use std::{
    hash::{BuildHasher, RandomState},
    time::Duration,
};

use super::{Failure, StepContext};

const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(30);

/// Waits before try number `retry` (1 is the first that is not the first try at all). `Err` if the run is interrupted meanwhile.
pub(super) async fn pause(context: &StepContext, retry: u32) -> Result<(), Failure> {
    let wait = jittered(retry);
    context.log(&format!("(trying again in {:.1} s)", wait.as_secs_f64()));
    tokio::select! {
        () = context.interrupted() => Err(Failure::step("the run was interrupted while waiting to try again")),
        () = tokio::time::sleep(wait) => Ok(()),
    }
}

/// Whether the run has been interrupted already.
pub(super) async fn is_interrupted(context: &StepContext) -> bool {
    tokio::select! {
        biased;
        () = context.interrupted() => true,
        () = std::future::ready(()) => false,
    }
}

/// Between half and all of 1, 2, 4… seconds.
fn jittered(retry: u32) -> Duration {
    let full = FIRST.saturating_mul(1 << retry.saturating_sub(1).min(10)).min(LONGEST);
    // Each `RandomState` has keys of its own: random enough to spread retries, without another dependency.
    let random = RandomState::new().hash_one(retry) % 1000;
    full.mul_f64(0.5 + f64::from(u16::try_from(random).unwrap_or(0)) / 2000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_up_to_a_limit() {
        for (retry, seconds) in [(1, 1), (2, 2), (3, 4), (9, 30), (60, 30)] {
            let full = Duration::from_secs(seconds);
            let wait = jittered(retry);
            assert!(wait >= full / 2 && wait <= full, "retry {retry} waits {wait:?}");
        }
    }
}
