//! Where output goes and what is in it.

use serde_json::Value;

use crate::support::project::Ran;

use super::happy;

const ESCAPE: char = '\u{1b}';

#[test]
fn without_a_terminal_there_are_no_escape_codes_unless_asked_for() {
    let project = happy::project(1);
    let plain = project.run(&["lint"]).ends(0);
    assert!(!plain.stderr.contains(ESCAPE) && !plain.stdout.contains(ESCAPE), "{}", plain.stderr);
    assert!(
        plain.stderr.contains("▸ lint:web\n") && plain.stderr.contains("✓ lint:web"),
        "{}",
        plain.stderr
    );
    let coloured = project.run(&["lint", "--color", "always"]).ends(0);
    assert!(coloured.stderr.contains("\u{1b}["), "{}", coloured.stderr);
    let never = project
        .run_with(&[("TERM", "xterm-256color")], &["lint", "--color", "never"])
        .ends(0);
    assert!(!never.stderr.contains(ESCAPE), "{}", never.stderr);
}

#[test]
fn mistakes_have_no_escape_codes_either() {
    let project = happy::project(1);
    project.pipeline("nonsense = 1\n");
    assert!(!project.run(&["check"]).ends(3).stderr.contains(ESCAPE));
    assert!(project.run(&["check", "--color", "always"]).ends(3).stderr.contains(ESCAPE));
}

#[test]
fn the_answer_goes_to_standard_output_alone() {
    let project = happy::project(1);
    let quiet = project.run(&["lint", "--quiet"]).ends(0);
    assert_eq!(quiet.stdout, "");
    assert!(
        !quiet.stderr.contains('▸') && quiet.stderr.contains("2 steps: 2 passed"),
        "{}",
        quiet.stderr
    );

    let events = project.run(&["lint", "--progress", "json", "--format", "json"]).ends(0);
    assert_eq!(events.json()["ok"], true);
    let lines: Vec<Value> = events
        .stderr
        .lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(lines.len() >= 5, "two steps start and end, and the run ends: {}", events.stderr);
}

#[test]
fn global_options_count_wherever_they_stand() {
    let project = happy::project(1);
    let root = project.root().display().to_string();
    for arguments in [
        ["-C", &root, "--format", "json", "lint", "web"],
        ["lint", "-C", &root, "web", "--format", "json"],
        ["lint", "web", "--format", "json", "-C", &root],
    ] {
        let output = project.command(&arguments).current_dir(project.home()).output().unwrap();
        assert_eq!(Ran::of(&output).ends(0).outcomes(), ["lint:web passed"]);
    }
    let set = ["lint", "web", "--set", "images.web.context=\"nowhere\""];
    project.run(&set).ends(3).says(&["nowhere/Dockerfile"]);
}
