//! Pushes that are no release keep their way: each image by itself, as soon as it is ready; and a pull request pushes only what it may.

use std::fs;

use serde_json::json;

use crate::support::registry::Registry;

use super::project::project;

/// A task that pushes whatever is checked out, and something that comes after it.
const EDGE: &str = "[[stages]]\nname = \"sign\"\nrun = [\"echo\", \"{{digest_ref}}\"]\n\
                    [tasks.edge]\nstages = [\"build\", \"push\", \"sign\"]\nregistry = \"one\"\n";

#[test]
fn a_push_of_a_branch_waits_for_no_other_image() {
    let registry = Registry::start();
    let project = project(EDGE, &[("one", &registry.host())]);
    project.file("web/Dockerfile", "FROM scratch\nCOPY missing /\n").commit();
    let ran = project.run(&["edge", "--keep-going", "--format", "json"]).ends(1);
    assert_eq!(ran.step("push:web")["outcome"], "skipped");
    let sha = project.git(&["rev-parse", "--short=7", "HEAD"]);
    let tags = registry.tags(&format!("{}/api", project.name));
    assert_eq!(tags.into_keys().collect::<Vec<_>>(), [format!("sha-{sha}")]);
}

#[test]
fn a_pull_request_from_a_fork_pushes_nothing_and_passes() {
    let registry = Registry::start();
    let project = project(EDGE, &[("one", &registry.host())]);
    let event = |head: &str| {
        let payload =
            json!({"number": 7, "pull_request": {"head": {"repo": {"full_name": head}}, "base": {"repo": {"full_name": "acme/shop"}}}});
        fs::write(project.home().join("event.json"), payload.to_string()).unwrap();
    };
    let sha = project.git(&["rev-parse", "HEAD"]);
    let path = project.home().join("event.json");
    let variables = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_EVENT_NAME", "pull_request"),
        ("GITHUB_REF", "refs/pull/7/merge"),
        ("GITHUB_SHA", sha.as_str()),
        ("GITHUB_EVENT_PATH", path.to_str().unwrap()),
    ];
    event("somebody/shop");
    let ran = project.run_with(&variables, &["edge", "--format", "json"]).ends(0);
    for (step, reason) in [
        (
            "push:web",
            "a pull request from a fork is not pushed: it has no credentials, and should have none",
        ),
        ("sign:web", "it needs `push:web`, which is left out"),
    ] {
        assert_eq!(
            (ran.step(step)["outcome"].clone(), ran.step(step)["reason"].clone()),
            (json!("skipped"), json!(reason))
        );
    }
    assert_eq!(ran.step("build:web")["outcome"], "passed");
    let plan = project.run_with(&variables, &["plan", "edge", "--format", "json"]).ends(0);
    assert!(plan.step("push:api")["skip"]["reason"].as_str().unwrap().contains("from a fork"));
    assert!(registry.tags(&format!("{}/web", project.name)).is_empty());

    // One of the repository's own branches is pushed.
    event("acme/shop");
    let ran = project.run_with(&variables, &["edge", "--format", "json"]).ends(0);
    assert_eq!(ran.step("sign:web")["outcome"], "passed");
    assert!(!registry.tags(&format!("{}/web", project.name)).is_empty());
}

#[test]
fn a_pull_request_without_credentials_pushes_nothing_and_passes() {
    let project = project(EDGE, &[("one", "registry.example.invalid")]);
    let sha = project.git(&["rev-parse", "HEAD"]);
    let variables = [
        ("GITHUB_EVENT_NAME", "pull_request"),
        ("GITHUB_REF", "refs/pull/7/merge"),
        ("GITHUB_SHA", &sha),
    ];
    let ran = project.run_with(&variables, &["edge", "--format", "json"]).ends(0);
    let reason =
        "a pull request without credentials for registry `one` is not pushed: there is no docker login for `registry.example.invalid`";
    assert_eq!(ran.step("push:web")["reason"], reason);

    let variables = [("CI_MERGE_REQUEST_IID", "7"), ("GITLAB_CI", "true"), ("CI_COMMIT_SHA", &sha)];
    let ran = project.run_with(&variables, &["edge", "--format", "json"]).ends(0);
    assert_eq!(ran.step("push:web")["reason"], reason);
}
