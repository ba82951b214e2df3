//! A version for each image: by git tags of their own, or by a file.

use super::project::{Released, release};

#[test]
fn images_with_tags_of_their_own_are_released_by_themselves() {
    let mut released = Released::new("[version]\ngit-tag = \"{{image}}/v{{version}}\"\n");
    let (_, record) = released.release(&["--version", "1.0.0"]);
    for image in ["web", "api"] {
        released.expect(&record, image, &["1.0.0", "1.0", "1", "latest"]);
    }
    released.check();
    assert_eq!(released.project.git(&["tag", "--points-at", "HEAD"]), "api/v1.0.0\nweb/v1.0.0");

    released.change("web/content", "second\n");
    let (_, record) = released.release(&["--bump", "minor", "web"]);
    released.expect(&record, "web", &["1.1.0", "1.1", "1", "latest"]);
    released.check();

    // Each goes on from its own last version.
    released.change("api/content", "second\n");
    let (_, record) = released.release(&["--bump", "patch"]);
    released.expect(&record, "web", &["1.1.1", "1.1", "1", "latest"]);
    released.expect(&record, "api", &["1.0.1", "1.0", "1", "latest"]);
    released.check();

    // A tag at HEAD releases the image it names, and no other.
    released.change("api/content", "third\n");
    released.project.git(&["tag", "api/v2.0.0"]);
    let (ran, record) = released.release(&[]);
    released.expect(&record, "api", &["2.0.0", "2.0", "2", "latest"]);
    released.check();
    assert!(
        ran.stderr.contains("`web` is left out: HEAD carries no git tag `web/v{{version}}`"),
        "{}",
        ran.stderr
    );
    assert_eq!(record["images"].as_array().unwrap().len(), 1);
}

#[test]
fn one_image_may_have_a_version_of_its_own() {
    let mut released = Released::new("");
    let text = std::fs::read_to_string(released.project.path("pipeline.toml")).unwrap();
    released.change(
        "pipeline.toml",
        &text.replace(
            "{ context = \"api\" }",
            "{ context = \"api\", version = { git-tag = \"api-v{{version}}\" } }",
        ),
    );
    released.project.git(&["tag", "v1.0.0"]);
    let (_, record) = released.release(&[]);
    released.expect(&record, "web", &["1.0.0", "1.0", "1", "latest"]);
    released.check();
    released.project.git(&["tag", "api-v0.3.0"]);
    let (_, record) = released.release(&["api"]);
    released.expect(&record, "api", &["0.3.0", "0.3", "0", "latest"]);
    released.check();
}

#[test]
fn a_file_says_the_version() {
    let mut released = Released::new("[version]\nfile = \"web/package.json\"\n");
    released.change("web/package.json", "{\"name\": \"web\", \"version\": \"0.4.0\"}\n");
    let (_, record) = released.release(&[]);
    for image in ["web", "api"] {
        released.expect(&record, image, &["0.4.0", "0.4", "0", "latest"]);
    }
    released.check();
    assert_eq!(record["git_tags"][0]["tag"], "v0.4.0");

    released.change("web/content", "second\n");
    release(&released.project, &[]).ends(1).says(&[
        "`release` is refused: version 0.4.0 is released: `v0.4.0` is commit",
        "release another one",
    ]);
    release(&released.project, &["--bump", "patch"])
        .ends(1)
        .says(&["the version of `web` stands in `web/package.json`; raise it there"]);
    release(&released.project, &["--version", "0.5.0"])
        .ends(1)
        .says(&["`web/package.json` says version 0.4.0, but `v0.5.0` is to be released"]);
    released.check();
}

#[test]
fn between_versions_there_is_the_next_prerelease() {
    let released = Released::new("");
    let text = std::fs::read_to_string(released.project.path("pipeline.toml")).unwrap();
    released.change(
        "pipeline.toml",
        &text.replace(
            "{ context = \"web\" }",
            "{ context = \"web\", tags = [{ value = \"{{describe}}\" }] }",
        ),
    );
    let tag = || {
        let tags = released.project.run(&["tags", "web", "--format", "json"]).ends(0).json();
        tags["images"][0]["tags"][0].as_str().unwrap().to_owned()
    };
    let short = || released.project.git(&["rev-parse", "--short=7", "HEAD"]);
    assert_eq!(tag(), format!("0.0.0-dev.2.g{}", short()));
    released.project.git(&["tag", "v1.2.3"]);
    assert_eq!(tag(), "1.2.3");
    released.change("web/content", "second\n").change("web/content", "third\n");
    assert_eq!(tag(), format!("1.2.4-dev.2.g{}", short()));
    released.project.file("web/content", "not committed\n");
    assert_eq!(tag(), format!("1.2.4-dev.2.g{}.dirty", short()));
    released.project.commit();
    released.project.git(&["tag", "v1.3.0-rc.1"]);
    released.change("web/content", "fourth\n");
    assert_eq!(tag(), format!("1.3.0-rc.1.dev.1.g{}", short()));
    // The git tag that CI runs for is the version, also where the clone has no tags.
    let variables = [("GITHUB_REF", "refs/tags/v2.0.0")];
    let answer = released
        .project
        .run_with(&variables, &["tags", "web", "--format", "json"])
        .ends(0)
        .json();
    assert_eq!(answer["images"][0]["describe"], "2.0.0");
}
