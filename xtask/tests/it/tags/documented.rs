//! The examples of docs/tags.md are rules that work.

use super::ci::problems;

#[test]
fn every_example_in_the_reference_is_right() {
    let text = include_str!("../../../../docs/tags.md");
    let examples: Vec<&str> = text
        .split("```toml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect();
    for example in &examples {
        assert_eq!(problems(example), [], "{example}");
    }
    for kind in ["schedule", "semver", "pep440", "match", "edge", "ref", "raw", "sha"] {
        let shown = format!("type = \"{kind}\"");
        assert!(examples.iter().any(|example| example.contains(&shown)), "{kind} has no example");
    }
}
