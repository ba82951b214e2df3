//! `cargo xtask tags` itself: it answers without git, without Dockerfiles, and says why.

use crate::support::project::Project;

const PIPELINE: &str = r#"
[images.web]
context = "web"

[[tags]]
type = "semver"
pattern = "{{version}}"

[[tags]]
type = "ref"
event = "branch"

[[tags]]
value = "{{sha}}"
enable = "{{is_default_branch}}"
"#;

#[test]
fn without_a_repository_the_variables_are_enough() {
    let project = Project::new("[images.web]\ncontext = \"web\"\n");
    let ran = project.run_with(&[("GITHUB_EVENT_NAME", "schedule")], &["tags", "--format", "json"]);
    assert_eq!(ran.json()["images"][0]["tags"], serde_json::json!(["nightly"]));
    let ran = project.run(&["tags", "--format", "json"]);
    assert_eq!(ran.json()["images"][0]["tags"], serde_json::json!([]));
}

#[test]
fn each_rule_says_what_it_gave_or_why_it_gave_nothing() {
    let project = Project::new(PIPELINE);
    let ran = project.run_with(&[("GITHUB_REF", "refs/tags/v1.2.3"), ("GITHUB_SHA", "0123456789")], &["tags"]);
    let name = &project.name;
    let width = name.len() + "/web:latest".len();
    let expected = format!(
        "GitHub Actions says: refs/tags/v1.2.3, commit 0123456\n\nweb\n  {:width$}  rule 1: semver {{{{version}}}}\n  {name}/web:latest  flavor: latest\n  {:width$}  rule 2: ref branch, because the ref is not a branch\n  {:width$}  rule 3: raw {{{{sha}}}}, because `enable = \"{{{{is_default_branch}}}}\"` gives `false` here\n",
        format!("{name}/web:1.2.3"),
        "no tag",
        "no tag",
    );
    assert_eq!(ran.stdout, expected);
}

#[test]
fn in_ci_git_fills_in_nothing_and_on_a_laptop_everything() {
    let project = Project::new(&PIPELINE.replace("{{sha}}", "x-{{sha}}"));
    project.commit();
    let tags = |variables: &[(&str, &str)]| project.run_with(variables, &["tags", "--format", "json"]).json()["images"][0]["tags"].clone();
    assert_eq!(
        tags(&[("GITHUB_REF", "refs/heads/b"), ("SOURCE_DATE_EPOCH", "0")]),
        serde_json::json!(["b"])
    );
    let sha = project.git(&["rev-parse", "HEAD"]);
    project.git(&["update-ref", "refs/remotes/origin/main", &sha]);
    project.git(&["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main"]);
    assert_eq!(tags(&[]), serde_json::json!(["main", format!("x-{}", &sha[..7])]));
}

#[test]
fn a_rule_that_cannot_be_applied_is_an_error_of_the_pipeline() {
    let project = Project::new("[images.web]\ncontext = \"web\"\n[[tags]]\nvalue = \"x\"\nenable = \"{{branch}}\"\n");
    let ran = project.run_with(&[("GITHUB_REF", "refs/heads/main")], &["tags"]);
    assert_eq!(ran.code, 3);
    assert!(
        ran.stderr.contains("must give `true` or `false`, and gives `main`"),
        "{}",
        ran.stderr
    );
    let ran = project.run_with(&[("DOCKER_METADATA_SHORT_SHA_LENGTH", "seven")], &["tags"]);
    assert_eq!(ran.code, 4);
    assert!(
        ran.stderr.contains("`DOCKER_METADATA_SHORT_SHA_LENGTH` is `seven`"),
        "{}",
        ran.stderr
    );
}
