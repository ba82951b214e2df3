//! `cargo xtask plan`: what a task would do.

use crate::{
    cli::{Format, Global, PlanArgs},
    plan::{PlanJson, Selection},
};

use super::{CommandFailure, Console, DONE, Loaded, planned};

/// Prints the plan.
pub(super) fn show(loaded: &Loaded, args: &PlanArgs, global: &Global, console: &Console) -> Result<u8, CommandFailure> {
    let selection = Selection {
        task: args.task.clone(),
        images: args.images.clone(),
        registry: args.registry.clone(),
        version: args.release().choice(),
        push_tag: args.release().push_tag,
    };
    let plan = match planned::plan(loaded, &selection, console) {
        Ok(plan) => plan,
        Err(no_plan) => return no_plan.into_result(),
    };
    console.out(&match global.format {
        Format::Text => plan.to_string(),
        Format::Json => serde_json::to_string_pretty(&PlanJson::from(&plan)).map_err(anyhow::Error::from)?,
    });
    Ok(DONE)
}
