//! Images built from each other.

use crate::support::project::{Project, SLEEPER, docker};

const STAGES: &str = "[[stages]]\nname = \"build\"\nuses = \"docker-build\"\n";

#[test]
fn images_built_from_each_other_are_a_mistake_in_the_pipeline() {
    let project = Project::new(&format!("[images]\na.context = \"a\"\nb.context = \"b\"\n{STAGES}"));
    project
        .file("a/Dockerfile", &format!("FROM {}\n", project.reference("b")))
        .file("b/Dockerfile", &format!("FROM {}\n", project.reference("a")));
    for arguments in [["build"], ["check"]] {
        let ran = project
            .run(&arguments)
            .ends(3)
            .says(&["built from each other", "the Dockerfile of `a`"]);
        assert!(
            ran.stderr.contains("`a -> b -> a`") || ran.stderr.contains("`b -> a -> b`"),
            "{}",
            ran.stderr
        );
    }
}

#[test]
fn an_image_from_another_is_built_after_it_and_on_top_of_it() {
    // Written in the wrong order.
    let project = Project::new(&format!("[images]\napp.context = \"app\"\nbase.context = \"base\"\n{STAGES}"));
    project
        .image("base", SLEEPER)
        .file(
            "app/Dockerfile",
            &format!("FROM {}\nCOPY hello /hello\n", project.reference("base")),
        )
        .file("app/hello", "hello");
    let plan = project.run(&["plan", "build", "app", "--format", "json"]).ends(0);
    assert_eq!(plan.step("build:app")["needs"], serde_json::json!(["build:base"]));

    let layers = |image: &str| {
        let text = docker(&["image", "inspect", "--format", "{{json .RootFS.Layers}}", image]);
        serde_json::from_str::<Vec<String>>(&text).unwrap()
    };
    let on_top = || {
        let ran = project.run(&["build", "app", "--format", "json"]).ends(0);
        assert_eq!(ran.outcomes(), ["build:base passed", "build:app passed"]);
        let of = |id: &str| layers(ran.step(id)["digest"].as_str().unwrap());
        let (base, app) = (of("build:base"), of("build:app"));
        assert_eq!(app[..base.len()], base);
        assert_eq!(app.len(), base.len() + 1);
        base
    };
    let before = on_top();
    // The base changes: what is built on it must be on the new one.
    project.image("base", &SLEEPER.replace("USER", "COPY busybox /bin/sh\nUSER"));
    assert_ne!(on_top(), before);
}

#[test]
fn a_base_that_only_the_build_knows_is_pointed_out() {
    let project = Project::new(&format!("[images]\nweb.context = \"web\"\n{STAGES}"));
    project.file("web/Dockerfile", "ARG BASE\nFROM ${BASE}\n");
    project
        .run(&["check"])
        .ends(0)
        .says(&["unresolved-base", "`web/Dockerfile` line 2", "${BASE}"]);
}
