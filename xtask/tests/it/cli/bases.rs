//! Base images on closed networks: mirrors, stand-ins, and where stand-ins are refused.

use serde_json::json;

use crate::support::{
    project::{Project, docker},
    registry::Registry,
};

const STAGES: &str = "[[stages]]\nname = \"build\"\nuses = \"docker-build\"\n[[stages]]\nname = \"push\"\nuses = \"push\"\n\
    [[tags]]\ntype = \"raw\"\nvalue = \"1\"\n[registries.local]\nhost = \"127.0.0.1:1\"\n";

#[test]
fn a_mirror_takes_the_place_of_a_base_that_cannot_be_reached() {
    let registry = Registry::start();
    let project = Project::new("");
    let repository = format!("mirror/{}", project.name);
    let mirror = format!("{}/{repository}:1", registry.host());
    let context = project.path("base");
    project.image("base", "FROM scratch\nCOPY busybox /bin/busybox\nENV FROM_MIRROR=yes\n");
    docker(&["build", "--quiet", "--tag", &mirror, &context.display().to_string()]);
    docker(&["push", "--quiet", &mirror]);
    docker(&["image", "rm", &mirror]);

    let base = format!("{}.invalid/base:1", project.name);
    project
        .pipeline(&format!(
            "[images.web]\ncontext = \"web\"\n[bases.\"{base}\"]\nmirrors = [\"127.0.0.1:1/no:1\", \"{mirror}\"]\n{STAGES}"
        ))
        .file("web/Dockerfile", &format!("FROM {base}\nUSER 1000\n"));
    let ran = project.run(&["build", "--format", "json"]).ends(0);
    docker(&["image", "rm", "--force", &mirror]);
    let step = ran.step(&format!("base:{base}"));
    assert_eq!(
        step["digest"],
        json!(registry.digest(&repository, "1").unwrap()),
        "pinned to what the registry has"
    );
    assert!(step["notes"].to_string().contains(&format!("from `{mirror}`")), "{step}");
    let environment = docker(&["image", "inspect", "--format", "{{.Config.Env}}", &project.reference("web")]);
    assert!(environment.contains("FROM_MIRROR=yes"), "{environment}");
}

#[test]
fn a_stand_in_is_used_where_it_is_allowed_and_never_for_a_push() {
    let project = Project::new("");
    let base = format!("{}.invalid/base:1", project.name);
    project
        .pipeline(&format!(
            "[images.web]\ncontext = \"web\"\n[bases.\"{base}\".fallback]\nsuite = \"trixie\"\nsetup = [\"touch /made\"]\n{STAGES}\
             [tasks.try]\nstages = [\"build\"]\nallow = [\"fallback-bases\"]\n[tasks.release]\nstages = [\"push\"]\nregistry = \"local\"\n"
        ))
        .file("web/Dockerfile", &format!("FROM {base}\nRUN test -e /made && touch /built\n"));
    let step = format!("base:{base}");

    let refused = project.run(&["release", "--format", "json"]).ends(6).says(&[
        &format!("base image `{base}` cannot be had"),
        "this task does not allow stand-ins",
        "cargo xtask bases publish",
    ]);
    assert_eq!(refused.step("build:web")["outcome"], "skipped");
    assert_eq!(refused.step("push:web")["outcome"], "skipped");

    let ran = project.run(&["try", "--format", "json"]);
    let notes = ran.step(&step)["notes"].to_string();
    let stand_in = notes
        .split("stand-in: ")
        .nth(1)
        .map(|rest| rest.trim_end_matches(&['"', ']'][..]).to_owned());
    drop(stand_in.map(|name| {
        std::process::Command::new("docker")
            .args(["image", "rm", "--force", &name])
            .output()
    }));
    let ran = ran
        .ends(0)
        .says(&[&format!("! {step}: base image `{base}` cannot be had"), "never for a release"]);
    assert!(notes.contains("stand-in: localhost/xtask-fallback"), "{notes}");
    assert_eq!(ran.json()["notices"][0]["step"], json!(step));
    docker(&["run", "--rm", &project.reference("web"), "test", "-e", "/built"]);
}

#[test]
fn a_pipeline_cannot_allow_stand_ins_for_a_push() {
    let project = Project::new(&format!(
        "[images.web]\ncontext = \"web\"\n{STAGES}[tasks.release]\nstages = [\"push\"]\nregistry = \"local\"\nallow = [\"fallback-bases\"]\n"
    ));
    project.file("web/Dockerfile", "FROM scratch\n");
    project.run(&["check"]).ends(3).says(&["fallback-bases"]);
}
