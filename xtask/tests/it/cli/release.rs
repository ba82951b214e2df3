//! A release to a real registry, from a version tag: what arrives there, and what is refused.

use std::fs;

use serde_json::json;

use crate::support::{project::Project, registry::Registry};

use super::happy;

const RELEASE: [&str; 5] = ["release", "--registry", "local", "--format", "json"];

fn tagged(registry: &Registry) -> Project {
    let project = happy::project(registry.port());
    project.commit();
    project.git(&["tag", "v1.2.3"]);
    project
}

#[test]
fn a_version_becomes_tags_of_the_very_image_that_was_scanned() {
    let registry = Registry::start();
    let project = tagged(&registry);
    // What people's docker knows of logins is none of our business.
    let config = project.home().join(".docker/config.json");
    let before = r#"{"auths":{"registry.example.invalid":{"auth":"dTpw"}}}"#;
    fs::create_dir_all(config.parent().unwrap()).unwrap();
    fs::write(&config, before).unwrap();

    let ran = project.run(&RELEASE).ends(0);
    let sha = project.git(&["rev-parse", "--short=7", "HEAD"]);
    for image in ["web", "job"] {
        let repository = format!("{}/{image}", project.name);
        // `latest` comes with a version, unless `[flavor]` says otherwise.
        let tags = ["1.2.3".to_owned(), "1.2".to_owned(), format!("sha-{sha}"), "latest".to_owned()];
        let push = ran.step(&format!("push:{image}"));
        let pushes = ["push", "push.version", "push.moving"].map(|phase| ran.step(&format!("{phase}:{image}")));
        let mut references: Vec<_> = pushes
            .iter()
            .flat_map(|push| push["references"].as_array().unwrap())
            .map(|text| text.as_str().unwrap())
            .collect();
        references.sort_unstable();
        let mut expected = tags.clone().map(|tag| format!("{}/{repository}:{tag}", registry.host()));
        expected.sort_unstable();
        assert_eq!(references, expected);
        let scanned = ran.step(&format!("scan:{image}"))["digest"].clone();
        for tag in &tags {
            assert_eq!(
                push["digest"],
                json!(registry.digest(&repository, tag).unwrap()),
                "{repository}:{tag}"
            );
            assert_eq!(
                registry.manifest(&repository, tag)["config"]["digest"],
                scanned,
                "{repository}:{tag}"
            );
        }
    }
    assert_eq!(fs::read_to_string(&config).unwrap(), before);

    let again = project.run(&RELEASE).ends(0);
    for image in ["web", "job"] {
        let push = format!("push:{image}");
        assert_eq!(
            again.step(&push)["digest"],
            ran.step(&push)["digest"],
            "the same commit is the same image"
        );
    }
}

#[test]
fn what_is_not_committed_or_has_no_version_is_not_released() {
    let registry = Registry::start();
    let project = happy::project(registry.port());
    let repository = format!("{}/web", project.name);
    project
        .run(&RELEASE)
        .ends(1)
        .says(&["`release` is refused", "not a git repository"]);
    project.commit();
    project.run(&RELEASE).ends(1).says(&["`release` is refused", "version"]);
    project.git(&["tag", "v1.2.3"]);
    project.file("web/health", "ok, changed\n");
    project
        .run(&RELEASE)
        .ends(1)
        .says(&["`release` is refused: the worktree has uncommitted changes; commit or stash them"]);
    let plan = project.run(&["plan", "release", "--registry", "local", "--format", "json"]).ends(0);
    assert_eq!(plan.json()["unmet"].as_array().unwrap().len(), 1, "a plan says it, too");
    assert_eq!(registry.digest(&repository, "1.2.3"), None);
    assert!(!project.path("target").exists(), "nothing was run");
}

#[test]
fn a_failed_test_of_one_image_keeps_all_of_them_out_of_the_registry() {
    let registry = Registry::start();
    let project = happy::project(registry.port());
    project
        .file("web/health", "down\n")
        .pipeline(&happy::PIPELINE.replace("PORT", &registry.port().to_string()).replace(
            "path = \"/health\", body = \"ok\"",
            "path = \"/health\", body = \"ok\", timeout = \"1s\"",
        ));
    project.commit();
    project.git(&["tag", "v1.2.3"]);
    let ran = project
        .run(&[&RELEASE[..], &["--keep-going"]].concat())
        .ends(1)
        .says(&["✗ test:web"]);
    assert_eq!(ran.step("push:web")["outcome"], "skipped");
    assert!(ran.step("push:web")["reason"].as_str().unwrap().contains("test:web failed"));
    assert_eq!(registry.digest(&format!("{}/web", project.name), "1.2.3"), None);
    assert_eq!(ran.step("scan:job")["outcome"], "passed");
    assert_eq!(ran.step("push:job")["outcome"], "skipped");
    let sha = project.git(&["rev-parse", "--short=7", "HEAD"]);
    for tag in ["1.2.3", &format!("sha-{sha}")] {
        assert_eq!(registry.digest(&format!("{}/job", project.name), tag), None);
    }
}

#[test]
fn a_registry_that_is_not_there_is_told_apart_from_a_failed_test() {
    // Port 1: nobody listens there.
    let project = happy::project(1);
    project.pipeline(
        &happy::PIPELINE
            .replace("PORT", "1")
            .replace("uses = \"push\"\n", "uses = \"push\"\nretries = 0\n"),
    );
    project.commit();
    project.git(&["tag", "v1.2.3"]);
    let ran = project
        .run(&[&RELEASE[..], &["job"]].concat())
        .ends(6)
        .says(&["`release` is refused", "127.0.0.1:1"]);
    assert_eq!(ran.stdout, "", "nothing was run");
}
