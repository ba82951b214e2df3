//! The table at the end of a run: a row for each step, grouped by image, and a last line that says it all.
//!
//! A run of thousands of steps shows those there is something to say of, and counts the others.

use std::{collections::HashMap, fmt::Write};

use unicode_width::UnicodeWidthStr;

use crate::{
    exec::{Outcome, StepReport},
    plan::{Action, Plan, Step},
};

use super::{RunReport, Style, findings_cell::findings_cell, quantity};

/// With more steps than this, only those that did not simply pass have a row.
const ROWS: usize = 200;
const HEADINGS: [&str; 6] = ["image", "stage", "outcome", "time", "size", "findings"];
/// Columns that hold numbers.
const RIGHT: [bool; 6] = [false, false, false, true, true, false];

type Row = [String; 6];

/// The table and the last line.
pub fn summary(plan: &Plan, run: &RunReport, style: Style) -> String {
    let steps = by_image(plan, run);
    let shown: Vec<_> = steps
        .iter()
        .filter(|(_, report)| steps.len() <= ROWS || is_worth_a_row(report))
        .collect();
    let rows: Vec<Row> = shown.iter().map(|(step, report)| row(step, report)).collect();
    let mut widths = HEADINGS.map(UnicodeWidthStr::width);
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    let mut text = String::new();
    if !rows.is_empty() {
        push_row(&mut text, &HEADINGS.map(str::to_owned), &widths, |_, cell| style.dim(cell));
    }
    for (row, (_, report)) in rows.iter().zip(&shown) {
        push_row(&mut text, row, &widths, |column, cell| paint(style, &report.outcome, column, cell));
    }
    // Writing to a string cannot fail.
    let left_out = steps.len() - rows.len();
    if left_out > 0 {
        let _ = writeln!(
            text,
            "{}",
            style.dim(&format!("and {} not shown", quantity::count(left_out, "step")))
        );
    }
    let _ = writeln!(text, "{}", last_line(&steps, run, style));
    text
}

/// What is for no image comes first if it is a base, last otherwise; images in the order they appear in the plan.
fn by_image<'a>(plan: &'a Plan, run: &'a RunReport) -> Vec<(&'a Step, &'a StepReport)> {
    let mut order = HashMap::new();
    for image in plan.steps.iter().filter_map(|step| step.image.as_ref()) {
        let next = order.len() + 1;
        order.entry(image).or_insert(next);
    }
    // Gates do nothing, so there is nothing to say of them.
    let all = plan.steps.iter().zip(&run.steps);
    let mut steps: Vec<_> = all.filter(|(step, _)| !matches!(step.action, Action::Gate)).collect();
    steps.sort_by_key(|(step, _)| match &step.image {
        Some(image) => order[image],
        None if step.stage.as_str() == "base" => 0,
        None => usize::MAX,
    });
    steps
}

fn is_worth_a_row(report: &StepReport) -> bool {
    match &report.outcome {
        Outcome::Failed(_) => true,
        Outcome::Passed => report.output.findings.as_ref().is_some_and(|findings| !findings.is_empty()),
        Outcome::Skipped { .. } | Outcome::Cancelled => false,
    }
}

fn row(step: &Step, report: &StepReport) -> Row {
    // A base step's id ends with the reference it resolves.
    let of = step.id.as_str().split_once(':').map_or("-", |(_, of)| of);
    let started = report.log.is_some();
    [
        step.image.as_ref().map_or_else(|| of.to_owned(), ToString::to_string),
        step.stage.to_string(),
        report.outcome.as_str().to_owned(),
        if started { quantity::time(report.duration) } else { String::new() },
        report.output.size_bytes.map(quantity::size).unwrap_or_default(),
        match &report.outcome {
            Outcome::Skipped { because } => because.clone(),
            _ => findings_cell(&report.output),
        },
    ]
}

fn push_row(text: &mut String, row: &Row, widths: &[usize; 6], paint: impl Fn(usize, &str) -> String) {
    let mut line = String::new();
    for (column, (cell, width)) in row.iter().zip(widths).enumerate() {
        let space = " ".repeat(width - cell.width());
        let painted = paint(column, cell);
        let (before, after) = if RIGHT[column] {
            (space.as_str(), "")
        } else {
            ("", space.as_str())
        };
        let _ = write!(line, "{before}{painted}{after}  ");
    }
    text.push_str(line.trim_end());
    text.push('\n');
}

fn paint(style: Style, outcome: &Outcome, column: usize, cell: &str) -> String {
    match (outcome, column) {
        (Outcome::Passed, 2) => style.good(cell),
        (Outcome::Failed(_), 2) => style.bad(cell),
        (Outcome::Cancelled, 2) => style.loud(cell),
        (Outcome::Skipped { .. }, _) => style.dim(cell),
        _ => cell.to_owned(),
    }
}

/// `3 images, 12 steps: 11 passed, 1 failed in 42.1s`.
fn last_line(steps: &[(&Step, &StepReport)], run: &RunReport, style: Style) -> String {
    let images: std::collections::HashSet<_> = steps.iter().filter_map(|(step, _)| step.image.as_ref()).collect();
    let count = |name: &str| steps.iter().filter(|(_, report)| report.outcome.as_str() == name).count();
    let counts: Vec<_> = ["passed", "failed", "skipped", "cancelled"]
        .into_iter()
        .map(|name| (count(name), name))
        .filter(|(count, name)| *count > 0 || (*name == "passed" && steps.is_empty()))
        .map(|(count, name)| format!("{count} {name}"))
        .collect();
    let line = format!(
        "{}, {}: {} in {}",
        quantity::count(images.len(), "image"),
        quantity::count(steps.len(), "step"),
        counts.join(", "),
        quantity::time(run.duration)
    );
    if run.ok { style.good(&line) } else { style.bad(&line) }
}
