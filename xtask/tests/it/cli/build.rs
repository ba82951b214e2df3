//! What a build puts into an image, and what not.

use serde_json::Value;

use crate::support::project::{Project, SLEEPER, docker};

const STAGE: &str = "[[stages]]\nname = \"build\"\nuses = \"docker-build\"\n";

fn project(image: &str) -> Project {
    Project::new(&format!("[images.web]\ncontext = \"web\"\n{image}\n{STAGE}"))
}

fn build(project: &Project) -> String {
    let ran = project.run(&["build", "--format", "json"]).ends(0);
    ran.step("build:web")["digest"].as_str().unwrap().to_owned()
}

fn config(id: &str) -> Value {
    let text = docker(&["image", "inspect", "--format", "{{json .Config}}", id]);
    serde_json::from_str(&text).unwrap()
}

#[test]
fn the_same_commit_gives_the_same_image() {
    let project = project("");
    project.image("web", SLEEPER).commit();
    let first = build(&project);
    project.run(&["clean"]).ends(0);
    assert_eq!(build(&project), first);

    let created = docker(&["image", "inspect", "--format", "{{.Created}}", &first]);
    let committed: i64 = project.git(&["log", "-1", "--format=%ct"]).parse().unwrap();
    assert_eq!(
        created.parse::<jiff::Timestamp>().unwrap().as_second(),
        committed,
        "the commit's time, not the clock's"
    );
    project
        .file("web/new", "new")
        .image("web", &SLEEPER.replace("USER", "COPY new /new\nUSER"))
        .commit();
    assert_ne!(build(&project), first);
}

#[test]
fn target_arguments_and_labels_reach_the_image() {
    let project = project(
        "target = \"first\"\nargs = { WHO = \"{{image}}\" }\nlabels = { who = \"{{project}}\", \"org.opencontainers.image.title\" = \"mine\" }",
    );
    let dockerfile =
        "FROM scratch AS first\nARG WHO\nENV WHO=$WHO\nCOPY busybox /bin/busybox\nFROM first AS second\nCOPY nothing /nothing\n";
    project.image("web", dockerfile).commit();
    project.git(&["tag", "v2.0.0"]);
    let sha = project.git(&["rev-parse", "HEAD"]);
    let config = config(&build(&project));
    assert!(config["Env"].as_array().unwrap().contains(&"WHO=web".into()), "{config}");
    let label = |name: &str| config["Labels"][name].as_str().unwrap_or_default();
    assert_eq!(label("who"), project.name);
    assert_eq!(label("org.opencontainers.image.title"), "mine", "what people write wins");
    assert_eq!(label("org.opencontainers.image.description"), project.name);
    assert_eq!(label("org.opencontainers.image.revision"), sha);
}

#[test]
fn certificates_are_there_during_the_build_and_gone_in_the_image() {
    let project = project("ca-certificates = \"own.pem\"");
    let certificate = format!("-----BEGIN CERTIFICATE-----\nof {}\n", project.name);
    // The file of the project's own keeps the step out of the cache, whose key does not know of secrets.
    project
        .file("own.pem", &certificate)
        .file("web/unique", &format!("for {}\n", project.name))
        .image(
            "web",
            "FROM scratch\nCOPY busybox /bin/busybox\nCOPY unique /unique\n\
             RUN --mount=type=secret,id=ca-certificates,target=/ca.pem,required=true \
             [\"/bin/busybox\", \"sh\", \"-c\", \"/bin/busybox wc -c < /ca.pem > /length\"]\n",
        );
    let id = build(&project);
    let length = docker(&["run", "--rm", &id, "/bin/busybox", "cat", "/length"]);
    assert_eq!(length, certificate.len().to_string(), "the build did get it");
    let saved = project.path("target/saved.tar");
    docker(&["save", "--output", &saved.display().to_string(), &id]);
    let saved = std::fs::read(saved).unwrap();
    let holds = |text: &str| saved.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds(&format!("for {}\n", project.name)), "what is in the image can be seen there");
    assert!(!holds(&format!("of {}\n", project.name)));
    std::fs::remove_file(project.path("own.pem")).unwrap();
    project
        .run(&["build"])
        .ends(1)
        .says(&["there is no `own.pem`, which `ca-certificates` names"]);
}
