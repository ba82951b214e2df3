//! What decides which lint rules apply, and that it is said.

use serde_json::json;

use crate::support::project::{Project, Ran};

/// No user, two commands: DL4003 (a warning) on line 3.
const TWO_COMMANDS: &str = "FROM scratch\nCMD [\"a\"]\nCMD [\"b\"]\n";

fn project(options: &str) -> Project {
    let project = Project::new(&format!(
        "[images.web]\ncontext = \"web\"\n[[stages]]\nname = \"lint\"\nuses = \"hadolint\"\n{options}"
    ));
    project.file("web/Dockerfile", TWO_COMMANDS);
    project
}

fn lint(project: &Project, code: i32) -> Ran {
    project.run(&["lint", "--format", "json"]).ends(code)
}

fn notes(ran: &Ran) -> String {
    ran.step("lint:web")["notes"].to_string()
}

#[test]
fn the_repositorys_configuration_counts_and_is_named() {
    let project = project("");
    lint(&project, 1).says(&["DL4003", "web/Dockerfile:3", "hint"]);
    project.file(".hadolint.yaml", "ignored: [DL4003]\n");
    let ran = lint(&project, 0);
    assert!(
        notes(&ran).contains("`.hadolint.yaml` decides which rules apply"),
        "{}",
        notes(&ran)
    );
}

#[test]
fn a_pragma_counts_and_is_named() {
    let project = project("");
    project.file(
        "web/Dockerfile",
        &TWO_COMMANDS.replace("CMD [\"b\"]", "# hadolint ignore=DL4003\nCMD [\"b\"]"),
    );
    let ran = lint(&project, 0);
    assert!(
        notes(&ran).contains("switched off by comments in `web/Dockerfile`: DL4003 (line 3)"),
        "{}",
        notes(&ran)
    );
}

#[test]
fn strict_takes_neither() {
    let project = project("strict = true\n");
    project.file(".hadolint.yaml", "ignored: [DL4003]\n").file(
        "web/Dockerfile",
        &TWO_COMMANDS.replace("CMD [\"b\"]", "# hadolint ignore=DL4003\nCMD [\"b\"]"),
    );
    let ran = lint(&project, 1).says(&["DL4003"]);
    assert_eq!(ran.step("lint:web")["notes"], json!([]));
}

#[test]
fn a_waiver_of_the_pipeline_is_named_and_a_threshold_counts() {
    let waived = lint(&project("ignore = [\"DL4003\"]\nstrict = true\n"), 0);
    assert!(
        notes(&waived).contains("waived by `ignore` in pipeline.toml: DL4003"),
        "{}",
        notes(&waived)
    );
    let shown = lint(&project("fail-on = \"error\"\n"), 0);
    let counts = shown.step("lint:web")["findings"].clone();
    let sum: u64 = counts.as_object().unwrap().values().filter_map(serde_json::Value::as_u64).sum();
    assert_eq!(sum, 1, "it is shown all the same: {counts}");
}

#[test]
fn a_configuration_that_is_named_and_not_there_fails() {
    lint(&project("config = \"nothing.yaml\"\n"), 1).says(&["there is no `nothing.yaml`", "hint"]);
}
