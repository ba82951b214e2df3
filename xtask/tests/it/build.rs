//! Builds with the real engine: what the image is like, what it is built from, and that secrets stay out of it and of the log.

mod fixture;
mod secrets;

use std::{collections::BTreeMap, fs};

use xtask::{
    exec::FailureClass,
    pipeline::{ImageName, options::DockerBuildOptions},
    tool::docker_build::BuildJob,
};

use fixture::{Project, SHELL, docker, run};

use crate::support;

#[tokio::test]
async fn an_image_has_its_args_labels_target_and_name() {
    let shell = SHELL.replacen("FROM scratch", "FROM scratch AS one", 1);
    let dockerfile = format!("{shell}\nARG WHO\nRUN busybox test \"$WHO\" = me\nFROM one AS two\nENV TWO=1\n");
    let project = Project::new(&dockerfile);
    let job = BuildJob {
        options: DockerBuildOptions {
            target: Some("one".to_owned()),
            args: BTreeMap::from([("WHO".to_owned(), "me".to_owned())]),
            labels: BTreeMap::from([("team".to_owned(), "web = $fine".to_owned())]),
            ..DockerBuildOptions::default()
        },
        ..project.job()
    };
    let output = project.build(&job).await.unwrap();

    let id = output.digest.unwrap();
    assert_eq!(docker(&["image", "inspect", "--format", "{{.Id}}", &job.local_reference]), id);
    assert!(output.size_bytes.is_some_and(|size| size > 500_000), "{:?}", output.size_bytes);
    assert_eq!(
        docker(&["image", "inspect", "--format", "{{.Config.Labels.team}}", &id]),
        "web = $fine"
    );
    assert!(!docker(&["image", "inspect", "--format", "{{.Config.Env}}", &id]).contains("TWO"));
    let built = project.step.context.outputs.built.lock().unwrap();
    assert_eq!(built[&job.image].id, id);
}

#[tokio::test]
async fn a_command_that_fails_is_named_with_its_line_and_last_words() {
    let project = Project::new(&format!("{SHELL}\nRUN echo all is lost && exit 3\n"));
    let failure = project.build(&project.job()).await.unwrap_err();
    assert_eq!(failure.class, FailureClass::Step);
    assert_eq!(
        failure.message,
        "Dockerfile:4: `RUN echo all is lost && exit 3` ends with exit code 3\nall is lost"
    );
    assert!(project.step.context.outputs.built.lock().unwrap().is_empty());

    let project = Project::new("FROM scratch\nCOPY nothere /\n");
    let failure = project.build(&project.job()).await.unwrap_err();
    assert_eq!(failure.message, "Dockerfile:2: \"/nothere\" is not in the build context");
}

#[tokio::test]
async fn a_base_that_cannot_be_had_is_the_networks_fault() {
    // Nothing listens on port 1.
    let project = Project::new("FROM 127.0.0.1:1/nowhere/x:1\n");
    let failure = project.build(&project.job()).await.unwrap_err();
    assert_eq!(failure.class, FailureClass::Network);
    assert_eq!(
        failure.message,
        "base image `127.0.0.1:1/nowhere/x:1` cannot be had: 127.0.0.1:1: connect: connection refused"
    );
    let project = Project::new("# syntax=127.0.0.1:1/frontend:1\nFROM scratch\n");
    let failure = project.build(&project.job()).await.unwrap_err();
    assert_eq!(failure.class, FailureClass::Network);
    assert!(
        failure
            .message
            .starts_with("the `# syntax=` line asks for `127.0.0.1:1/frontend:1`"),
        "{}",
        failure.message
    );
}

#[tokio::test]
async fn the_same_commit_gives_the_same_image() {
    // Built anew, but with nothing made on the way: a file put into a folder that is there keeps its time.
    let project = Project::new("FROM scratch\nCOPY busybox /\nENTRYPOINT [\"/busybox\"]\n");
    let job = BuildJob {
        source_date_epoch: Some(1_700_000_000),
        options: DockerBuildOptions {
            no_cache: true,
            ..DockerBuildOptions::default()
        },
        ..project.job()
    };
    let first = project.build(&job).await.unwrap().digest.unwrap();
    let second = project.build(&job).await.unwrap().digest.unwrap();
    assert_eq!(first, second);
    assert_eq!(
        docker(&["image", "inspect", "--format", "{{.Created}}", &first]),
        "2023-11-14T22:13:20Z"
    );

    // A command's layer comes from the cache, even when times of files change.
    let project = Project::new(&format!("{SHELL}\nCOPY data /data\nRUN echo {{}} > /made\n"));
    project.step.write("data", "1");
    let job = BuildJob {
        source_date_epoch: Some(1_700_000_000),
        ..project.job()
    };
    let first = project.build(&job).await.unwrap().digest.unwrap();
    project.step.write("data", "1");
    assert_eq!(project.build(&job).await.unwrap().digest.unwrap(), first);
    project.step.write("data", "2");
    assert_ne!(project.build(&job).await.unwrap().digest.unwrap(), first);
}

#[tokio::test]
async fn an_image_is_built_from_another_one_that_only_the_engine_has() {
    let base = Project::new(&format!("{SHELL}\nRUN echo from the other > /mark\n"));
    let base_job = base.job();
    let first = base.build(&base_job).await.unwrap();

    // No registry has this name: were one asked, the build would fail.
    let project = Project::new("FROM xtask-test.invalid/p/base:1\nRUN busybox cat /mark && busybox test -s /mark\n");
    let job = BuildJob {
        images: vec![("xtask-test.invalid/p/base:1".to_owned(), base_job.local_reference.clone())],
        options: DockerBuildOptions {
            pull: true,
            no_cache: true,
            ..DockerBuildOptions::default()
        },
        ..project.job()
    };
    let output = project.build(&job).await.unwrap();
    assert!(project.step.log().contains("from the other"), "{}", project.step.log());
    assert_ne!(output.digest, first.digest);
    assert!(output.notes[0].starts_with("`pull` holds for bases"), "{:?}", output.notes);
}

#[tokio::test]
async fn a_base_is_taken_from_where_its_step_found_it() {
    let base = Project::new(SHELL);
    let base_job = base.job();
    base.build(&base_job).await.unwrap();

    let reference = "xtask-test.invalid/library/shell:1";
    let project = Project::new(&format!("FROM {reference}\nRUN busybox true\n"));
    let job = BuildJob {
        bases: vec![reference.to_owned()],
        ..project.job()
    };
    let failure = project.build(&job).await.unwrap_err();
    assert_eq!(failure.message, format!("nothing in this run gave {{{{base:{reference}}}}}"));
    project
        .step
        .context
        .outputs
        .record_base(reference, base_job.local_reference.clone());
    project.build(&job).await.unwrap();
}

#[test]
fn the_environment_adds_no_labels() {
    if !support::is_rerun() {
        let variables = [("BUILDX_GIT_LABELS", Some("full"))];
        return support::rerun_with("build::the_environment_adds_no_labels", &variables);
    }
    let project = Project::new("FROM scratch\nCOPY busybox /\n");
    // A repository with a commit, so that buildx has something to label with.
    let root = project.step.root().to_str().unwrap();
    run("git", &["-C", root, "init", "--quiet"]);
    let who = ["-c", "user.name=Test", "-c", "user.email=test@example.invalid"];
    run(
        "git",
        &[&["-C", root], &who[..], &["commit", "--quiet", "--allow-empty", "--message", "x"]].concat(),
    );
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let output = runtime.block_on(project.build(&project.job())).unwrap();
    let id = output.digest.unwrap();
    assert_eq!(docker(&["image", "inspect", "--format", "{{json .Config.Labels}}", &id]), "null");
}

#[tokio::test]
async fn several_platforms_are_refused_before_building_where_the_store_cannot_hold_them() {
    let project = Project::new("FROM scratch\nCOPY busybox /\n");
    let job = BuildJob {
        options: DockerBuildOptions {
            platforms: vec!["linux/amd64".to_owned(), "linux/arm64".to_owned()],
            ..DockerBuildOptions::default()
        },
        ..project.job()
    };
    let built = project.build(&job).await;
    if docker(&["info", "--format", "{{.DriverStatus}}"]).contains("io.containerd.snapshotter") {
        built.unwrap();
        return;
    }
    let failure = built.unwrap_err();
    assert_eq!(failure.class, FailureClass::Machine);
    assert!(failure.message.contains("one platform"), "{}", failure.message);
    assert!(!project.step.log().contains("buildx build"), "{}", project.step.log());
}

/// A stand-in for docker, because the real engine is not to be stopped, nor the disk to be filled.
#[tokio::test]
async fn an_engine_or_a_disk_that_fails_is_the_machines_fault() {
    let cases = [
        (
            "ERROR: Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?",
            "the docker engine does not answer",
        ),
        ("ERROR: failed to solve: write /x: no space left on device", "the disk is full"),
    ];
    for (stderr, message) in cases {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("docker");
        support::script(&program, &format!("echo '{stderr}' >&2; exit 1"));
        let project = Project::with_programs("FROM scratch\n", &[("docker", &program)]);
        let failure = project.build(&project.job()).await.unwrap_err();
        assert_eq!((failure.class, failure.message.as_str()), (FailureClass::Machine, message));
        assert!(failure.hint.is_some());
    }
}

#[tokio::test]
async fn a_build_that_gives_no_image_does_not_pass() {
    // A docker that says all is well and built nothing.
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("docker");
    support::script(&program, "exit 0");
    let project = Project::with_programs("FROM scratch\n", &[("docker", &program)]);
    let failure = project.build(&project.job()).await.unwrap_err();
    assert_eq!(failure.class, FailureClass::Machine);
    assert!(
        failure.message.starts_with("buildx does not say what it built"),
        "{}",
        failure.message
    );

    let metadata = project.step.context.options.run_dir.join("build-web.json");
    fs::write(
        &metadata,
        format!(r#"{{"containerimage.config.digest": "sha256:{}"}}"#, "0".repeat(64)),
    )
    .unwrap();
    support::script(&program, "case $1 in image) exit 1;; esac");
    let failure = project.build(&project.job()).await.unwrap_err();
    assert!(
        failure.message.starts_with("the engine does not have the image `web`"),
        "{}",
        failure.message
    );
    assert!(
        !project
            .step
            .context
            .outputs
            .built
            .lock()
            .unwrap()
            .contains_key(&ImageName::new("web"))
    );
}
