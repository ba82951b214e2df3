//! What stands in the way of a release is said before anything is done, and all of it at once.

use serde_json::json;

use super::project::{Released, project, release};

#[test]
fn all_that_is_wrong_is_said_at_once() {
    let released = Released::new("");
    let text = std::fs::read_to_string(released.project.path("pipeline.toml")).unwrap();
    released.change(
        "pipeline.toml",
        &text.replace("require =", "branches = [\"main\", \"release/*\"]\nrequire ="),
    );
    released.release(&["--version", "2.0.0"]);
    let origin = released.project.home().join("origin.git");
    released.project.git(&["clone", "--quiet", "--bare", ".", origin.to_str().unwrap()]);
    released.project.git(&["remote", "add", "origin", origin.to_str().unwrap()]);
    released.project.git(&["checkout", "--quiet", "-b", "feature"]);
    released.change("web/content", "second\n");
    released.project.git(&["push", "--quiet", "--set-upstream", "origin", "feature"]);
    released.change("web/content", "third\n");
    released.project.git(&["push", "--quiet"]);
    released.project.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    released.project.git(&["config", "--unset", "user.name"]);
    released.project.git(&["config", "--unset", "user.email"]);
    released.project.file("web/content", "not committed\n");

    // The last one is known to the registry only: another commit was released under that version.
    released.project.git(&["tag", "--delete", "v2.0.0"]);
    released.project.git(&["tag", "v3.0.0", "HEAD~1"]);
    let ran = release(&released.project, &["--version", "2.0.0"]).ends(1);
    let ran = ran.says(&[
        "`release` is refused: the worktree has uncommitted changes",
        "`release` is refused: HEAD is on branch `feature`; the task runs on `main`, `release/*` only",
        "`release` is refused: HEAD is 1 commit behind `origin/feature`; run `git pull` first",
        "`release` is refused: version 2.0.0 is not greater than `v3.0.0`, which HEAD is built on",
        "`release` is refused: git does not know in whose name to make the tag `v2.0.0`",
        "/web:2.0.0` is there already: manifest `sha256:",
        "/api:2.0.0` is there already: manifest `sha256:",
        "release under a new version",
    ]);
    assert_eq!(ran.stdout, "", "nothing was run");
}

#[test]
fn a_version_that_the_registry_has_from_another_commit_is_a_conflict() {
    let mut released = Released::new("");
    let (_, record) = released.release(&["--version", "1.0.0"]);
    for image in ["web", "api"] {
        released.expect(&record, image, &["1.0.0", "1.0", "1", "latest"]);
    }
    released.project.git(&["tag", "--delete", "v1.0.0"]);
    released.change("web/content", "other\n");
    let digest = &released.expected["web"]["1.0.0"];
    release(&released.project, &["--version", "1.0.0"])
        .ends(5)
        .says(&["is there already", digest]);
    released.check();
}

#[test]
fn another_build_of_the_same_commit_is_the_release_that_people_have() {
    let mut released = Released::new("");
    let (_, record) = released.release(&["--version", "1.0.0"]);
    for image in ["web", "api"] {
        released.expect(&record, image, &["1.0.0", "1.0", "1", "latest"]);
    }
    // As on another machine: the same commit, and not the same bytes.
    let ran = release(&released.project, &["--set", "images.web.labels.machine=\"other\""]).ends(0);
    assert!(ran.stderr.contains("that is released, not what was built now"), "{}", ran.stderr);
    assert_eq!(ran.step("push.version:web")["digest"], json!(released.expected["web"]["1.0.0"]));
    released.check();
}

#[test]
fn a_task_that_makes_no_release_takes_no_version() {
    let project = project("[tasks.try]\nstages = [\"build\"]\n", &[("one", "127.0.0.1:1")]);
    project
        .run(&["plan", "try", "--bump", "minor"])
        .ends(2)
        .says(&["task `try` makes no release, so it takes no version"]);
    project
        .run(&["try", "--bump", "minor"])
        .ends(2)
        .says(&["unexpected argument '--bump'"]);
    project.run(&["release", "--version", "one"]).ends(2).says(&["invalid value 'one'"]);
    project
        .run(&["release", "--bump", "minor", "--version", "1.0.0"])
        .ends(2)
        .says(&["cannot be used with"]);
    project.run(&["release"]).ends(1).says(&[
        "`release` is refused: HEAD carries no git tag `v{{version}}`",
        "pass `--bump patch` (or minor, major, prerelease) or `--version X`",
    ]);
}

#[test]
fn a_bump_of_what_is_released_is_a_mistake() {
    let released = Released::new("");
    released.release(&["--version", "1.0.0"]);
    release(&released.project, &["--bump", "patch"])
        .ends(1)
        .says(&["HEAD is `v1.0.0` already; leave `--bump` out to finish that release"]);
}

#[test]
fn two_releases_do_not_run_at_once() {
    let released = Released::new("");
    released.project.file("target/xtask/release.lock", "");
    let held = std::fs::File::open(released.project.path("target/xtask/release.lock")).unwrap();
    held.try_lock().unwrap();
    release(&released.project, &["--version", "1.0.0"])
        .ends(5)
        .says(&["another release runs in this folder"]);
    drop(held);
    released.release(&["--version", "1.0.0"]);
}

#[test]
fn a_release_pushes_once() {
    let project = project("[[stages]]\nname = \"again\"\nuses = \"push\"\n", &[("one", "127.0.0.1:1")]);
    let text = std::fs::read_to_string(project.path("pipeline.toml")).unwrap();
    project
        .file(
            "pipeline.toml",
            &text.replace("\"build\", \"push\"]", "\"build\", \"push\", \"again\"]"),
        )
        .commit();
    release(&project, &["--version", "1.0.0"])
        .ends(1)
        .says(&["`release` is refused: it has more than one push stage"]);
}
