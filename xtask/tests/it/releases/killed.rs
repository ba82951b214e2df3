//! A release that is killed, wherever that is, and run again ends where an undisturbed one does. The fault is forced: a proxy before the real
//! registry kills the release as a request comes by, and a git hook does so at the tag.

use std::{
    process::Stdio,
    sync::{
        Arc,
        atomic::{AtomicI32, Ordering},
    },
};

use crate::support::{
    fault_proxy::{Fault, FaultProxy, Rule},
    project::{Project, Ran},
    registry::Registry,
};

use super::project::{Tags, project, release};

/// What a registry holds of both images.
fn state(registry: &Registry, project: &Project) -> [Tags; 2] {
    ["web", "api"].map(|image| registry.tags(&format!("{}/{image}", project.name)))
}

/// Runs a release that is to be killed on its way.
fn killed(project: &Project, process: &AtomicI32) {
    let mut command = project.command(&["release", "--version", "1.0.0"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    process.store(i32::try_from(child.id()).unwrap(), Ordering::SeqCst);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), None, "it ended by itself: {:?}", Ran::of(&output));
}

/// The release as people would finish it: the same command, or without the version where its git tag stands already.
fn finish(project: &Project) {
    let tagged = !project.git(&["tag", "--list", "v1.0.0"]).is_empty();
    let options: &[&str] = if tagged { &[] } else { &["--version", "1.0.0"] };
    release(project, options).ends(0);
    assert_eq!(project.git(&["tag", "--points-at", "HEAD"]), "v1.0.0");
}

/// What an undisturbed release of the same commit comes to, in a registry of its own.
fn undisturbed(project: &Project) -> [Tags; 2] {
    let registry = Registry::start();
    release(
        project,
        &[
            "--registry",
            "one",
            "--set",
            &format!("registries.one.host=\"{}\"", registry.host()),
        ],
    )
    .ends(0);
    state(&registry, project)
}

/// Kills a release as its `nth` request of that kind comes by.
fn killed_at(method: &'static str, path: &'static str, nth: usize) {
    let registry = Registry::start();
    let process = Arc::new(AtomicI32::new(0));
    let rule = |times, fault| Rule {
        method,
        path,
        times,
        fault,
    };
    // Answers that are the server's own let the requests before it pass.
    let before = rule(nth - 1, Fault::Replace(String::new(), String::new()));
    let proxy = FaultProxy::start(registry.port(), vec![before, rule(1, Fault::Kill(Arc::clone(&process)))]);
    let project = project("", &[("one", &proxy.host())]);
    killed(&project, &process);
    proxy.assert_used_up();
    finish(&project);
    let held = state(&registry, &project);
    assert_eq!(held[0].len(), 5, "{held:?}");
    assert_eq!(held, undisturbed(&project));
}

#[test]
fn while_the_registry_is_asked_for_the_version() {
    killed_at("HEAD", "/manifests/1.0.0", 1);
}

#[test]
fn as_the_first_layer_is_uploaded() {
    killed_at("POST", "/blobs/uploads/", 1);
}

#[test]
fn with_one_image_uploaded() {
    killed_at("PUT", "/manifests/sha-", 2);
}

#[test]
fn before_the_first_version_is_set() {
    killed_at("PUT", "/manifests/1.0.0", 1);
}

#[test]
fn between_the_versions_of_two_images() {
    killed_at("PUT", "/manifests/1.0.0", 2);
}

#[test]
fn before_the_first_moving_tag() {
    killed_at("PUT", "/manifests/1.0", 3);
}

#[test]
fn before_the_last_moving_tag() {
    killed_at("PUT", "/manifests/latest", 2);
}

/// Kills a release as git makes its tag: with `made`, once that is done.
fn killed_at_the_tag(made: bool) {
    let registry = Registry::start();
    let project = project("", &[("one", &registry.host())]);
    let process = project.home().join("process");
    let (state_of_ref, verdict) = if made { ("committed", "") } else { ("prepared", "exit 1") };
    project.program(
        ".git/hooks/reference-transaction",
        &format!(
            "#!/bin/sh\ngrep -q refs/tags/v1.0.0 || exit 0\n[ \"$1\" = {state_of_ref} ] || exit 0\nread -r process <{0} || exit 0\nrm {0}\nkill -9 \"$process\"\n{verdict}\n",
            process.display()
        ),
    );
    let mut command = std::process::Command::new("sh");
    let own = project.command(&["release", "--version", "1.0.0"]);
    // The shell becomes the release, so that its id can be written down before it starts.
    command
        .args(["-c", "echo $$ >\"$0\"; exec \"$@\""])
        .arg(&process)
        .arg(own.get_program())
        .args(own.get_args());
    command.current_dir(project.root()).env_clear();
    command.envs(own.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert_eq!(output.status.code(), None, "it ended by itself: {:?}", Ran::of(&output));
    assert_eq!(!project.git(&["tag", "--list", "v1.0.0"]).is_empty(), made);
    finish(&project);
    assert_eq!(state(&registry, &project), undisturbed(&project));
}

#[test]
fn before_the_git_tag() {
    killed_at_the_tag(false);
}

#[test]
fn after_the_git_tag() {
    killed_at_the_tag(true);
}
