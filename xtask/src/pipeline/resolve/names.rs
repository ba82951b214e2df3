//! Names: what docker, file systems and the command line can carry.

use std::ops::Range;

use crate::diag::Diagnostic;

use super::Problems;

/// The commands of the command line: no task or stage can be called so.
pub const COMMANDS: [&str; 11] = [
    "ecr",
    "plan",
    "tags",
    "changelog",
    "check",
    "setup",
    "clean",
    "bases",
    "tasks",
    "schema",
    "help",
];

/// Whether `name` can be a component of a docker repository: lower-case letters, digits, and single separators between them.
///
/// Source: the grammar of distribution/reference (`path-component`).
pub(super) fn is_component(name: &str) -> bool {
    let mut parts = name.split(['.', '_', '-']);
    parts.all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()))
}

/// Reports a name that is no component.
pub(super) fn check(what: &str, name: &str, span: Range<usize>, problems: &mut Problems<'_>) {
    if !is_component(name) {
        problems.push(
            Diagnostic::error("invalid-name", format!("`{name}` cannot be the name of {what}"))
                .label(span, "this name")
                .help("use lower-case letters and digits, with single `-`, `_` or `.` between them"),
        );
    }
}

/// The stage name of the steps that find base images.
pub const BASE: &str = "base";
/// The stage name of the steps that part the phases of a release.
pub const GATE: &str = "gate";
/// The stage name of the steps that make the git tags of a release.
pub const GIT_TAG: &str = "git-tag";
/// What is added to the name of a push stage for the phases of a release, besides the upload itself: check, version, moving.
pub const PHASES: [&str; 3] = [".check", ".version", ".moving"];

/// Reports a name that a command has.
pub(super) fn check_reserved(what: &str, name: &str, span: Range<usize>, problems: &mut Problems<'_>) {
    if COMMANDS.contains(&name) {
        problems.push(
            Diagnostic::error("reserved-name", format!("{what} cannot be called `{name}`"))
                .label(span, "this name")
                .help(format!("`cargo xtask {name}` is a command; choose another name")),
        );
    }
}

/// Reports a stage called as steps are that no stage makes.
pub(super) fn check_step(name: &str, span: Range<usize>, problems: &mut Problems<'_>) {
    let steps = match name {
        BASE => "the steps that find base images are called so",
        GATE | GIT_TAG => "steps of every release are called so",
        _ if PHASES.iter().any(|phase| name.ends_with(phase)) => "the phases of a release are called so",
        _ => return,
    };
    let message = format!("a stage cannot be called `{name}`");
    let help = format!("{steps}; choose another name");
    problems.push(Diagnostic::error("reserved-name", message).label(span, "this name").help(help));
}

pub(super) fn project(problems: &mut Problems<'_>) -> String {
    let name = problems.manifest.tables.project.name.as_ref();
    if let Some(name) = name {
        check("a project", name, name.span(), problems);
    }
    problems.required(name, "project.name", None).unwrap_or("project").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn components_are_dockers() {
        for good in ["a", "python-basic", "a.b_c", "x1"] {
            assert!(is_component(good), "{good}");
        }
        for bad in ["", "A", "-a", "a-", "a--b", "a/b", "a:b", "ä"] {
            assert!(!is_component(bad), "{bad}");
        }
    }
}
