//! What people and machines read of a run: all of it folded from [`exec`](crate::exec)'s events, none of it known to the executor.
//!
//! [`follow`] takes the events of a run, shows them as they come and gives a [`RunReport`]; the rest are ways to write that down.
//! Everything here makes text. Only a [`Printer`] writes, to the one stream it is given, and a stream that is closed or full stops nothing.

mod ending;
mod exit_code;
mod failure_block;
mod findings_cell;
#[cfg(test)]
mod fixture;
mod json;
mod progress;
mod quantity;
mod release;
mod run_report;
mod style;
mod summary;
#[cfg(test)]
mod tests;
mod view;

pub use ending::ending;
pub use exit_code::exit_code;
pub use failure_block::failure_block;
pub use json::{ReportJson, StepJson};
pub use progress::{Printer, Progress, follow};
pub use quantity::size;
pub use release::ReleaseJson;
pub use run_report::{Fold, Notice, RunReport};
pub use style::Style;
pub use summary::summary;
pub use view::View;
