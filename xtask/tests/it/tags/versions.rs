//! Rules that read versions: `semver` and `pep440`.

use super::{
    Ci,
    ci::{problems, rule},
};

const NONE: [&str; 0] = [];

fn semver(pattern: &str) -> String {
    rule(&format!("type = \"semver\", pattern = \"{pattern}\""))
}

fn pep440(pattern: &str) -> String {
    rule(&format!("type = \"pep440\", pattern = \"{pattern}\""))
}

fn tag(name: &str) -> Ci {
    Ci::push(&format!("refs/tags/{name}"))
}

#[test]
fn a_semver_tag_gives_its_parts() {
    let cases = [
        ("v1.2.3", "{{version}}", Some("1.2.3")),
        ("v1.2.3", "{{raw}}", Some("v1.2.3")),
        ("v1.2.3", "v{{major}}.{{minor}}", Some("v1.2")),
        ("v1.2.3+b.5", "{{version}}", Some("1.2.3")),
        ("v1.2.3+b.5", "{{raw}}", Some("v1.2.3-b.5")),
        ("v1.2.3+b.5", "{{build}}", Some("b-5")),
        ("v1.2.3+b.5", "{{version}}{{#if build}}-{{build}}{{/if}}", Some("1.2.3-b-5")),
        // 0 is false, as everywhere in handlebars.
        ("v0.1.0", "{{#if major}}{{major}}{{else}}none{{/if}}", Some("none")),
        ("v1.2.3", "{{version}}-{{branch}}", Some("1.2.3-")),
        ("v1.2.3", "", None),
    ];
    for (name, pattern, expected) in cases {
        let expected: Vec<&str> = expected.into_iter().chain(expected.map(|_| "latest")).collect();
        assert_eq!(tag(name).tags(&semver(pattern)), expected, "{name} {pattern}");
    }
}

#[test]
fn a_semver_prerelease_gives_all_of_itself() {
    let patterns = ["{{version}}", "{{major}}", "v{{raw}}", "x"];
    for pattern in patterns {
        assert_eq!(tag("v1.2.3-rc.1+b").tags(&semver(pattern)), ["1.2.3-rc.1"], "{pattern}");
    }
    for raw in ["{{raw}}", "{{ raw }}", "{{{raw}}}", "{{~raw~}}", "{{this.raw}}", "{{&raw}}"] {
        assert_eq!(tag("v1.2.3-rc.1+b").tags(&semver(raw)), ["v1.2.3-rc.1-b"], "{raw}");
    }
}

#[test]
fn only_strict_versions_are_semver() {
    for name in [
        "v1",
        "1.2",
        "=1.2.3",
        "vv1.2.3",
        "V1.2.3",
        "01.2.3",
        "1.2.3.4",
        "1.2.3-01",
        "9007199254740992.0.0",
        "nightly",
    ] {
        let reason = format!("`{name}` is not a semantic version");
        assert_eq!(tag(name).reasons(&semver("{{version}}")), [reason]);
    }
    assert_eq!(
        tag("9007199254740991.0.0").tags(&semver("{{major}}")),
        ["9007199254740991", "latest"]
    );
    // A slash becomes a dash before the version is read.
    assert_eq!(tag("1.0.0-rc/1").tags(&semver("{{version}}")), ["1.0.0-rc-1"]);
    assert_eq!(
        tag("app/v1.0.0").reasons(&semver("{{version}}")),
        ["`app-v1.0.0` is not a semantic version"]
    );
    assert_eq!(
        Ci::push("refs/heads/main").reasons(&semver("{{version}}")),
        ["the ref is not a git tag"]
    );
}

#[test]
fn a_value_stands_in_for_the_git_tag() {
    let run = Ci::push("refs/heads/release/1.4.2");
    let value = |value: &str| rule(&format!("type = \"semver\", pattern = \"{{{{version}}}}\", value = \"{value}\""));
    assert_eq!(run.tags(&value("v2.0.0")), ["2.0.0", "latest"]);
    assert_eq!(run.tags(&value(" v2.0.0 ")), ["2.0.0", "latest"]);
    assert_eq!(run.reasons(&value("{{tag}}")), ["`` is not a semantic version"]);
    assert_eq!(run.reasons(&value("")), ["the ref is not a git tag"]);
    let cut = "type = \"semver\", pattern = \"{{major}}\", value = \"{{branch}}\", match = \"release/(.*)\"";
    assert_eq!(run.tags(&rule(cut)), ["1", "latest"]);
}

#[test]
fn match_cuts_the_version_out() {
    let cut = |expression: &str| rule(&format!("type = \"semver\", pattern = \"{{{{version}}}}\", match = '{expression}'"));
    assert_eq!(tag("app/v1.2.3").tags(&cut("app/(.*)")), ["1.2.3", "latest"]);
    // Without a match all of it is taken.
    assert_eq!(tag("v1.2.3").tags(&cut("app/(.*)")), ["1.2.3", "latest"]);
    // Slashes around it are part of the expression here.
    assert_eq!(tag("app/v1.2.3").tags(&cut("/app/(.*)/")), NONE);
    let error = tag("v1.2.3").try_tags(&cut("v(x)?")).unwrap_err();
    assert_eq!(
        error,
        "`match` of a tag rule, `v(x)?`, fits `v1.2.3`, but its first group takes no part, so there is no version"
    );
    assert_eq!(problems(&cut("v.*"))[0].code, "missing-group");
    assert_eq!(problems(&cut("("))[0].code, "invalid-pattern");
    assert_eq!(tag("v1.2.3").tags(&cut("")), ["1.2.3", "latest"]);
}

#[test]
fn a_python_version_gives_its_parts() {
    let cases = [
        ("v1.2", "{{version}}", Some("1.2")),
        ("1.2", "{{major}}.{{minor}}.{{patch}}", Some("1.2.0")),
        ("v01.02", "{{raw}}", Some("v01.02")),
        ("v01.02", "{{version}}", Some("1.2")),
        ("2!1.0", "{{version}}", Some("2-1.0")),
        ("1.0+Local.1", "{{version}}", Some("1.0-local-1")),
        ("1.0+1e3", "{{version}}", Some("1.0-1000")),
        ("1.2.3.4.5", "{{version}}", Some("1.2.3.4.5")),
        ("3", "{{minor}}", Some("0")),
        ("1.0x", "{{version}}", None),
        ("1.2.3-alpha+b!", "{{version}}", None),
    ];
    for (name, pattern, expected) in cases {
        let expected: Vec<&str> = expected.into_iter().chain(expected.map(|_| "latest")).collect();
        assert_eq!(tag(name).tags(&pep440(pattern)), expected, "{name} {pattern}");
    }
    let reason = "`nightly` is not a version by PEP 440";
    assert_eq!(tag("nightly").reasons(&pep440("{{version}}")), [reason]);
}

#[test]
fn a_python_version_that_is_not_final_is_cleaned_and_no_latest() {
    let cases = [
        ("v1.0rc1", "1.0rc1"),
        ("1.0-ALPHA_2", "1.0a2"),
        ("1.0.dev3", "1.0.dev3"),
        ("1.0-1", "1.0.post1"),
        ("1.0.rev", "1.0.post0"),
        ("1.0a1.post2.dev3", "1.0a1.post2.dev3"),
    ];
    for (name, expected) in cases {
        assert_eq!(tag(name).tags(&pep440("{{major}}")), [expected], "{name}");
        assert_eq!(tag(name).tags(&pep440("{{raw}}")), [name], "{name}");
    }
}

#[test]
fn names_of_other_places_are_empty_in_a_pattern_and_said_to_be() {
    let warnings = problems(&semver("{{version}}-{{sha}}"));
    assert_eq!(warnings.iter().map(|one| one.code).collect::<Vec<_>>(), ["empty-name"]);
    assert_eq!(warnings[0].message, "`sha` is always empty here, as in docker/metadata-action");
    assert_eq!(problems(&semver("{{verison}}"))[0].code, "invalid-template");
    assert_eq!(problems(&semver("{{date 'YYYY'}}"))[0].code, "invalid-template");
    assert_eq!(problems(&pep440("{{build}}"))[0].code, "invalid-template");
}
