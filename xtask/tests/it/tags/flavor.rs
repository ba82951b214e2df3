//! From rules to the list of tags: priority, `enable`, prefix and suffix, duplicates, `latest`.

use super::{
    Ci,
    ci::{problems, rule},
};

const NONE: [&str; 0] = [];
const SEMVER: &str = "type = \"semver\", pattern = \"{{version}}\"";

fn main() -> Ci {
    Ci::push("refs/heads/main")
}

fn release() -> Ci {
    Ci::push("refs/tags/v1.2.3")
}

#[test]
fn rules_go_by_priority_and_then_as_written() {
    let all = [
        "value = \"raw\"",
        "type = \"sha\"",
        "type = \"ref\", event = \"branch\"",
        "type = \"edge\"",
        "type = \"schedule\"",
    ];
    let rules: String = all.map(rule).concat();
    let run = Ci::github("schedule", "refs/heads/main").payload("push_branch");
    assert_eq!(run.tags(&rules), ["nightly", "edge", "main", "raw", "sha-1111111"]);
    let first =
        rule("value = \"a\"") + &rule("value = \"b\"") + &rule("value = \"c\", priority = 201") + &rule("value = \"d\", priority = -1");
    assert_eq!(main().tags(&first), ["c", "a", "b", "d"]);
    let versions = rule("type = \"match\", pattern = '\\d'") + &rule("type = \"pep440\", pattern = \"p{{major}}\"") + &rule(SEMVER);
    assert_eq!(release().tags(&versions), ["p1", "1.2.3", "1", "latest"]);
}

#[test]
fn duplicates_go_also_with_latest() {
    let twice = rule("value = \"main\"") + &rule("type = \"ref\", event = \"branch\"") + &rule("value = \"main\", priority = 1");
    assert_eq!(main().tags(&twice), ["main"]);
    assert_eq!(main().reasons(&twice), ["`main` is there already"; 2]);
    let latest = rule("type = \"raw\", value = \"latest\"") + &rule(SEMVER);
    assert_eq!(release().tags(&latest), ["1.2.3", "latest"]);
}

#[test]
fn enable_is_exactly_true_or_false() {
    let enabled = |enable: &str| {
        main()
            .try_tags(&rule(&format!("value = \"x\", enable = {enable}")))
            .map(|tags| tags.tags().len())
    };
    let cases = [
        ("true", Ok(1)),
        ("false", Ok(0)),
        ("\"true\"", Ok(1)),
        ("\"{{is_default_branch}}\"", Ok(1)),
        ("\"{{is_not_default_branch}}\"", Ok(0)),
        ("\"{{#if tag}}true{{else}}false{{/if}}\"", Ok(0)),
        ("\"True\"", Err("True")),
        ("\"\"", Err("")),
        ("\"{{branch}}\"", Err("main")),
        ("\" true\"", Err(" true")),
    ];
    for (enable, expected) in cases {
        let expected = expected.map_err(|given| format!("`enable` of a tag rule must give `true` or `false`, and gives `{given}`"));
        assert_eq!(enabled(enable), expected, "{enable}");
    }
    // It is looked at even where the rule would give nothing.
    assert!(main().try_tags(&rule("type = \"ref\", event = \"tag\", enable = \"yes\"")).is_err());
    let why = main().reasons(&rule("value = \"x\", enable = \"{{is_not_default_branch}}\""));
    assert_eq!(why, ["`enable = \"{{is_not_default_branch}}\"` gives `false` here"]);
}

#[test]
fn prefix_and_suffix_of_a_rule_override_the_flavors_even_when_empty() {
    let flavor = "[flavor]\nprefix = \"{{branch}}-\"\nsuffix = \"-s\"\n";
    assert_eq!(main().tags(&(rule("value = \"x\"") + flavor)), ["main-x-s"]);
    assert_eq!(main().tags(&(rule("value = \"x\", prefix = \"\", suffix = \"\"") + flavor)), ["x"]);
    assert_eq!(
        main().tags(&(rule("value = \"x\", prefix = \"{{sha}}&\"") + flavor)),
        ["1111111-x-s"]
    );
    // These two have a prefix of their own.
    assert_eq!(main().tags(&(rule("type = \"sha\"") + flavor)), ["sha-1111111-s"]);
    let request = Ci::github("pull_request", "refs/pull/2/merge");
    assert_eq!(request.tags(flavor), ["pr-2-s"]);
}

#[test]
fn the_first_rule_that_gave_a_tag_decides_on_latest() {
    let both = rule(SEMVER) + &rule("value = \"x\", priority = 1000");
    assert_eq!(release().tags(&both), ["x", "1.2.3"]);
    // A rule whose text docker would refuse gave none.
    let refused = rule(SEMVER) + &rule("value = \".x\", priority = 1000");
    assert_eq!(release().tags(&refused), ["1.2.3", "latest"]);
    let disabled = rule(SEMVER) + &rule("value = \"x\", priority = 1000, enable = false");
    assert_eq!(release().tags(&disabled), ["1.2.3", "latest"]);
    // A duplicate gave it, too.
    assert_eq!(
        Ci::push("refs/tags/v1.2.3-rc.1").tags(&(rule(SEMVER) + &rule("type = \"ref\", event = \"tag\""))),
        ["1.2.3-rc.1", "v1.2.3-rc.1"]
    );
}

#[test]
fn the_flavor_may_decide_on_latest_once_there_is_a_tag() {
    let with = |latest: &str| format!("[flavor]\nlatest = {latest}\n");
    assert_eq!(main().tags(&with("true")), ["main", "latest"]);
    assert_eq!(release().tags(&(rule(SEMVER) + &with("false"))), ["1.2.3"]);
    assert_eq!(release().tags(&(rule(SEMVER) + &with("\"auto\""))), ["1.2.3", "latest"]);
    assert_eq!(main().tags(&(rule(SEMVER) + &with("true"))), NONE);
}

#[test]
fn on_latest_the_flavors_prefix_goes_as_it_is_written() {
    let with = |more: &str| rule("value = \"x\"") + "[flavor]\nlatest = true\nprefix = \"p-\"\nsuffix = \"-{{sha}}\"\n" + more;
    assert_eq!(main().tags(&with("")), ["p-x-1111111", "latest"]);
    assert_eq!(main().tags(&with("prefix-onlatest = true\n")), ["p-x-1111111", "p-latest"]);
    assert_eq!(main().tags(&with("suffix-onlatest = true\n")), ["p-x-1111111", "latest--sha-"]);
    let refused = rule("value = \"x\", prefix = \"\"") + "[flavor]\nlatest = true\nprefix = \"-\"\nprefix-onlatest = true\n";
    assert_eq!(main().tags(&refused), ["x"]);
    assert_eq!(
        main().reasons(&refused),
        ["`-latest` is no tag: a tag starts with a letter, a digit or `_`"]
    );
}

#[test]
fn keys_that_a_type_has_no_use_for_are_mistakes() {
    for keys in [
        "type = \"edge\", pattern = \"x\"",
        "type = \"sha\", group = 1",
        "value = \"x\", branch = \"y\"",
        "type = \"match\", pattern = \"x\", match = \"y\"",
    ] {
        assert_eq!(problems(&rule(keys))[0].code, "misplaced-key", "{keys}");
    }
    for keys in [
        "type = \"semver\"",
        "type = \"pep440\"",
        "type = \"match\"",
        "type = \"ref\"",
        "type = \"raw\"",
    ] {
        assert_eq!(problems(&rule(keys))[0].code, "missing-key", "{keys}");
    }
}
