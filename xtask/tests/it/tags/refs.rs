//! Rules that look at the ref, the event and the commit: `schedule`, `edge`, `ref`, `sha`, `match`, `raw`.

use super::{
    Ci,
    ci::{SHA, rule},
};

const NONE: [&str; 0] = [];

#[test]
fn without_rules_the_schedule_the_branch_the_tag_and_the_pull_request_give_tags() {
    assert_eq!(Ci::push("refs/heads/main").tags(""), ["main"]);
    assert_eq!(Ci::push("refs/heads/feature/größe x").tags(""), ["feature-gr-e-x"]);
    assert_eq!(Ci::push("refs/tags/v1").tags(""), ["v1", "latest"]);
    assert_eq!(Ci::github("pull_request", "refs/pull/7/merge").tags(""), ["pr-7"]);
    assert_eq!(Ci::github("schedule", "refs/heads/main").tags(""), ["nightly", "main"]);
    assert_eq!(Ci::push("refs/notes/commits").tags(""), NONE);
    assert_eq!(Ci::nothing().tags(""), NONE);
    assert_eq!(Ci::nothing().with("GITHUB_EVENT_NAME", "schedule").tags(""), ["nightly"]);
}

#[test]
fn a_branch_is_all_that_stands_behind_refs_heads() {
    let branch = rule("type = \"ref\", event = \"branch\"");
    let cases = [
        ("refs/heads/a//b", "a-b"),
        ("refs/heads/refs/heads/x", "refs-heads-x"),
        ("refs/heads/a.b_c-D", "a.b_c-D"),
        ("refs/heads/\u{1f600}x", "-x"),
    ];
    for (git_ref, tag) in &cases[..3] {
        assert_eq!(Ci::push(git_ref).tags(&branch), [*tag]);
    }
    // What docker would refuse is no tag, and says why.
    let (git_ref, tag) = cases[3];
    assert_eq!(Ci::push(git_ref).tags(&branch), NONE);
    let reason = format!("`{tag}` is no tag: a tag starts with a letter, a digit or `_`");
    assert_eq!(Ci::push(git_ref).reasons(&branch), [reason]);
    assert_eq!(Ci::push("refs/heads/").reasons(&branch), ["what it gives is empty"]);
    let long = format!("refs/heads/{}", "x".repeat(129));
    assert!(Ci::push(&long).reasons(&branch)[0].ends_with("is no tag: it is longer than 128 characters"));
}

#[test]
fn a_pull_request_is_its_number_or_what_stands_there() {
    let pr = rule("type = \"ref\", event = \"pr\"");
    assert_eq!(Ci::github("pull_request", "refs/pull/5/merge").tags(&pr), ["pr-5"]);
    assert_eq!(Ci::github("pull_request", "refs/pull/5/head").tags(&pr), ["pr-5-head"]);
    let bare = rule("type = \"ref\", event = \"pr\", prefix = \"\"");
    assert_eq!(Ci::github("pull_request", "refs/pull/5/merge").tags(&bare), ["5"]);
    let target = Ci::github("pull_request_target", "refs/heads/develop").payload("pull_request");
    assert_eq!(target.tags(&pr), ["pr-42"]);
    assert_eq!(target.tags(&rule("type = \"ref\", event = \"branch\"")), NONE);
}

#[test]
fn a_schedule_is_any_event_called_so() {
    let nightly = rule("type = \"schedule\"");
    for event in ["schedule", "my_schedule"] {
        assert_eq!(Ci::github(event, "refs/heads/main").tags(&nightly), ["nightly"], "{event}");
    }
    assert_eq!(
        Ci::push("refs/heads/main").reasons(&nightly),
        ["the event is `push` and no schedule"]
    );
    let dated = rule("type = \"schedule\", pattern = \"n-{{date 'YYYYMMDD' tz='Pacific/Chatham'}}\"");
    assert_eq!(Ci::github("schedule", "").tags(&dated), ["n-20260203"]);
    // Names of other places are empty there.
    let names = rule("type = \"schedule\", pattern = \"n{{branch}}{{sha}}{{version}}\"");
    assert_eq!(Ci::github("schedule", "refs/heads/main").tags(&names), ["n"]);
    assert_eq!(Ci::github("schedule", "").tags(&rule("type = \"schedule\", pattern = \"\"")), NONE);
}

#[test]
fn edge_is_the_default_branch_or_the_one_that_is_named() {
    let edge = rule("type = \"edge\"");
    assert_eq!(Ci::push("refs/heads/main").tags(&edge), ["edge"]);
    assert_eq!(Ci::push("refs/heads/next").tags(&edge), NONE);
    assert_eq!(Ci::push("refs/tags/main").tags(&edge), NONE);
    let next = rule("type = \"edge\", branch = \"next\"");
    assert_eq!(Ci::push("refs/heads/next").tags(&next), ["edge"]);
    assert_eq!(Ci::push("refs/heads/main").reasons(&next), ["the branch is `main` and not `next`"]);
    // A branch is no template.
    assert_eq!(
        Ci::push("refs/heads/main").tags(&rule("type = \"edge\", branch = \"{{branch}}\"")),
        NONE
    );
    // Nobody says which the default branch is.
    assert_eq!(Ci::github("push", "refs/heads/main").tags(&edge), NONE);
    assert_eq!(Ci::push("refs/heads/main").tags(&rule("type = \"edge\", branch = \"\"")), ["edge"]);
}

#[test]
fn a_commit_is_short_or_long() {
    let run = Ci::push("refs/heads/main");
    assert_eq!(run.tags(&rule("type = \"sha\"")), ["sha-1111111"]);
    assert_eq!(run.tags(&rule("type = \"sha\", format = \"long\", prefix = \"\"")), [SHA]);
    let nine = run.clone().with("DOCKER_METADATA_SHORT_SHA_LENGTH", "0x9");
    assert_eq!(nine.tags(&rule("type = \"sha\"")), ["sha-111111111"]);
    assert_eq!(nine.tags(&rule("value = \"{{sha}}\"")), ["111111111"]);
    assert_eq!(
        run.with("DOCKER_METADATA_SHORT_SHA_LENGTH", "0").tags(&rule("type = \"sha\"")),
        ["sha-"]
    );
    let without = Ci::nothing().with("GITHUB_REF", "refs/heads/main");
    assert_eq!(without.reasons(&rule("type = \"sha\"")), ["there is no commit"]);
    let head = Ci::github("pull_request", "refs/pull/42/merge").payload("pull_request");
    assert_eq!(
        head.with("DOCKER_METADATA_PR_HEAD_SHA", "TRUE").tags(&rule("type = \"sha\"")),
        ["sha-2222222"]
    );
}

#[test]
fn a_match_is_a_group_of_a_regular_expression_over_the_git_tag() {
    let cases = [
        ("pattern = '\\d+\\.\\d+', group = 0", "app/v1.22.3", Some("1.22")),
        ("pattern = 'v(\\d+)', group = 1", "app/v1.22.3", Some("1")),
        ("pattern = '/V(\\d+)/i', group = 1", "app/v1.22.3", Some("1")),
        // With `g`, group N is the match number N.
        ("pattern = '/\\d+/g', group = 2", "app/v1.22.3", Some("3")),
        ("pattern = '/\\d/y'", "app/v1.22.3", None),
        // The slash is still there when the expression looks, and becomes a dash after.
        ("pattern = 'app/v1'", "app/v1.22.3", Some("app-v1")),
        ("pattern = '(?<=v)(?<major>\\d+)', group = 1", "app/v1.22.3", Some("1")),
        ("pattern = '(x)?v', group = 1", "v1", None),
        ("pattern = 'y'", "v1", None),
        ("pattern = 'x*'", "v1", None),
    ];
    for (keys, tag, expected) in cases {
        let found = Ci::push(&format!("refs/tags/{tag}")).tags(&rule(&format!("type = \"match\", {keys}")));
        let expected: Vec<&str> = expected.into_iter().chain(expected.map(|_| "latest")).collect();
        assert_eq!(found, expected, "{keys}");
    }
}

#[test]
fn a_match_may_look_at_a_value() {
    let value = rule("type = \"match\", pattern = '/(.*)$', group = 1, value = \"{{branch}}\"");
    assert_eq!(Ci::push("refs/heads/release/2.1").tags(&value), ["2.1", "latest"]);
    assert_eq!(Ci::push("refs/heads/main").reasons(&value), ["`/(.*)$` does not match `main`"]);
    // An empty value counts as none.
    let empty = rule("type = \"match\", pattern = '.+', value = \"\"");
    assert_eq!(Ci::push("refs/heads/main").reasons(&empty), ["the ref is not a git tag"]);
}

#[test]
fn an_empty_match_is_a_tag_once_a_prefix_stands_before_it() {
    let keys = "type = \"match\", pattern = 'v(x*)', group = 1";
    assert_eq!(Ci::push("refs/tags/v1").tags(&rule(keys)), NONE);
    assert_eq!(
        Ci::push("refs/tags/v1").tags(&rule(&format!("{keys}, prefix = \"p\""))),
        ["p", "latest"]
    );
}

#[test]
fn a_group_that_never_is_and_one_that_takes_no_part_give_no_tag() {
    let never = rule("type = \"match\", pattern = 'v', group = 3");
    assert_eq!(Ci::push("refs/tags/v1").reasons(&never), ["`v` has no group 3 in `v1`"]);
    assert_eq!(super::ci::problems(&never)[0].code, "missing-group");
    let negative = rule("type = \"match\", pattern = 'v', group = -1");
    assert_eq!(Ci::push("refs/tags/v1").tags(&negative), NONE);
}

#[test]
fn raw_is_what_it_says() {
    let run = Ci::push("refs/heads/main");
    assert_eq!(run.tags(&rule("value = \"a b\"")), ["a-b"]);
    assert_eq!(run.tags(&rule("type = \"raw\", value = \"\"")), NONE);
    assert_eq!(run.tags(&rule("value = \"\", prefix = \"p\"")), ["p"]);
    assert_eq!(Ci::nothing().tags(&rule("value = \"x\"")), ["x"]);
    // A version is known in patterns of versions only.
    assert_eq!(run.tags(&rule("value = \"{{version}}\"")), NONE);
}

#[test]
fn gitlab_gives_the_same_tags() {
    let gitlab = |more: &[(&str, &str)]| {
        let fixed = Ci::nothing()
            .with("GITLAB_CI", "true")
            .with("CI_COMMIT_SHA", SHA)
            .with("CI_DEFAULT_BRANCH", "main");
        more.iter().fold(fixed, |run, (name, value)| run.with(name, value))
    };
    let branch = [("CI_COMMIT_BRANCH", "main"), ("CI_PIPELINE_SOURCE", "schedule")];
    assert_eq!(gitlab(&branch).tags(""), ["nightly", "main"]);
    assert_eq!(gitlab(&branch).tags(&rule("type = \"edge\"")), ["edge"]);
    assert_eq!(gitlab(&[("CI_COMMIT_TAG", "v1")]).tags(""), ["v1", "latest"]);
    let request = [("CI_MERGE_REQUEST_IID", "3"), ("CI_PIPELINE_SOURCE", "merge_request_event")];
    assert_eq!(gitlab(&request).tags(""), ["pr-3"]);
}
