//! Templates as docker/metadata-action's engine expands them.

use super::*;

fn values() -> BTreeMap<&'static str, &'static str> {
    BTreeMap::from([("branch", "a&b=c"), ("sha", "0123456"), ("empty", ""), ("no", "false")])
}

fn escaped(text: &str) -> Result<String, String> {
    let clock = Clock {
        now: 1_700_000_000,
        commit: 0,
    };
    Template::escaping(clock).expand(text, &values())
}

#[test]
fn values_are_escaped_in_tag_rules_and_nowhere_else() {
    assert_eq!(escaped("x-{{branch}}").as_deref(), Ok("x-a&amp;b&#x3D;c"));
    assert_eq!(Template::default().expand("x-{{branch}}", &values()).as_deref(), Ok("x-a&b=c"));
    for unescaped in ["{{{branch}}}", "{{&branch}}", "{{~{branch}~}}"] {
        assert_eq!(escaped(unescaped).as_deref(), Ok("a&b=c"), "{unescaped}");
    }
    assert_eq!(escape::html("<'\"`>"), "&lt;&#x27;&quot;&#x60;&gt;");
}

#[test]
fn a_name_has_many_spellings() {
    for text in [
        "{{sha}}",
        "{{ sha }}",
        "{{~sha~}}",
        "{{this.sha}}",
        "{{./sha}}",
        "{{[sha]}}",
        "{{@root.sha}}",
    ] {
        assert_eq!(escaped(text).as_deref(), Ok("0123456"), "{text}");
    }
}

#[test]
fn only_the_empty_text_is_false() {
    assert_eq!(
        escaped("{{#if no}}yes{{/if}}{{#if empty}}no{{else}}else{{/if}}").as_deref(),
        Ok("yeselse")
    );
    assert_eq!(escaped("{{#unless empty}}yes{{/unless}}").as_deref(), Ok("yes"));
}

#[test]
fn what_is_wrong_is_said_in_our_words() {
    let reason = |text: &str| escaped(text).unwrap_err();
    assert_eq!(reason("{{brunch}}"), "unknown name `brunch`");
    assert_eq!(reason("{{brunch 'x'}}"), "unknown helper `brunch`");
    assert_eq!(reason("{{date}}"), "`date` needs a format, such as `{{date 'YYYYMMDD'}}`");
    assert_eq!(reason("{{date 1}}"), "`date` needs a format, such as `{{date 'YYYYMMDD'}}`");
    assert_eq!(
        reason("{{date 'X' zone='UTC'}}"),
        "`date` takes `tz='ZONE'` and nothing else, and not `zone`"
    );
    assert_eq!(
        reason("{{date 'X' tz='Mars'}}"),
        "`Mars` is no time zone; write one as `Europe/Berlin`"
    );
    assert!(escaped("{{branch").is_err());
}

#[test]
fn both_ways_through_a_condition_are_checked() {
    let template = Template::default();
    assert_eq!(template.check("{{#if branch}}x{{else}}{{tag}}{{/if}}", &[&COMMON]), Ok(()));
    for text in ["{{#if branch}}{{brunch}}{{/if}}", "{{#if branch}}x{{else}}{{brunch}}{{/if}}"] {
        assert_eq!(
            template.check(text, &[&COMMON]).unwrap_err().unknown.as_deref(),
            Some("brunch"),
            "{text}"
        );
    }
}

#[test]
fn dates_have_a_zone_and_two_clocks() {
    assert_eq!(escaped("{{date 'YYYYMMDD-HHmmss'}}").as_deref(), Ok("20231114-221320"));
    assert_eq!(
        escaped("{{date \"YYYYMMDD HH Z\" tz=\"europe/berlin\"}}").as_deref(),
        Ok("20231114 23 +01:00")
    );
    assert_eq!(escaped("{{date 'DD' tz='Asia_Tokyo'}}").as_deref(), Ok("15"));
    assert_eq!(escaped("{{commit_date 'YYYY'}}").as_deref(), Ok("1970"));
    // What they give is escaped, too.
    assert_eq!(escaped("{{date '[a=]Y'}}").as_deref(), Ok("a&#x3D;2023"));
}

#[test]
fn strings_are_javascripts() {
    assert_eq!(escaped(r"{{date '\M\\D[\n]'}}").as_deref(), Ok(r"M14\n"));
    assert_eq!(escaped(r"{{{date '[it\'s]'}}}").as_deref(), Ok("it's"));
    assert_eq!(escaped("it's {{!it's}}{{sha}} \"q\"").as_deref(), Ok("it's 0123456 \"q\""));
    assert_eq!(escaped(r"\{{date 'Y'}}").as_deref(), Ok("{{date 'Y'}}"));
}

#[test]
fn the_raw_version_has_many_spellings_too() {
    for text in [
        "{{raw}}",
        "{{ raw }}",
        "{{{raw}}}",
        "{{~raw~}}",
        "{{&raw}}",
        "{{this.raw}}",
        "{{./raw}}",
        "{{[raw]}}",
        "{{~{raw}~}}",
    ] {
        assert!(is_raw(text), "{text}");
        assert_eq!(
            Template::fields().expand(text, &BTreeMap::from([("raw", "v1")])).as_deref(),
            Ok("v1"),
            "{text}"
        );
    }
    for text in ["raw", "v{{raw}}", "{{raw}} ", "{{version}}", "{{raw}}{{raw}}", "{{#raw}}", ""] {
        assert!(!is_raw(text), "{text}");
    }
}
