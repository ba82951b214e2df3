//! A changelog for people: a section for each image, what matters most first.

use std::fmt::Write as _;

use super::{ImageChanges, entry::Entry};

/// Headings, each with the types of commits under it; what is under none of them comes last.
const GROUPS: [(&str, &str); 4] = [
    ("feat", "Features"),
    ("fix", "Fixes"),
    ("perf", "Performance"),
    ("revert", "Reverts"),
];

pub(super) fn section(changes: &ImageChanges) -> String {
    let title = changes
        .version
        .as_ref()
        .map_or_else(|| "unreleased".to_owned(), |tag| tag.version.to_string());
    let mut text = format!("## {} {title}\n", changes.image);
    let since = changes.since.as_ref().map(|tag| &tag.name).or(changes.revision.as_ref());
    let since = since.map_or_else(|| "in all of history".to_owned(), |since| format!("since `{since}`"));
    if changes.entries.is_empty() {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "\nNo changes {since}.");
        return text;
    }
    let _ = writeln!(text, "\n{} {since}.", count(changes.entries.len()));
    let (breaking, rest): (Vec<&Entry>, Vec<&Entry>) = changes.entries.iter().partition(|entry| entry.breaking.is_some());
    group(&mut text, "Breaking changes", &breaking);
    for (kind, heading) in GROUPS {
        let of_kind: Vec<_> = rest.iter().copied().filter(|entry| entry.kind.as_deref() == Some(kind)).collect();
        group(&mut text, heading, &of_kind);
    }
    let is_other = |entry: &&Entry| GROUPS.iter().all(|(kind, _)| entry.kind.as_deref() != Some(kind));
    let others: Vec<_> = rest.into_iter().filter(is_other).collect();
    group(&mut text, "Other changes", &others);
    text
}

fn count(number: usize) -> String {
    format!("{number} commit{}", if number == 1 { "" } else { "s" })
}

fn group(text: &mut String, heading: &str, entries: &[&Entry]) {
    if entries.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n### {heading}\n");
    for entry in entries {
        let scope = entry.scope.as_ref().map_or_else(String::new, |scope| format!("**{scope}:** "));
        let id = entry.id.get(..7).unwrap_or(&entry.id);
        let _ = writeln!(text, "- {scope}{} ({id})", entry.subject);
        for line in entry.breaking_note().into_iter().flat_map(str::lines) {
            let _ = writeln!(text, "  {line}");
        }
    }
}
