//! What would be done to repositories, for people.

use std::fmt::Write as _;

use crate::{report::Style, tool::ecr::Change};

use super::Drift;

pub(super) fn plan(registry: &str, region: &str, drifts: &[Drift], prune: bool, style: Style) -> String {
    let place = if region.is_empty() { String::new() } else { format!(" ({region})") };
    let mut text = format!("registry `{registry}`{place}\n\n");
    let (mut created, mut changed, mut kept) = (0, 0, 0);
    for drift in drifts {
        let heading = match (&drift.existing, drift.changes.is_empty()) {
            (None, _) => {
                created += 1;
                style.good(&format!("+ {} is to be created", drift.repository))
            }
            (Some(_), true) => format!("= {} is as declared", drift.repository),
            (Some(_), false) => {
                changed += usize::from(drift.calls(prune) > 0);
                style.loud(&format!("~ {}", drift.repository))
            }
        };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{heading}");
        let width = drift.changes.iter().map(|change| change.what.len()).max().unwrap_or_default();
        for change in &drift.changes {
            let is_new = drift.existing.is_none();
            kept += usize::from(!is_new && !Drift::is_made(change, prune));
            let _ = writeln!(text, "    {:width$}  {}", change.what, line(change, is_new, prune));
        }
    }
    let _ = write!(text, "\n{created} to create, {changed} to change");
    if kept > 0 {
        let _ = write!(text, ", {kept} left as they are");
    }
    text.push('\n');
    text
}

fn line(change: &Change, is_new: bool, prune: bool) -> String {
    let word = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".to_owned());
    if is_new {
        return word(&change.to);
    }
    let both = format!("{} -> {}", word(&change.from), word(&change.to));
    match &change.call {
        None => format!("{both} (only a new repository can have that; make one, and push to it)"),
        Some(call) if call.removes() && !prune => format!("{} (not declared; `--prune` removes it)", word(&change.from)),
        Some(_) => both,
    }
}
