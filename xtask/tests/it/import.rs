//! Rules taken over from workflows: what is printed is loaded by the very binary that printed it, and gives the tags that the action would.

use std::{fs, path::PathBuf};

use crate::support::project::{Project, Ran};

fn workflow(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures/workflows")
        .join(name)
}

fn empty() -> Project {
    let project = Project::new("");
    fs::remove_file(project.path("pipeline.toml")).unwrap();
    project
}

fn import(project: &Project, name: &str) -> Ran {
    project.run(&["tags", "--import", workflow(name).to_str().unwrap()])
}

/// The tags under some event, of a pipeline with the imported rules.
fn tags(project: &Project, imported: &str, variables: &[(&str, &str)]) -> Vec<String> {
    let head = "[images.web]\ncontext = \"web\"\n";
    // Where the rules bring the stage that builds, it is theirs.
    let stage = if imported.contains("docker-build") {
        ""
    } else {
        "[[stages]]\nname = \"build\"\nuses = \"docker-build\"\n"
    };
    project
        .pipeline(&format!("{head}{stage}{imported}"))
        .file("web/Dockerfile", "FROM scratch\n");
    let answer = project.run_with(variables, &["tags", "--format", "json"]).ends(0).json();
    let tags = answer["images"][0]["tags"].as_array().unwrap().clone();
    tags.iter().map(|tag| tag.as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_workflow_s_rules_give_the_same_tags_here() {
    let project = empty();
    let ran = import(&project, "docker.yml").ends(0);
    let commit = ("GITHUB_SHA", "0123456789abcdef0123456789abcdef01234567");
    let git = "git-0123456789abcdef0123456789abcdef01234567-alpine";
    let of = |variables: &[(&str, &str)]| tags(&project, &ran.stdout, &[variables, &[commit]].concat());
    assert_eq!(
        of(&[("GITHUB_REF", "refs/tags/v1.2.3"), ("GITHUB_EVENT_NAME", "push")]),
        ["1.2.3-alpine", "1-alpine", git, "latest-alpine"]
    );
    assert_eq!(
        of(&[("GITHUB_REF", "refs/pull/7/merge"), ("GITHUB_EVENT_NAME", "pull_request")]),
        ["pr-7-alpine", git]
    );
    let schedule = [
        ("GITHUB_REF", "refs/heads/main"),
        ("GITHUB_EVENT_NAME", "schedule"),
        ("SOURCE_DATE_EPOCH", "1770000000"),
    ];
    assert_eq!(of(&schedule), ["20260202-alpine", "main-alpine", git]);

    let notes: Vec<_> = ran.stderr.lines().collect();
    assert_eq!(notes.len(), 2, "{}", ran.stderr);
    assert!(
        notes[0].contains("docker.yml:24: `type=semver,pattern={{major}}.{{minor}},enable=${{"),
        "{}",
        notes[0]
    );
    assert!(
        notes[1].contains("docker.yml:37: label `com.example.build` holds an expression"),
        "{}",
        notes[1]
    );
    assert!(
        ran.stdout
            .contains("\n# [[tags]]\n# type = \"semver\"\n# pattern = \"{{major}}.{{minor}}\"\n"),
        "{}",
        ran.stdout
    );
    assert!(ran.stdout.contains("\"com.example.team\" = \"shop\""), "{}", ran.stdout);
}

#[test]
fn a_step_without_rules_goes_by_the_default_ones() {
    let project = empty();
    let ran = import(&project, "action.yml").ends(0).says(&["2 steps use docker/metadata-action"]);
    assert!(ran.stdout.contains("# From the action, step 1, line 6.\n"), "{}", ran.stdout);
    assert!(
        ran.stdout
            .contains("# From the action, step `api`, line 9.\n# images: acme/api\n\n# [[tags]]\n# type = \"sha\"\n"),
        "{}",
        ran.stdout
    );
    assert_eq!(tags(&project, &ran.stdout, &[("GITHUB_REF", "refs/heads/next")]), ["next"]);
}

#[test]
fn what_cannot_be_imported_is_said_with_its_line() {
    let project = empty();
    let refused = |text: &str| {
        project.file("w.yml", text);
        project.run(&["tags", "--import", "w.yml"]).ends(2)
    };
    let step = |tags: &str| {
        format!("jobs:\n  a:\n    steps:\n      - uses: docker/metadata-action@v6\n        with:\n          tags: |\n            {tags}\n")
    };
    refused(&step("type=semvar,pattern=x")).says(&["`w.yml`: line 7: unknown type of tag rule `semvar`; there is schedule, semver"]);
    refused(&step("\"a")).says(&["line 7: a quote is not closed"]);
    refused("jobs:\n  a:\n    steps: []\n").says(&["no step of it uses docker/metadata-action", "pass the workflow file"]);
    refused("a: [").says(&["it is no YAML that can be read", "line"]);
    project
        .run(&["tags", "--import", "none.yml"])
        .ends(2)
        .says(&["cannot read `none.yml`"]);
    project
        .run(&["tags", "--import", "w.yml", "--format", "json"])
        .ends(2)
        .says(&["`--import` writes TOML"]);
    project
        .run(&["tags", "web", "--import", "w.yml"])
        .ends(2)
        .says(&["cannot be used with"]);
}
