//! One thing fails: what people see of it, and that what does not depend on it is not lost.

use crate::support::project::{Project, SLEEPER};

use super::happy;

#[test]
fn a_dockerfile_that_does_not_build_fails_its_image_only() {
    let project = happy::project(1);
    project.file("job/Dockerfile", "FROM scratch\nCOPY nothing /nothing\nUSER 1000\n");
    let ran = project.run(&["all", "--keep-going", "--format", "json"]).ends(1).says(&[
        "✗ build:job",
        "nothing",
        "command",
        "docker buildx build",
        "log",
    ]);
    let mut outcomes = ran.outcomes();
    outcomes.sort_unstable();
    let expected = [
        "build:job failed",
        "build:web passed",
        "lint:job passed",
        "lint:web passed",
        "scan:job skipped",
        "scan:web passed",
        "test:job skipped",
        "test:web passed",
    ];
    assert_eq!(outcomes, expected);
    for dependent in ["scan:job", "test:job"] {
        let reason = ran.step(dependent)["reason"].as_str().unwrap().to_owned();
        assert!(reason.contains("build:job failed"), "{reason}");
        assert!(ran.stderr.contains(&reason), "people see it, too: {}", ran.stderr);
    }
    assert!(ran.step("build:job")["reason"].as_str().unwrap().contains("nothing"));
}

#[test]
fn without_keep_going_nothing_new_starts() {
    let project = Project::new(
        "[images]\na.context = \"a\"\nb.context = \"b\"\n[[stages]]\nname = \"build\"\nuses = \"docker-build\"\n\
         [[stages]]\nname = \"lint\"\nuses = \"hadolint\"\nneeds = []\n[tasks.both]\nstages = [\"build\", \"lint\"]\n",
    );
    project
        .file("a/Dockerfile", "FROM scratch\nCOPY nothing /nothing\n")
        .image("b", SLEEPER);
    let ran = project
        .run(&["both", "--jobs", "1", "--format", "json"])
        .ends(1)
        .says(&["✗ build:a"]);
    let outcomes = ran.outcomes();
    let failed = outcomes.iter().position(|outcome| outcome == "build:a failed").unwrap();
    assert!(
        outcomes[..failed].iter().all(|outcome| outcome.ends_with(" passed")),
        "{outcomes:?}"
    );
    let later = &outcomes[failed + 1..];
    assert!(
        !later.is_empty() && later.iter().all(|outcome| outcome.ends_with(" skipped")),
        "{outcomes:?}"
    );
    let id = later[0].split(' ').next().unwrap();
    assert_eq!(ran.step(id)["reason"], "not started after build:a failed");
}

#[test]
fn a_lint_error_is_shown_with_its_line_and_does_not_stop_the_build() {
    let project = happy::project(1);
    project.image(
        "job",
        "FROM scratch\nCOPY busybox /bin/busybox\nUSER 1000\nCMD [\"/bin/busybox\"]\nCMD [\"/bin/busybox\", \"echo\", \"done\"]\n",
    );
    let ran = project
        .run(&["all", "job", "-k", "--format", "json"])
        .ends(1)
        .says(&["✗ lint:job", "DL4003", "job/Dockerfile:5"]);
    let lint = ran.step("lint:job");
    let counts = lint["findings"].as_object().unwrap();
    assert_eq!(counts.values().filter_map(serde_json::Value::as_u64).sum::<u64>(), 1, "{counts:?}");
    for other in ["build:job", "test:job", "scan:job"] {
        assert_eq!(ran.step(other)["outcome"], "passed");
    }
}

#[test]
fn all_that_is_wrong_with_a_container_is_told_at_once() {
    let project = Project::new(
        "[images.web]\ncontext = \"web\"\ntest = { max-size = \"1KB\", user = \"nobody\" }\n\
         [[stages]]\nname = \"build\"\nuses = \"docker-build\"\n[[stages]]\nname = \"test\"\nuses = \"container-test\"\n",
    );
    project.image(
        "web",
        "FROM scratch\nCOPY busybox /bin/busybox\nCMD [\"/bin/busybox\", \"sh\", \"-c\", \"echo bye-bye; exit 7\"]\n",
    );
    let ran = project.run(&["test", "--format", "json"]).ends(1);
    assert_eq!(ran.step("build:web")["outcome"], "passed");
    assert_eq!(ran.step("test:web")["outcome"], "failed");
    for part in ["max-size", "user", "it exits with exit code 7", "bye-bye"] {
        assert!(ran.stderr.contains(part), "{part}: {}", ran.stderr);
    }
    assert_eq!(project.containers(), Vec::<String>::new());
}
