//! `clean` removes what the project built, and nothing else.

use std::process::Command;

use crate::support::project::{Project, SLEEPER, docker};

const PIPELINE: &str = "[images.web]\ncontext = \"web\"\n[[stages]]\nname = \"build\"\nuses = \"docker-build\"\n";

fn exists(image: &str) -> bool {
    let output = Command::new("docker").args(["image", "inspect", image]).output().unwrap();
    output.status.success()
}

#[test]
fn what_others_built_and_what_others_named_survives() {
    let (project, other) = (Project::new(PIPELINE), Project::new(PIPELINE));
    let build = |project: &Project, dockerfile: &str| {
        let ran = project.image("web", dockerfile).run(&["build", "--format", "json"]).ends(0);
        ran.step("build:web")["digest"].as_str().unwrap().to_owned()
    };
    let old = build(&project, SLEEPER);
    let named = build(&project, &SLEEPER.replace("600", "601"));
    let kept = format!("{}-kept:mine", project.name);
    docker(&["tag", &named, &kept]);
    let newest = build(&project, &SLEEPER.replace("600", "602"));
    let others = build(&other, SLEEPER);
    let label = format!("dev.xtask.project={}", project.name);
    docker(&["create", "--label", &label, &newest]);
    let theirs = docker(&["create", "--label", "dev.xtask.project=somebody-else", &others]);

    let ran = project.run(&["clean"]).ends(0);
    let ids = [&old, &named, &newest, &others].map(|id| exists(id));
    let left = project.containers();
    let their_container = docker(&["ps", "--all", "--quiet", "--no-trunc", "--filter", &format!("id={theirs}")]);
    docker(&["rm", "--force", &theirs]);
    docker(&["image", "rm", &kept]);

    assert_eq!(ids, [false, true, false, true], "{}", ran.stdout);
    assert_eq!(left, Vec::<String>::new());
    assert_eq!(their_container, theirs, "a container of somebody else's stays");
    assert!(ran.stdout.contains("removed 1 containers and 2 images"), "{}", ran.stdout);
    assert!(exists(&other.reference("web")) && !exists(&project.reference("web")));
    assert!(project.path("target/xtask/runs").exists(), "run folders stay without `--caches`");
    project.run(&["clean"]).ends(0);
}
