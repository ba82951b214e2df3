//! `cargo xtask setup`: what is there, what is missing, and what to type. Tasks make sure of their tools through the same door.

use std::{collections::BTreeMap, path::PathBuf};

use crate::{
    cli::{Format, Global, SetupArgs},
    setup::{self, Inspection, Needs, Request},
};

use super::{CommandFailure, Console, DONE, Loaded};

/// Exit code for a machine that lacks something.
pub(super) const MISSING: u8 = 4;

/// Shows the tools, and with `--install` provides what is missing.
pub(super) fn setup(loaded: &Loaded, args: &SetupArgs, global: &Global, console: &Console) -> Result<u8, CommandFailure> {
    let request = request(loaded, Needs::all(&loaded.resolved.pipeline));
    let mut inspection = setup::inspect(&request);
    if args.install && inspection.wants_install() {
        install(&request, &inspection, args.yes, console)?;
        inspection = setup::inspect(&request);
    }
    console.out(&match global.format {
        Format::Text => inspection.render(console.color),
        Format::Json => inspection.json(),
    });
    Ok(if inspection.missing().is_empty() { DONE } else { MISSING })
}

/// Where the programs of a plan are; `None` if some are missing, and that has been said.
pub(super) fn ensure(
    loaded: &Loaded,
    needs: Needs,
    may_install: bool,
    yes: bool,
    console: &Console,
) -> Result<Option<BTreeMap<String, PathBuf>>, CommandFailure> {
    let request = request(loaded, needs);
    let mut inspection = setup::inspect(&request);
    if may_install && inspection.wants_install() {
        install(&request, &inspection, yes, console)?;
        inspection = setup::inspect(&request);
    }
    if inspection.missing().is_empty() {
        return Ok(Some(inspection.programs()));
    }
    console.note(&inspection.render(console.color));
    Ok(None)
}

fn request(loaded: &Loaded, needs: Needs) -> Request<'_> {
    Request {
        root: &loaded.resolved.pipeline.root,
        tools: &loaded.resolved.pipeline.tools,
        needs,
    }
}

fn install(request: &Request<'_>, inspection: &Inspection, yes: bool, console: &Console) -> Result<(), CommandFailure> {
    let mut consent = |question: &str| if yes { Some(true) } else { console.confirm(question) };
    setup::install(request, inspection, &mut consent, &mut |line| console.note(line)).map_err(|error| CommandFailure::new(MISSING, error))
}
