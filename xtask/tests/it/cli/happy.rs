//! Everything is right: what the reports say then, field by field. Others' tools read them.

use serde_json::{Value, json};

use crate::support::project::{Project, docker};

/// Two images, all kinds of stages, a task each for trying out and for a release.
pub const PIPELINE: &str = r#"
[images]
web = { context = "web", test = { max-size = "5MB", user = "1000", healthcheck = true, http = { port = 8000, path = "/health", body = "ok" } } }
job = { context = "job", test = { non-root = true, start = { enabled = false }, run = [{ stdout = "done" }] } }

[[stages]]
name = "lint"
uses = "hadolint"
[[stages]]
name = "build"
uses = "docker-build"
needs = []
[[stages]]
name = "test"
uses = "container-test"
needs = ["build"]
[[stages]]
name = "scan"
uses = "trivy"
needs = ["build"]
scanners = ["secret"]
offline = true
[[stages]]
name = "push"
uses = "push"
needs = ["lint", "build", "test", "scan"]

[[tags]]
type = "semver"
pattern = "{{version}}"
[[tags]]
type = "semver"
pattern = "{{major}}.{{minor}}"
[[tags]]
type = "sha"

[registries.local]
host = "127.0.0.1:PORT"

[tasks.all]
stages = ["lint", "build", "test", "scan"]
[tasks.release]
stages = ["lint", "build", "test", "scan", "push"]
require = ["clean-worktree", "version-tag"]
"#;

/// A project of [`PIPELINE`] that pushes to a port of this machine.
pub fn project(port: u16) -> Project {
    let project = Project::new(&PIPELINE.replace("PORT", &port.to_string()));
    project
        .image(
            "web",
            "FROM scratch\nCOPY busybox /bin/busybox\nCOPY health /www/health\nUSER 1000\nEXPOSE 8000\n\
             HEALTHCHECK CMD [\"/bin/busybox\", \"wget\", \"-q\", \"-O\", \"-\", \"http://127.0.0.1:8000/health\"]\n\
             CMD [\"/bin/busybox\", \"httpd\", \"-f\", \"-p\", \"8000\", \"-h\", \"/www\"]\n",
        )
        .file("web/health", "ok\n")
        .image(
            "job",
            "FROM scratch\nCOPY busybox /bin/busybox\nUSER 1000\nCMD [\"/bin/busybox\", \"echo\", \"done\"]\n",
        );
    project
}

#[test]
fn all_stages_pass_and_the_report_says_what_was_made() {
    let project = project(1);
    project.commit();
    let ran = project.run(&["all", "--format", "json"]).ends(0);
    let report = ran.json();
    assert_eq!((&report["schema"], &report["task"]), (&json!(1), &json!("all")));
    assert_eq!((&report["ok"], &report["exit_code"]), (&json!(true), &json!(0)));
    assert!(report["duration_ms"].is_u64());
    assert_eq!(report["notices"], json!([]));
    let mut outcomes = ran.outcomes();
    outcomes.sort_unstable();
    let passed = |stage: &str| ["job", "web"].map(|image| format!("{stage}:{image} passed"));
    assert_eq!(outcomes, ["build", "lint", "scan", "test"].map(passed).concat());

    for step in report["steps"].as_array().unwrap() {
        assert!(step["duration_ms"].as_u64().unwrap() > 0, "{step}");
        assert_eq!(step["reason"], Value::Null);
        let log = step["log"].as_str().unwrap();
        assert!(std::path::Path::new(log).starts_with(project.path("target/xtask/runs")), "{log}");
        assert!(std::fs::metadata(log).unwrap().len() > 0, "{log}");
    }
    let id = docker(&["image", "inspect", "--format", "{{.Id}}", &project.reference("web")]);
    let size: u64 = docker(&["image", "inspect", "--format", "{{.Size}}", &id]).parse().unwrap();
    let (build, scan) = (ran.step("build:web"), ran.step("scan:web"));
    assert_eq!((&build["digest"], &build["size_bytes"]), (&json!(id), &json!(size)));
    assert_eq!(scan["digest"], json!(id), "what is scanned is what was built");
    assert_eq!(build["findings"], Value::Null, "a build looks for nothing");
    for step in [&scan, &ran.step("lint:web")] {
        let counts = step["findings"].as_object().unwrap();
        assert!(counts.values().all(|count| count == 0), "{counts:?}");
    }
    assert!(ran.stderr.contains("2 images, 8 steps: 8 passed"), "{}", ran.stderr);
    assert_eq!(project.containers(), Vec::<String>::new());

    let kept: Value = serde_json::from_str(&latest(&project, "report.json")).unwrap();
    assert_eq!(kept, report, "the run's folder has the same report");
}

/// A file of the only run there was.
fn latest(project: &Project, file: &str) -> String {
    let runs = std::fs::read_dir(project.path("target/xtask/runs")).unwrap();
    let folders = runs.map(|entry| entry.unwrap()).filter(|entry| entry.file_type().unwrap().is_dir());
    let paths: Vec<_> = folders.map(|entry| entry.path().join(file)).collect();
    assert_eq!(paths.len(), 1, "{paths:?}");
    std::fs::read_to_string(&paths[0]).unwrap()
}

#[test]
fn a_plan_says_what_a_release_would_do_and_does_nothing() {
    let project = project(1);
    project.commit();
    let sha = project.git(&["rev-parse", "--short=7", "HEAD"]);
    project.git(&["tag", "v1.2.3"]);
    let ran = project.run(&["plan", "release", "--registry", "local", "--format", "json"]).ends(0);
    let plan = ran.json();
    assert_eq!(
        (&plan["schema"], &plan["task"], &plan["registry"], &plan["unmet"]),
        (&json!(1), &json!("release"), &json!("local"), &json!([]))
    );
    // Four checks and four phases of a push for each image, three gates and the git tag's absence: it stands at HEAD.
    assert_eq!(plan["steps"].as_array().unwrap().len(), 2 * 8 + 3);
    let needs = |id: &str| {
        let step = ran.step(id);
        let mut needs: Vec<_> = step["needs"]
            .as_array()
            .unwrap()
            .iter()
            .map(|id| id.as_str().unwrap().to_owned())
            .collect();
        needs.sort_unstable();
        needs
    };
    assert_eq!(needs("push.check:web"), ["build:web", "lint:web", "scan:web", "test:web"]);
    assert_eq!(needs("push:web"), ["gate:checked", "push.check:web"]);
    assert_eq!(
        needs("gate:checked"),
        ["push.check:job", "push.check:web"],
        "all images are checked before any is uploaded"
    );
    assert_eq!(needs("gate:uploaded"), ["push:job", "push:web"]);
    assert_eq!(needs("gate:released"), ["push.version:job", "push.version:web"]);
    let release = &plan["releases"][0];
    assert_eq!(
        (&release["image"], &release["version"], &release["git_tag"]),
        (&json!("web"), &json!("1.2.3"), &json!("v1.2.3"))
    );
    let push = ran.step("push:web");
    assert_eq!(
        (&push["image"], &push["stage"], &push["skip"]),
        (&json!("web"), &json!("push"), &Value::Null)
    );
    for (phase, tag) in [
        ("push.version", "1.2.3"),
        ("push.moving", "1.2"),
        ("push.moving", "latest"),
        ("push", &format!("sha-{sha}")),
    ] {
        let commands = ran.step(&format!("{phase}:web"))["commands"].to_string();
        assert!(
            commands.contains(&format!("127.0.0.1:1/{}/web:{tag}\"", project.name)),
            "{tag}: {commands}"
        );
    }
    let build = ran.step("build:web");
    let command: Vec<_> = build["command"]
        .as_array()
        .unwrap()
        .iter()
        .map(|word| word.as_str().unwrap())
        .collect();
    assert_eq!(command[..4], ["docker", "buildx", "build", "--load"]);
    assert_eq!(command.last(), Some(&"web"));
    assert_eq!(build["cwd"], ".");
    assert!(!project.path("target").exists(), "a plan writes nothing");
}
