//! Secrets of builds: that they are set, and where they must not turn up.

use std::{env, fs, process::Command};

use xtask::{exec::FailureClass, pipeline::options::DockerBuildOptions, tool::docker_build::BuildJob};

use super::fixture::{Project, SHELL, docker};
use crate::support;

fn with_secrets(project: &Project, secrets: &[&str]) -> BuildJob {
    BuildJob {
        options: DockerBuildOptions {
            secrets: secrets.iter().map(|&secret| secret.to_owned()).collect(),
            no_cache: true,
            ..DockerBuildOptions::default()
        },
        ..project.job()
    }
}

#[tokio::test]
async fn a_secret_without_a_value_fails_before_docker_runs() {
    let project = Project::new("FROM scratch\nCOPY busybox /\n");
    project.step.write("empty", "");
    let cases = [
        (
            "id=t,env=XTASK_TEST_NEVER_SET",
            "build secret `t` has no value: the environment variable `XTASK_TEST_NEVER_SET` is not set",
        ),
        ("id=t,src=nowhere", "build secret `t` has no value: `nowhere` cannot be read"),
        ("id=t,src=empty", "build secret `t` has no value: `empty` is empty"),
        ("id=t", "`id=t` is not a secret"),
    ];
    for (secret, message) in cases {
        let failure = project.build(&with_secrets(&project, &[secret])).await.unwrap_err();
        assert_eq!(failure.class, FailureClass::Step);
        assert!(failure.message.starts_with(message), "{}", failure.message);
    }
    assert!(!project.step.log().contains("docker"), "{}", project.step.log());
}

#[test]
fn an_empty_variable_is_no_value() {
    if !support::is_rerun() {
        let variables = [("XTASK_TEST_EMPTY", Some(""))];
        return support::rerun_with("build::secrets::an_empty_variable_is_no_value", &variables);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let project = Project::new("FROM scratch\n");
    let job = with_secrets(&project, &["id=t,env=XTASK_TEST_EMPTY"]);
    let failure = runtime.block_on(project.build(&job)).unwrap_err();
    assert!(failure.message.contains("`XTASK_TEST_EMPTY` is not set"), "{}", failure.message);
}

/// The build prints its secrets on purpose, and fails with one as its last words.
#[test]
fn a_secret_that_a_build_prints_is_neither_in_the_log_nor_in_the_failure() {
    if !support::is_rerun() {
        let variables = [("XTASK_TEST_TOKEN", Some("t0ken-of-the-environment"))];
        let name = "build::secrets::a_secret_that_a_build_prints_is_neither_in_the_log_nor_in_the_failure";
        return support::rerun_with(name, &variables);
    }
    assert!(env::var("XTASK_TEST_TOKEN").is_ok());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mounts = "--mount=type=secret,id=token --mount=type=secret,id=key";
    let print = "busybox cat /run/secrets/key; echo; busybox cat /run/secrets/token; echo";
    let mut project = Project::new(&format!("{SHELL}\nRUN {mounts} {print}; exit 1\n"));
    project.step.write(".dockerignore", "*\n!busybox\n");
    // Outside of what is searched below.
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key");
    fs::write(&key, "first-line-of-key\n  second-line-of-key\n").unwrap();
    let file = format!("id=key,src={}", key.display());
    let job = with_secrets(&project, &["id=token,env=XTASK_TEST_TOKEN", &file]);
    let failure = runtime.block_on(project.build(&job)).unwrap_err();

    assert!(failure.message.ends_with("ends with exit code 1\n***"), "{}", failure.message);
    let log = project.step.log();
    assert!(log.contains("***"), "the build printed nothing: {log}");
    let events = format!("{:?}", project.step.events());
    assert!(events.contains("***"), "{events}");
    for secret in ["t0ken-of-the-environment", "first-line-of-key", "second-line-of-key"] {
        assert_eq!(project.step.files_with(secret), "");
        assert!(!events.contains(secret), "{events}");
    }
}

#[tokio::test]
async fn a_secret_is_not_in_the_image() {
    let use_it = "busybox test \"$(busybox cat /run/secrets/token | busybox wc -c)\" = 12";
    let project = Project::new(&format!("{SHELL}\nRUN --mount=type=secret,id=token {use_it}\n"));
    project.step.write("token", "hidden-value");
    let output = project.build(&with_secrets(&project, &["id=token,src=token"])).await.unwrap();
    assert_eq!(saved(&output.digest.unwrap()).with("hidden-value"), "");
}

#[tokio::test]
async fn certificate_authorities_are_there_for_the_build_only() {
    let project = Project::new(&format!(
        "{SHELL}\nRUN --mount=type=secret,id=ca-certificates busybox grep -q -e '-----BEGIN CERTIFICATE-----' /run/secrets/ca-certificates\n"
    ));
    let authorities = |written: &str| BuildJob {
        options: DockerBuildOptions {
            ca_certificates: Some(written.to_owned()),
            no_cache: true,
            ..DockerBuildOptions::default()
        },
        ..project.job()
    };
    let output = project.build(&authorities("host")).await.unwrap();
    let saved = saved(&output.digest.unwrap());
    // The Dockerfile's own words are in the image's history; a certificate has more than that.
    assert_eq!(saved.with("-----END CERTIFICATE-----"), "");

    project.step.write("own.pem", "-----BEGIN CERTIFICATE-----\nours\n");
    project.build(&authorities("own.pem")).await.unwrap();
    let failure = project.build(&authorities("nowhere.pem")).await.unwrap_err();
    assert_eq!(failure.message, "there is no `nowhere.pem`, which `ca-certificates` names");
}

/// An image as it is saved: its layers are not compressed, so what is in them can be searched for.
struct Saved(tempfile::TempDir);

fn saved(id: &str) -> Saved {
    let folder = tempfile::tempdir().unwrap();
    let tar = folder.path().join("image.tar");
    docker(&["image", "save", "--output", tar.to_str().unwrap(), id]);
    let saved = Saved(folder);
    // busybox is in a layer: the search finds what there is.
    assert_ne!(saved.with("BusyBox"), "");
    saved
}

impl Saved {
    fn with(&self, text: &str) -> String {
        let output = Command::new("grep")
            .args(["-rlaF", "-e", text, "--"])
            .arg(self.0.path())
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    }
}
