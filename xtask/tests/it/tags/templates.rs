//! What the names in templates stand for, run by run.

use super::{
    Ci,
    ci::{SHA, problems, rule},
};

/// What a template gives, between brackets that keep it from being empty.
fn expanded(run: &Ci, template: &str) -> String {
    let named = run.named(&format!(
        "[project]\nname = \"shop\"\n[images.web]\ncontext = \"web\"\nlabels = {{ x = '''{template}''' }}\n[[stages]]\nname = \"build\"\nuses = \"docker-build\"\n"
    ));
    named.labels["x"].clone()
}

#[test]
fn names_of_the_ref() {
    let all = "{{{branch}}}|{{{tag}}}|{{sha}}|{{{base_ref}}}";
    let push = |git_ref: &str| Ci::github("push", git_ref).payload("push_tag");
    assert_eq!(expanded(&push("refs/heads/a/b"), all), "a/b||1111111|");
    assert_eq!(expanded(&push("refs/tags/a/v1"), all), "|a/v1|1111111|release/1");
    let request = Ci::github("pull_request", "refs/pull/42/merge").payload("pull_request");
    assert_eq!(expanded(&request, all), "||1111111|develop");
    assert_eq!(
        expanded(&request.clone().with("GITHUB_BASE_REF", "other"), "{{base_ref}}"),
        "develop"
    );
    assert_eq!(expanded(&Ci::nothing(), all), "|||");
    assert_eq!(
        expanded(&push("refs/heads/a"), "{{commit}} {{project}}/{{image}}"),
        format!("{SHA} shop/web")
    );
}

#[test]
fn the_default_branch() {
    let cases = [
        ("push", "refs/heads/main", "true"),
        ("push", "refs/heads/other", "false"),
        ("push", "refs/tags/main", "false"),
        // Whatever their ref says, these run on the default branch.
        ("create", "refs/tags/v1", "true"),
        ("discussion_comment", "refs/heads/other", "true"),
        ("issues", "refs/heads/other", "true"),
        ("schedule", "refs/heads/other", "true"),
        ("schedule", "", "false"),
    ];
    for (event, git_ref, expected) in cases {
        let run = Ci::github(event, git_ref).payload("push_branch");
        let opposite = if expected == "true" { "false" } else { "true" };
        assert_eq!(
            expanded(&run, "{{is_default_branch}} {{is_not_default_branch}}"),
            format!("{expected} {opposite}"),
            "{event} {git_ref}"
        );
    }
    // The text `false` is not empty, so it is true.
    let other = Ci::push("refs/heads/other");
    assert_eq!(expanded(&other, "{{#if is_default_branch}}yes{{/if}}"), "yes");
    // Without a payload nobody says which it is.
    assert_eq!(expanded(&Ci::github("push", "refs/heads/main"), "{{is_default_branch}}"), "false");
}

#[test]
fn values_are_escaped_and_then_cleaned() {
    let cases = [
        ("a&b", "{{branch}}", "a-amp-b"),
        ("a&b", "{{{branch}}}", "a-b"),
        ("a=b", "{{branch}}", "a-x3D-b"),
        ("a<b>", "{{&branch}}", "a-b-"),
        ("a\"b", "{{branch}}", "a-quot-b"),
        ("a'b", "{{branch}}", "a-x27-b"),
        ("a`b", "{{branch}}", "a-x60-b"),
    ];
    for (branch, template, expected) in cases {
        let run = Ci::push(&format!("refs/heads/{branch}"));
        assert_eq!(
            run.tags(&rule(&format!("value = '''{template}'''"))),
            [expected],
            "{branch} {template}"
        );
    }
    // A ref is no template: it is not escaped.
    assert_eq!(
        Ci::push("refs/heads/a&b").tags(&rule("type = \"ref\", event = \"branch\"")),
        ["a-b"]
    );
}

#[test]
fn an_unknown_name_is_a_mistake_with_the_near_ones_named() {
    let found = problems(&rule("value = \"{{brunch}}\""));
    assert_eq!(found[0].code, "invalid-template");
    assert!(
        found[0]
            .help
            .as_ref()
            .unwrap()
            .starts_with("did you mean `branch`? names it can use: `project`"),
        "{found:?}"
    );
    for keys in [
        "value = \"x\", prefix = \"{{x}}\"",
        "value = \"x\", suffix = \"{{\"",
        "value = \"x\", enable = \"{{#if tag}}true{{else}}{{x}}{{/if}}\"",
        "type = \"schedule\", pattern = \"{{x}}\"",
    ] {
        assert_eq!(problems(&rule(keys))[0].code, "invalid-template", "{keys}");
    }
    assert_eq!(problems("[flavor]\nprefix = \"{{x}}\"\n")[0].code, "invalid-template");
}
