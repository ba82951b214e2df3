//! Stand-ins: made from Debian packages where they are allowed, and never taken for the real thing.

use std::{collections::BTreeMap, path::Path};

use xtask::{
    exec::{FailureClass, action},
    pipeline::Fallback,
    plan::BaseJob,
    tool::debian_root,
};

use super::{
    fixture::{Search, docker, unique},
    nowhere,
};
use crate::support::{self, image::TestImage, registry::Registry};

/// As small as Debian gets, and unlike any other test's: the variable is part of the name.
fn fallback() -> Fallback {
    Fallback {
        suite: "trixie".to_owned(),
        packages: vec!["ca-certificates".to_owned()],
        setup: vec!["echo made here > /made".to_owned()],
        env: BTreeMap::from([("UNIQUE".to_owned(), format!("{} $HOME \"x\"", unique("env")))]),
    }
}

fn job(reference: &str, fallback: &Fallback, allow_fallback: bool) -> BaseJob {
    BaseJob {
        reference: reference.to_owned(),
        mirrors: Vec::new(),
        fallback: Some(fallback.clone()),
        allow_fallback,
        pull: false,
    }
}

/// A program that must not be started, and fails the step if it is.
fn forbidden(folder: &Path, name: &str) -> std::path::PathBuf {
    let path = folder.join(name);
    support::script(&path, &format!("echo '{name} is started' >&2; exit 99"));
    path
}

#[tokio::test]
async fn a_stand_in_is_built_once_marked_and_announced() {
    let (reference, fallback) = (nowhere(), fallback());
    let mut search = Search::new();
    search.run(&job(&reference, &fallback, true)).await.unwrap();

    let name = debian_root::name(&reference, &fallback);
    assert!(name.starts_with("localhost/xtask-fallback/"), "{name}");
    assert_eq!(search.resolved(&reference).as_ref(), Some(&name));
    let notices = search.step.notices();
    assert_eq!(
        notices,
        [format!(
            "base image `{reference}` cannot be had (127.0.0.1:1: connect: connection refused); \
             a stand-in built from Debian packages takes its place, never for a release"
        )]
    );
    let label = docker(&[
        "image",
        "inspect",
        "--format",
        "{{index .Config.Labels \"dev.xtask.fallback\"}}",
        &name,
    ]);
    assert_eq!(label, reference);
    let env = docker(&["image", "inspect", "--format", "{{json .Config.Env}}", &name]);
    assert!(env.contains("$HOME \\\"x\\\"") && env.contains("PATH=/usr/local/sbin:"), "{env}");
    let script = "cat /made; . /etc/os-release; echo $VERSION_CODENAME; ls /etc/ssl/certs/ca-certificates.crt";
    let said = docker(&["run", "--rm", "--network", "none", &name, "sh", "-ec", script]);
    assert_eq!(said, "made here\ntrixie\n/etc/ssl/certs/ca-certificates.crt");
    assert_eq!(
        left_in(&search.step.context.options.run_dir),
        Vec::<String>::new(),
        "a root is left behind"
    );

    // The second time it is there already.
    let folder = tempfile::tempdir().unwrap();
    let program = forbidden(folder.path(), "mmdebstrap");
    let again = Search::with_programs(&[("mmdebstrap", &program)]);
    again.run(&job(&reference, &fallback, true)).await.unwrap();
    assert_eq!(again.resolved(&reference).as_ref(), Some(&name));

    // Under the real name it is not taken, neither here nor where somebody pushed it.
    let registry = Registry::start();
    let mirror = format!("{}/{}:1", registry.host(), unique("wrong"));
    docker(&["tag", &name, &mirror]);
    docker(&["push", "--quiet", &mirror]);
    docker(&["tag", &name, &reference]);
    let strict = BaseJob {
        mirrors: vec![mirror.clone()],
        ..job(&reference, &fallback, false)
    };
    let refused = Search::new().run(&strict).await;
    docker(&["image", "rm", "--force", &reference, &mirror, &name]);
    let failure = refused.unwrap_err();
    assert_eq!(failure.class, FailureClass::Network);
    assert!(
        failure.message.contains(&format!("`{mirror}`: what is there is a stand-in")),
        "{}",
        failure.message
    );
    assert!(
        failure
            .message
            .contains(&format!("`{reference}`: the engine has a stand-in under this name")),
        "{}",
        failure.message
    );
}

fn left_in(run_dir: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(run_dir).unwrap().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| name.starts_with("base-")).collect()
}

#[tokio::test]
async fn a_stand_in_that_is_not_allowed_is_not_built() {
    let folder = tempfile::tempdir().unwrap();
    let program = forbidden(folder.path(), "mmdebstrap");
    let search = Search::with_programs(&[("mmdebstrap", &program)]);
    let reference = nowhere();
    let failure = search.run(&job(&reference, &fallback(), false)).await.unwrap_err();
    assert_eq!(failure.class, FailureClass::Network);
    assert!(
        failure
            .hint
            .as_ref()
            .is_some_and(|hint| hint.contains("`cargo xtask bases publish`")),
        "{:?}",
        failure.hint
    );
    assert!(!search.step.log().contains("mmdebstrap"), "{}", search.step.log());
    assert_eq!(search.resolved(&reference), None);
}

/// A name that a stand-in would have, on an image that is none, is not trusted.
#[tokio::test]
async fn an_image_without_the_mark_is_no_stand_in() {
    let folder = tempfile::tempdir().unwrap();
    let program = forbidden(folder.path(), "mmdebstrap");
    let search = Search::with_programs(&[("mmdebstrap", &program)]);
    let (reference, fallback) = (nowhere(), fallback());
    let image = TestImage::of(&[]);
    let name = debian_root::name(&reference, &fallback);
    docker(&["tag", &image.id, &name]);
    let failure = search.run(&job(&reference, &fallback, true)).await;
    docker(&["image", "rm", &name]);
    assert_eq!(failure.unwrap_err().class, FailureClass::Machine);
}

#[tokio::test]
async fn a_missing_or_failing_mmdebstrap_is_the_machines_fault() {
    let search = Search::with_programs(&[("mmdebstrap", Path::new("/nowhere/mmdebstrap"))]);
    let failure = search.run(&job(&nowhere(), &fallback(), true)).await.unwrap_err();
    assert_eq!(failure.class, FailureClass::Machine);
    assert!(
        failure
            .hint
            .as_ref()
            .is_some_and(|hint| hint.contains("`cargo xtask setup --install`")),
        "{failure:?}"
    );

    let nothing = Fallback {
        packages: vec!["xtask-no-such-package".to_owned()],
        ..fallback()
    };
    let failure = Search::new().run(&job(&nowhere(), &nothing, true)).await.unwrap_err();
    assert_eq!(failure.class, FailureClass::Machine);
    assert!(
        failure.message.starts_with("mmdebstrap cannot build the stand-in"),
        "{}",
        failure.message
    );
}

#[tokio::test]
async fn a_published_base_is_one_like_any_other() {
    let registry = Registry::start();
    let (repository, reference, fallback) = (unique("own"), nowhere(), fallback());
    let mirror = format!("{}/{repository}:1", registry.host());
    let search = Search::new();
    action::base::publish(&reference, &fallback, &mirror, &search.step.context)
        .await
        .unwrap();
    let digest = registry.digest(&repository, "1").expect("nothing was pushed");

    let from_mirror = BaseJob {
        mirrors: vec![mirror.clone()],
        ..job(&reference, &fallback, false)
    };
    let found = search.run(&from_mirror).await;
    docker(&["image", "rm", "--force", &mirror]);
    found.unwrap();
    assert_eq!(search.resolved(&reference), Some(format!("{mirror}@{digest}")));
}

/// mmdebstrap is a script here: what is tested is what happens after it.
#[tokio::test]
async fn what_could_not_be_published_is_not_left_under_the_mirrors_name() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("mmdebstrap");
    support::script(
        &program,
        "for word; do case $word in *.tar) tar cf \"$word\" -C /bin busybox;; esac; done",
    );
    let search = Search::with_programs(&[("mmdebstrap", &program)]);
    let mirror = nowhere();
    let failure = action::base::publish("python:3", &fallback(), &mirror, &search.step.context)
        .await
        .unwrap_err();
    assert_eq!(failure.class, FailureClass::Network);
    assert!(search.step.log().contains("docker push"), "{}", search.step.log());
    assert_eq!(support::image::names_with(&mirror), Vec::<String>::new());
}
