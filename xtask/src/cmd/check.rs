//! `cargo xtask check`: is pipeline.toml right, and every Dockerfile it names?

use crate::{
    cli::{Format, Global},
    diag::Diagnostic,
};

use super::{CommandFailure, Console, DONE, Loaded, WRONG_PIPELINE, planned};

/// Shows every problem there is.
pub(super) fn check(loaded: &Loaded, global: &Global, console: &Console) -> Result<u8, CommandFailure> {
    let mut diagnostics = loaded.diagnostics().to_vec();
    if !loaded.has_errors() {
        let gathered = planned::facts(loaded, false)?;
        diagnostics.extend(planned::dockerfile_problems(loaded, &gathered, |_| true));
        diagnostics.extend(planned::unresolved_bases(loaded, &gathered.facts));
        diagnostics.extend(planned::graph_problems(loaded, &gathered.facts));
    }
    let failed = diagnostics.iter().any(Diagnostic::is_error);
    if global.format == Format::Json {
        console.out(&json(&diagnostics, !failed));
    } else {
        loaded.show(&diagnostics, console);
    }
    if failed {
        return Ok(WRONG_PIPELINE);
    }
    if global.format == Format::Text {
        let pipeline = &loaded.resolved.pipeline;
        let counts = format!(
            "{} images, {} stages, {} tasks",
            pipeline.images.len(),
            pipeline.stages.len(),
            pipeline.tasks.len()
        );
        console.out(&format!("{} is right: {counts}", loaded.source.path));
    }
    Ok(DONE)
}

fn json(diagnostics: &[Diagnostic], ok: bool) -> String {
    let all: Vec<_> = diagnostics
        .iter()
        .map(|diagnostic| {
            let span = diagnostic.labels.first().map(|label| [label.span.start, label.span.end]);
            serde_json::json!({
                "code": diagnostic.code, "error": diagnostic.is_error(), "message": diagnostic.message, "span": span, "help": diagnostic.help,
            })
        })
        .collect();
    serde_json::json!({ "schema": 1, "ok": ok, "diagnostics": all }).to_string()
}
