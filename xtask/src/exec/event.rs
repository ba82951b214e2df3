//! What happens during a run, in order. Everything people and machines read of a run is folded from these.

use std::time::Duration;

use crate::plan::StepId;

use super::StepReport;

/// One thing that happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// A step's first command is about to run.
    Started {
        /// Which.
        step: StepId,
    },
    /// A step wrote a line to its log.
    Output {
        /// Which.
        step: StepId,
        /// The line, without its end.
        line: String,
    },
    /// Something people must see even when all goes well, such as the use of a stand-in.
    Notice {
        /// Which step says it.
        step: StepId,
        /// One line.
        text: String,
    },
    /// A step ended, was skipped or was cancelled. Each step of the plan has exactly one of these.
    Finished(Box<StepReport>),
    /// A signal came; running steps are being ended.
    Interrupted {
        /// `SIGINT` = 2 or `SIGTERM` = 15.
        signal: i32,
    },
    /// Nothing more will happen.
    Ended {
        /// Wall-clock time of the whole run.
        duration: Duration,
    },
}
