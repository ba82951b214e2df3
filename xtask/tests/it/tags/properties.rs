//! What holds for any ref, any rule and any text.

use proptest::{collection::vec, option, prelude::*};

use super::Ci;

/// What docker takes for a tag. Source: the grammar of distribution/reference.
fn is_tag(text: &str) -> bool {
    regex::Regex::new(r"\A[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}\z").unwrap().is_match(text)
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

fn git_ref() -> impl Strategy<Value = String> {
    let kind = prop_oneof![
        Just("refs/heads/"),
        Just("refs/tags/"),
        Just("refs/tags/v"),
        Just("refs/pull/"),
        Just("")
    ];
    let name = prop_oneof![
        any::<String>(),
        "[0-9]{1,3}\\.[0-9]\\.[0-9](-[a-z.0-9]{0,9})?([+][a-z0-9.]{1,5})?",
        "[a-z./&=-]{1,140}"
    ];
    (kind, name).prop_map(|(kind, name)| format!("{kind}{name}"))
}

fn text() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        Just("branch"),
        Just("tag"),
        Just("sha"),
        Just("base_ref"),
        Just("is_default_branch")
    ];
    prop_oneof![
        any::<String>(),
        name.clone().prop_map(|name| format!("{{{{{name}}}}}")),
        name.prop_map(|name| format!("a{{{{{{{name}}}}}}}-{{{{date 'YYYY'}}}}")),
        any::<String>().prop_map(|text| format!("{{{{date {}}}}}", quoted(&text))),
    ]
}

fn rule() -> impl Strategy<Value = String> {
    let kind = prop_oneof![
        text().prop_map(|value| format!("value = {}", quoted(&value))),
        text().prop_map(|pattern| format!("type = \"schedule\"\npattern = {}", quoted(&pattern))),
        Just("type = \"semver\"\npattern = \"{{version}}\"".to_owned()),
        Just("type = \"semver\"\npattern = \"{{raw}}\"\nmatch = \"v(.*)\"".to_owned()),
        Just("type = \"pep440\"\npattern = \"{{raw}}-{{major}}\"".to_owned()),
        text().prop_map(|value| format!("type = \"pep440\"\npattern = \"{{{{version}}}}\"\nvalue = {}", quoted(&value))),
        any::<String>().prop_map(|pattern| format!("type = \"match\"\npattern = {}", quoted(&pattern))),
        Just("type = \"match\"\npattern = '/[^a]*/g'\ngroup = 1".to_owned()),
        Just("type = \"edge\"".to_owned()),
        Just("type = \"ref\"\nevent = \"branch\"".to_owned()),
        Just("type = \"ref\"\nevent = \"tag\"".to_owned()),
        Just("type = \"ref\"\nevent = \"pr\"".to_owned()),
        Just("type = \"sha\"".to_owned()),
    ];
    let key = |name: &'static str| option::of(text().prop_map(move |text| format!("\n{name} = {}", quoted(&text))));
    (kind, key("prefix"), key("suffix"), any::<i64>()).prop_map(|(kind, prefix, suffix, priority)| {
        let (prefix, suffix) = (prefix.unwrap_or_default(), suffix.unwrap_or_default());
        format!("[[tags]]\n{kind}{prefix}{suffix}\npriority = {priority}\n")
    })
}

fn settings() -> ProptestConfig {
    ProptestConfig {
        cases: 512,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(settings())]

    #[test]
    fn whatever_comes_in_only_tags_come_out(git_ref in git_ref(), event in "push|schedule|create", rules in vec(rule(), 1..5), latest: bool) {
        let rules = format!("{}[flavor]\nlatest = {latest}\n", rules.concat());
        // Rules that are none are refused, which is as good.
        if let Ok(tags) = Ci::github(&event, &git_ref).try_tags(&rules) {
            let tags = tags.tags();
            for (index, tag) in tags.iter().enumerate() {
                prop_assert!(is_tag(tag), "{tag:?}");
                prop_assert!(!tags[..index].contains(tag), "{tag:?} is there twice");
            }
        }
    }

    #[test]
    fn any_branch_gives_one_tag_or_a_reason_and_a_tag_gives_itself(branch in any::<String>()) {
        let rule = "[[tags]]\ntype = \"ref\"\nevent = \"branch\"\n";
        let tags = Ci::push(&format!("refs/heads/{branch}")).try_tags(rule).unwrap();
        prop_assert_eq!(tags.given.len() + tags.not_given.len(), 1);
        if let Some(tag) = tags.version() {
            prop_assert_eq!(Ci::push(&format!("refs/heads/{tag}")).tags(rule), [tag]);
        }
    }

    #[test]
    fn tags_come_by_priority(priorities in vec(any::<i64>(), 1..6)) {
        let rules: Vec<String> = priorities
            .iter()
            .enumerate()
            .map(|(index, priority)| format!("[[tags]]\nvalue = \"t{index}\"\npriority = {priority}\n"))
            .collect();
        let mut expected: Vec<(i64, String)> = priorities.iter().enumerate().map(|(index, priority)| (*priority, format!("t{index}"))).collect();
        expected.sort_by_key(|(priority, _)| std::cmp::Reverse(*priority));
        let expected: Vec<String> = expected.into_iter().map(|(_, tag)| tag).collect();
        prop_assert_eq!(Ci::push("refs/heads/main").tags(&rules.concat()), expected);
    }
}
