//! The tools a plan needs: what is there, what is missing, and how it is provided.
//!
//! hadolint and trivy are installed at the pinned version into `.xtask/tools`, and their hash is checked at each use. The docker engine comes from
//! the system's packages, on Debian and Ubuntu as root. Nothing is changed without consent, and everything that is run is shown.

mod apt;
mod digest;
mod engine;
mod inspect;
mod inspection;
mod needs;
mod pins;
mod probe;
mod runner;
mod tool_store;
mod wheel;

use std::path::Path;

use crate::pipeline::Tools;

pub use inspect::inspect;
pub use inspection::{Inspection, State, ToolStatus};
pub use needs::Needs;
pub use tool_store::ToolStore;

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

/// Provides what `inspection` found missing.
pub fn install(request: &Request<'_>, inspection: &Inspection, consent: &mut Consent<'_>, say: &mut Say<'_>) -> anyhow::Result<()> {
    let mut runner = runner::Runner::new(request.root, say)?;
    let packages = engine::packages(inspection)?;
    wheel::install(request, inspection, consent, &mut runner)?;
    engine::install(&packages, consent, &mut runner)
}
