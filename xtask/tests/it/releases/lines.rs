//! One version for both images: the first release, a patch, a minor one, a prerelease, a backport.

use super::project::Released;

/// Both images get the same tags.
fn expect(released: &mut Released, options: &[&str], tags: &[&str]) -> String {
    let (ran, record) = released.release(options);
    for image in ["web", "api"] {
        released.expect(&record, image, tags);
    }
    released.check();
    ran.stderr
}

#[test]
fn a_life_of_releases() {
    let mut released = Released::new("");
    expect(&mut released, &["--version", "1.0.0"], &["1.0.0", "1.0", "1", "latest"]);
    assert_eq!(released.project.git(&["cat-file", "-t", "v1.0.0"]), "tag", "it is annotated");

    released.change("web/content", "second\n");
    let shown = expect(&mut released, &["--bump", "patch"], &["1.0.1", "1.0", "1", "latest"]);
    assert!(shown.contains("1.0.1 (after v1.0.0): "), "{shown}");

    released.change("api/content", "second\n");
    expect(&mut released, &["--bump", "minor"], &["1.1.0", "1.1", "1", "latest"]);

    released.change("api/content", "third\n");
    expect(&mut released, &["--bump", "prerelease"], &["1.1.1-rc.1"]);
    released.change("api/content", "fourth\n");
    expect(&mut released, &["--bump", "prerelease"], &["1.1.1-rc.2"]);

    released.change("api/content", "fifth\n");
    expect(&mut released, &["--bump", "major"], &["2.0.0", "2.0", "2", "latest"]);

    released.project.git(&["checkout", "--quiet", "-b", "release/1.0", "v1.0.1"]);
    released.change("web/content", "mended\n");
    let shown = expect(&mut released, &["--bump", "patch"], &["1.0.2", "1.0"]);
    for kept in [
        "tag `1` of `web` stays with 1.1.0",
        "tag `latest` of `api` stays with 2.0.0, which is greater than 1.0.2",
    ] {
        assert!(shown.contains(kept), "no {kept:?} in\n{shown}");
    }
    assert_eq!(released.project.git(&["describe", "--exact-match"]), "v1.0.2");
    let kept = &super::project::record(&released.project)["notes"];
    assert!(
        kept.to_string().contains("tag `latest` of `web` stays with 2.0.0"),
        "the record says it, too: {kept}"
    );
}

#[test]
fn what_git_does_not_know_of_the_registry_does() {
    let mut released = Released::new("");
    expect(&mut released, &["--version", "1.0.0"], &["1.0.0", "1.0", "1", "latest"]);
    released.change("web/content", "second\n").change("api/content", "second\n");
    expect(&mut released, &["--version", "2.0.0"], &["2.0.0", "2.0", "2", "latest"]);

    // As in a clone of one branch only.
    released.project.git(&["tag", "--delete", "v2.0.0"]);
    released.project.git(&["checkout", "--quiet", "v1.0.0"]);
    released.change("web/content", "mended\n");
    let shown = expect(&mut released, &["--bump", "patch"], &["1.0.1", "1.0", "1"]);
    assert!(shown.contains(":latest` stays with 2.0.0, which is greater than 1.0.1"), "{shown}");
}

#[test]
fn the_tag_that_ci_runs_for_is_the_version() {
    let mut released = Released::new("");
    released.project.git(&["tag", "v0.1.0"]);
    released.project.git(&["tag", "v0.2.0"]);
    let sha = released.project.git(&["rev-parse", "HEAD"]);
    let variables = [
        ("GITHUB_ACTIONS", "true"),
        ("GITHUB_EVENT_NAME", "push"),
        ("GITHUB_REF", "refs/tags/v0.1.0"),
        ("GITHUB_SHA", sha.as_str()),
    ];
    released.project.run_with(&variables, &["release"]).ends(0);
    let record = super::project::record(&released.project);
    for image in ["web", "api"] {
        // The other tag is a release that git knows of, and a greater one.
        released.expect(&record, image, &["0.1.0", "0.1"]);
    }
    released.check();
    assert_eq!(record["git_tags"][0]["outcome"], "exists");
}

#[test]
fn the_same_release_again_changes_nothing() {
    let mut released = Released::new("");
    expect(&mut released, &["--version", "1.0.0"], &["1.0.0", "1.0", "1", "latest"]);
    expect(&mut released, &[], &["1.0.0", "1.0", "1", "latest"]);
}

#[test]
fn without_a_tag_for_the_commit_images_are_uploaded_under_one_of_their_own() {
    let mut released = Released::new("");
    let text = std::fs::read_to_string(released.project.path("pipeline.toml")).unwrap();
    released.change("pipeline.toml", &text.replace("[[tags]]\ntype = \"sha\"\n", ""));
    let (ran, record) = released.release(&["--version", "1.0.0"]);
    for image in ["web", "api"] {
        let id = ran.step(&format!("build:{image}"))["digest"].as_str().unwrap()["sha256:".len()..][..12].to_owned();
        released.expect(&record, image, &["1.0.0", "1.0", "1", "latest", &format!("upload-{id}")]);
        let own = released.expected.get_mut(image).unwrap();
        own.retain(|tag, _| !tag.starts_with("sha-"));
    }
    released.check();
}

#[test]
fn the_git_tag_is_pushed_where_that_is_asked_for() {
    let released = Released::new("");
    let origin = released.project.home().join("origin.git");
    released.project.git(&["init", "--quiet", "--bare", origin.to_str().unwrap()]);
    released.project.git(&["remote", "add", "origin", origin.to_str().unwrap()]);
    released.release(&["--version", "1.0.0"]);
    let pushed = || released.project.git(&["ls-remote", "--tags", "origin"]);
    assert_eq!(pushed(), "");
    // The release is done already: only this is left.
    released.release(&["--push-tag"]);
    assert!(pushed().contains("refs/tags/v1.0.0"), "{}", pushed());
}
