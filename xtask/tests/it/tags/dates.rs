//! `{{date}}` and `{{commit_date}}` in tag rules. The formats themselves are tested where they are written.

use super::{
    Ci,
    ci::{problems, rule},
};

fn raw(template: &str) -> String {
    rule(&format!("value = \"x{template}\""))
}

#[test]
fn the_date_is_now_in_utc_or_in_a_zone() {
    let run = Ci::push("refs/heads/main");
    assert_eq!(run.tags(&raw("{{date 'YYYYMMDD-HHmmss'}}")), ["x20260203-040506"]);
    assert_eq!(run.tags(&raw("{{date 'YYYYMMDD-HH' tz='America/New_York'}}")), ["x20260202-23"]);
    assert_eq!(run.tags(&raw("{{date 'X'}}")), ["x1770091506"]);
}

#[test]
fn the_commits_date_comes_from_the_payload_and_else_is_now() {
    let year = raw("{{commit_date 'YYYYMMDD'}}");
    assert_eq!(Ci::push("refs/heads/main").tags(&year), ["x20260131"]);
    assert_eq!(Ci::github("push", "refs/tags/v1").payload("push_tag").tags(&year), ["x20260131"]);
    assert_eq!(Ci::github("push", "refs/heads/main").tags(&year), ["x20260203"]);
}

#[test]
fn a_wrong_date_is_a_mistake() {
    for template in [
        "{{date}}",
        "{{date 'X' zone='UTC'}}",
        "{{commit_date 'X' tz='Mars/Base'}}",
        "{{date 'X' tz=''}}",
    ] {
        assert_eq!(problems(&raw(template))[0].code, "invalid-template", "{template}");
    }
}
