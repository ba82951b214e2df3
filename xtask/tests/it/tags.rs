//! Tag rules over refs and events of our own making: pure, no repository needed.

use std::path::PathBuf;

use xtask::{
    diag::SourceFile,
    facts::{Event, Facts},
    manifest,
    pipeline::{ImageName, resolve},
    plan::tags,
};

/// The tags that `rules` give for a ref.
fn given(rules: &str, git_ref: &str) -> Vec<String> {
    let text = format!("[project]\nname = \"shop\"\n[images.web]\ncontext = \"web\"\n{rules}");
    let source = SourceFile {
        path: "pipeline.toml".to_owned(),
        text,
    };
    let (manifest, problems) = manifest::load(&source, PathBuf::from("/"), &[], &resolve::build_keys());
    assert_eq!(problems, []);
    let (resolved, problems) = resolve::resolve(&manifest.unwrap());
    assert_eq!(problems, []);
    let event = Event {
        git_ref: (!git_ref.is_empty()).then(|| git_ref.to_owned()),
        sha: (!git_ref.is_empty()).then(|| "0123456789abcdef0123456789abcdef01234567".to_owned()),
        default_branch: Some("main".to_owned()),
        ..Event::default()
    };
    let facts = Facts { event, ..Facts::default() };
    tags::of_image(&resolved.pipeline, &facts, &ImageName::new("web"), None)
        .unwrap()
        .tags()
}

const SEMVER: &str =
    "[[tags]]\ntype = \"semver\"\npattern = \"{{version}}\"\n[[tags]]\ntype = \"semver\"\npattern = \"{{major}}.{{minor}}\"\n";

#[test]
fn a_version_gives_its_parts_and_latest_and_a_prerelease_only_itself() {
    assert_eq!(given(SEMVER, "refs/tags/v1.2.3"), ["1.2.3", "1.2", "latest"]);
    assert_eq!(given(SEMVER, "refs/tags/v1.2.3-rc.1"), ["1.2.3-rc.1"]);
    assert_eq!(given(SEMVER, "refs/tags/nightly"), [""; 0]);
    assert_eq!(given(SEMVER, "refs/heads/main"), [""; 0]);
}

#[test]
fn refs_give_their_names_cleaned() {
    assert_eq!(given("", "refs/heads/feature/größe x"), ["feature-gr-e-x"]);
    assert_eq!(given("", "refs/tags/v1"), ["v1", "latest"]);
    assert_eq!(given("", "refs/pull/7/merge"), ["pr-7"]);
    assert_eq!(given("", ""), [""; 0]);
}

#[test]
fn priority_decides_the_version_and_duplicates_go() {
    let rules = "[[tags]]\ntype = \"sha\"\n[[tags]]\nvalue = \"main\"\n[[tags]]\ntype = \"ref\"\nevent = \"branch\"\n";
    assert_eq!(given(rules, "refs/heads/main"), ["main", "sha-0123456"]);
    let first = "[[tags]]\ntype = \"sha\"\nformat = \"long\"\nprefix = \"\"\npriority = 1000\n[[tags]]\nvalue = \"x\"\n";
    assert_eq!(given(first, "refs/heads/main"), ["0123456789abcdef0123456789abcdef01234567", "x"]);
}

#[test]
fn enable_is_a_bool_or_a_template() {
    let rule = |enable: &str| format!("[[tags]]\nvalue = \"edge\"\nenable = {enable}\n");
    assert_eq!(given(&rule("false"), "refs/heads/main"), [""; 0]);
    assert_eq!(given(&rule("\"{{is_default_branch}}\""), "refs/heads/main"), ["edge"]);
    assert_eq!(given(&rule("\"{{is_default_branch}}\""), "refs/heads/other"), [""; 0]);
}

#[test]
fn flavor_goes_on_every_tag_and_on_latest_when_asked() {
    let raw = "[[tags]]\nvalue = \"x\"\n";
    assert_eq!(
        given(&format!("{raw}[flavor]\nlatest = true\nprefix = \"p-\"\n"), "refs/heads/main"),
        ["p-x", "latest"]
    );
    let both = "[flavor]\nlatest = true\nprefix = \"p-\"\nprefix-onlatest = true\nsuffix = \"-s\"\n";
    assert_eq!(given(&format!("{raw}{both}"), "refs/heads/main"), ["p-x-s", "p-latest"]);
    assert_eq!(
        given(&format!("{SEMVER}[flavor]\nlatest = false\n"), "refs/tags/v1.2.3"),
        ["1.2.3", "1.2"]
    );
    // No rule gave a tag: not even `latest`.
    assert_eq!(given(&format!("{SEMVER}[flavor]\nlatest = true\n"), "refs/heads/main"), [""; 0]);
}
