//! Endings of real builds, as buildx 0.13 prints them.

use super::*;

fn dockerfile(output: &str) -> String {
    match explain(output) {
        BuildFault::Dockerfile(message) => message,
        other => panic!("{other:?}"),
    }
}

const ENDING: &str = "------\nweb.Dockerfile:2\n--------------------\n   1 |     FROM base\n   2 | >>> RUN x\n--------------------\n";

#[test]
fn a_failed_command_is_named_with_its_place_and_its_last_words() {
    let output = format!(
        "#5 ERROR: process \"/bin/sh -c nosuch --flag\" did not complete successfully: exit code: 127\n------\n > [stage-0 2/2] RUN nosuch --flag:\n\
         0.181 one\n0.190 nosuch: not found\n{ENDING}\
         ERROR: failed to solve: process \"/bin/sh -c nosuch --flag\" did not complete successfully: exit code: 127\n"
    );
    assert_eq!(
        dockerfile(&output),
        "web.Dockerfile:2: `RUN nosuch --flag` ends with exit code 127\nnosuch: not found"
    );
    let silent = output.replace("0.181 one\n0.190 nosuch: not found\n", "");
    assert_eq!(dockerfile(&silent), "web.Dockerfile:2: `RUN nosuch --flag` ends with exit code 127");
    let long = output.replace("RUN nosuch", &format!("RUN {}", "é".repeat(300)));
    assert!(dockerfile(&long).lines().next().unwrap().chars().count() < 140);
}

#[test]
fn what_never_ran_is_named_with_its_place() {
    let copy = format!(
        "------\n > [2/2] COPY nothere /x:\n{ENDING}ERROR: failed to solve: failed to compute cache key: failed to calculate checksum of ref \
         a28f862d-a342::pr8i5uvz: \"/nothere\": not found\n"
    );
    assert_eq!(dockerfile(&copy), "web.Dockerfile:2: \"/nothere\" is not in the build context");
    let syntax = format!("{ENDING}ERROR: failed to solve: dockerfile parse error on line 2: unknown instruction: BOGUS\n");
    assert_eq!(
        dockerfile(&syntax),
        "web.Dockerfile:2: dockerfile parse error on line 2: unknown instruction: BOGUS"
    );
    assert_eq!(
        dockerfile("ERROR: failed to solve: target stage \"nope\" could not be found"),
        "target stage \"nope\" could not be found"
    );
    assert_eq!(dockerfile(""), "the build fails");
}

#[test]
fn an_image_that_cannot_be_had_is_named_with_the_reason() {
    let reason =
        "failed to do request: Head \"https://r.example/v2/docker/dockerfile/manifests/1\": dial tcp: lookup r.example: no such host";
    let error =
        format!("ERROR: failed to solve: r.example/x:1: failed to resolve source metadata for docker.io/docker/dockerfile:1: {reason}\n");
    let mut missing = MissingImage {
        reference: "docker.io/docker/dockerfile:1".to_owned(),
        reason: "lookup r.example: no such host".to_owned(),
        is_frontend: false,
    };
    assert_eq!(explain(&error), BuildFault::NoImage(missing.clone()));
    missing.is_frontend = true;
    let frontend = format!("#2 resolve image config for docker-image://docker.io/docker/dockerfile:1\n{error}");
    assert_eq!(explain(&frontend), BuildFault::NoImage(missing));
    let unknown = "ERROR: failed to solve: r.example/x:1: failed to resolve source metadata for r.example/x:1: r.example/x:1: not found";
    let missing = MissingImage {
        reference: "r.example/x:1".to_owned(),
        reason: "not found".to_owned(),
        is_frontend: false,
    };
    assert_eq!(explain(unknown), BuildFault::NoImage(missing));
}

#[test]
fn what_this_machine_cannot_is_no_fault_of_the_dockerfile() {
    let engine = "ERROR: Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?";
    assert_eq!(explain(engine), BuildFault::NoEngine);
    assert_eq!(
        explain("ERROR: failed to solve: write /x: no space left on device"),
        BuildFault::DiskFull
    );
    let process = "ERROR: failed to solve: process \"/bin/sh -c x\" did not complete successfully: exit code: 1\n";
    let full = format!("------\n > [2/2] RUN x:\n0.1 cp: /y: No space left on device\n{ENDING}{process}");
    assert_eq!(explain(&full), BuildFault::DiskFull);
    let foreign = format!("------\n > [2/2] RUN x:\n0.1 exec /bin/sh: exec format error\n{ENDING}{process}");
    assert_eq!(explain(&foreign), BuildFault::WrongProcessor("web.Dockerfile:2".to_owned()));
    assert_eq!(
        explain("ERROR: no builder \"x\" found"),
        BuildFault::NoBuilder("no builder \"x\" found".to_owned())
    );
}
