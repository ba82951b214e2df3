//! The end of a run as people read it: what they must know, why it failed, the table, and one line that says it all.

use std::fmt::Write;

use crate::plan::Plan;

use super::{RunReport, View, failure_block, summary};

/// Notices, failures and summary. `shown` says whether the failures were shown as they happened: then one that nothing followed is not
/// shown twice in a row.
pub fn ending(plan: &Plan, run: &RunReport, view: &View, shown: bool) -> String {
    let mut text = String::new();
    let mut paragraph = |block: &str| {
        if !block.is_empty() {
            text.push('\n');
            text.push_str(block);
        }
    };
    if !(shown && run.failure_in_sight) {
        for block in run.steps.iter().filter_map(|report| failure_block(report, view)) {
            paragraph(&block);
        }
    }
    if let Some(failure) = &run.trouble {
        let mut block = format!("{} {}\n", view.style.bad("✗"), failure.message);
        if let Some(hint) = &failure.hint {
            let _ = writeln!(block, "  {} {hint}", view.style.dim("hint    "));
        }
        paragraph(&block);
    }
    let mut notices = String::new();
    for notice in &run.notices {
        let _ = writeln!(notices, "{}", view.style.loud(&format!("! {}: {}", notice.step, notice.text)));
    }
    paragraph(&notices);
    paragraph(&summary(plan, run, view.style));
    text
}
