//! All facts at once, as a command asks for them.

use std::fs;

use xtask::{
    facts::{Environment, ImageRequest, Request, gather},
    pipeline::ImageName,
};

use super::repository::{COMMIT_TIME, Repository};

#[test]
fn every_broken_dockerfile_is_told_and_the_others_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        fs::create_dir(folder.path().join(name)).unwrap();
        fs::write(folder.path().join(name).join("Dockerfile"), text).unwrap();
    };
    write("good", "# syntax=docker/dockerfile:1\nFROM base-${TARGETARCH}\n");
    write("bad", "FROM a\nNONSENSE\n");
    fs::create_dir_all(folder.path().join("folder/Dockerfile")).unwrap();
    let images = ["missing", "good", "bad", "folder"].map(|name| ImageRequest::new(ImageName::new(name), format!("{name}/Dockerfile")));
    let environment = Environment::from_iter([("SOURCE_DATE_EPOCH", "12"), ("DOCKER_DEFAULT_PLATFORM", "linux/arm64")]);
    let gathered = gather(&Request {
        images: images.into(),
        check_dirty: true,
        ..Request::new(folder.path(), &environment)
    })
    .unwrap();
    assert_eq!((gathered.facts.now, gathered.facts.epoch, gathered.facts.git), (12, Some(12), None));
    let good = &gathered.facts.dockerfiles["good"];
    assert_eq!(
        (good.bases[0].reference.as_str(), good.syntax.as_deref()),
        ("base-arm64", Some("docker/dockerfile:1"))
    );
    let errors = gathered.dockerfile_errors.iter().map(|(image, error)| format!("{image}: {error}"));
    assert_eq!(
        errors.collect::<Vec<_>>(),
        [
            "missing: cannot read `missing/Dockerfile`: no such file or directory",
            "bad: `bad/Dockerfile` line 2: unknown instruction `NONSENSE`",
            "folder: cannot read `folder/Dockerfile`: it is not a file",
        ]
    );
}

#[test]
fn a_time_that_is_none_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let environment = Environment::from_iter([("SOURCE_DATE_EPOCH", "yesterday")]);
    let error = gather(&Request::new(folder.path(), &environment));
    assert_eq!(
        error.unwrap_err().to_string(),
        "`SOURCE_DATE_EPOCH` is `yesterday`, which is not a number of seconds since 1970; correct it, or unset it"
    );
}

#[test]
fn another_commit_than_head_has_its_own_time() {
    let repository = Repository::new();
    let pushed = repository.commit("pushed");
    repository.commit_at("merged", COMMIT_TIME + 60);
    let environment = Environment::from_iter([
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_REF", "refs/pull/1/merge"),
        ("GITHUB_SHA", &pushed),
    ]);
    let gathered = gather(&Request::new(&repository.path(""), &environment));
    let facts = gathered.unwrap().facts;
    assert_eq!(facts.event.commit_time, Some(COMMIT_TIME));
    assert_eq!(facts.git.unwrap().commit_time, Some(COMMIT_TIME + 60));
}
