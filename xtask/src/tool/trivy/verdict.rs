//! What a scan comes to, in words: the findings that fail it, worst first.

use std::fmt::Write as _;

use crate::{
    pipeline::ImageName,
    tool::{Finding, findings},
};

/// How many findings a refusal names.
const NAMED: usize = 20;

/// Why the findings fail the scan of `image`; `None` if they do not.
pub fn refusal(image: &ImageName, found: &[Finding]) -> Option<String> {
    let mut gating: Vec<_> = found.iter().filter(|finding| finding.gating).collect();
    if gating.is_empty() {
        return None;
    }
    gating.sort_by_key(|finding| (std::cmp::Reverse(rank(&finding.severity)), &finding.code, &finding.location));

    let counted: Vec<Finding> = gating.iter().copied().cloned().collect();
    let mut counts: Vec<_> = findings::count(&counted).into_iter().collect();
    counts.sort_by_key(|(severity, _)| std::cmp::Reverse(rank(severity)));
    let counts: Vec<_> = counts.iter().map(|(severity, count)| format!("{count} {severity}")).collect();

    let plural = if gating.len() == 1 { "finding" } else { "findings" };
    let mut message = format!(
        "image `{image}` has {} {plural} that must not be: {}",
        gating.len(),
        counts.join(", ")
    );
    for finding in gating.iter().take(NAMED) {
        let Finding {
            code,
            severity,
            message: text,
            location,
            gating: _,
        } = finding;
        // Writing to a String cannot fail.
        let _ = write!(message, "\n  {severity} {code}  {location}");
        if !text.is_empty() {
            let _ = write!(message, "  {text}");
        }
    }
    if gating.len() > NAMED {
        let _ = write!(message, "\n  … and {} more", gating.len() - NAMED);
    }
    Some(message)
}

fn rank(severity: &str) -> u8 {
    match severity {
        "CRITICAL" => 4,
        "HIGH" => 3,
        "MEDIUM" => 2,
        "LOW" => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(code: &str, severity: &str, gating: bool) -> Finding {
        Finding {
            code: code.into(),
            severity: severity.into(),
            message: String::new(),
            location: "p 1".into(),
            gating,
        }
    }

    #[test]
    fn findings_that_do_not_gate_refuse_nothing() {
        assert_eq!(refusal(&ImageName::new("web"), &[finding("CVE-1", "LOW", false)]), None);
    }

    #[test]
    fn the_worst_come_first() {
        let found = [
            finding("CVE-2", "HIGH", true),
            finding("CVE-1", "CRITICAL", true),
            finding("CVE-0", "LOW", false),
        ];
        assert_eq!(
            refusal(&ImageName::new("web"), &found).unwrap(),
            "image `web` has 2 findings that must not be: 1 CRITICAL, 1 HIGH\n  CRITICAL CVE-1  p 1\n  HIGH CVE-2  p 1"
        );
    }

    #[test]
    fn a_long_list_is_cut() {
        let found: Vec<_> = (0..25).map(|number| finding(&format!("CVE-{number:02}"), "HIGH", true)).collect();
        let text = refusal(&ImageName::new("web"), &found).unwrap();
        assert_eq!(text.lines().count(), 1 + NAMED + 1);
        assert!(text.ends_with("… and 5 more"), "{text}");
    }
}
