//! Findings in few words: `1 CRITICAL, 2 HIGH`, the worst first.

use crate::{
    exec::StepOutput,
    tool::{Finding, findings},
};

/// Severities of the tools, the worst first; those that are not here come last.
const ORDER: [&str; 9] = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "UNKNOWN", "error", "warning", "info", "style"];

/// Empty for a step that looks for nothing.
pub(super) fn findings_cell(output: &StepOutput) -> String {
    let found = output.findings.as_deref().map(found);
    match (found, output.not_looked_for) {
        (found, None) => found.unwrap_or_default(),
        (Some(found), Some(what)) => format!("{found}; {what}: not looked for"),
        (None, Some(what)) => format!("{what}: not looked for"),
    }
}

fn found(found: &[Finding]) -> String {
    let counts = findings::count(found);
    if counts.is_empty() {
        return "none".to_owned();
    }
    let rank = |severity: &str| ORDER.iter().position(|known| *known == severity).unwrap_or(ORDER.len());
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(severity, _)| rank(severity));
    let words: Vec<_> = counts.iter().map(|(severity, number)| format!("{number} {severity}")).collect();
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_first() {
        let finding = |severity: &str| Finding {
            code: "X".into(),
            severity: severity.into(),
            message: String::new(),
            location: String::new(),
            gating: true,
        };
        let found: Vec<_> = ["HIGH", "odd", "CRITICAL", "HIGH", "LOW"].map(finding).into();
        let cell = |findings: Option<Vec<Finding>>, not_looked_for| {
            findings_cell(&StepOutput {
                findings,
                not_looked_for,
                ..StepOutput::default()
            })
        };
        assert_eq!(cell(Some(found), None), "1 CRITICAL, 2 HIGH, 1 LOW, 1 odd");
        assert_eq!(cell(Some(Vec::new()), None), "none");
        assert_eq!(cell(None, None), "");
        assert_eq!(
            cell(Some(Vec::new()), Some("vulnerabilities")),
            "none; vulnerabilities: not looked for"
        );
    }
}
