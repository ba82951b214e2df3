//! The changelog of real repositories, made with git itself: which commits belong to which image, since when, and how they are told.

use serde_json::{Value, json};

use crate::support::project::Project;

/// Two images on one base, each with a folder of its own; `all` has the whole repository for its context.
fn project(more: &str) -> Project {
    let project = Project::new(&format!(
        "{more}[images]\nbase = {{ context = \"base\" }}\nweb = {{ context = \"web\" }}\napi = {{ context = \"api\", dockerfile = \"../docker/api.Dockerfile\" }}\n\
         all = {{ context = \".\", dockerfile = \"web/Dockerfile\" }}\n[[stages]]\nname = \"build\"\nuses = \"docker-build\"\n"
    ));
    project
        .file("base/Dockerfile", "FROM scratch\n")
        .file("web/Dockerfile", "FROM base\nCOPY . /\n")
        .file("docker/api.Dockerfile", "FROM scratch\nCOPY . /\n")
        .file("api/content", "first\n");
    commit(&project, "chore: first");
    project
}

fn commit(project: &Project, message: &str) -> String {
    if !project.path(".git").exists() {
        project.git(&["init", "--quiet", "--initial-branch", "main"]);
    }
    project.git(&["add", "--all"]);
    project.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
    project.git(&["rev-parse", "HEAD"])
}

fn change(project: &Project, file: &str, message: &str) -> String {
    let before = std::fs::read_to_string(project.path(file)).unwrap_or_default();
    project.file(file, &(before + "more\n"));
    commit(project, message)
}

/// The subjects of an image's commits.
fn subjects(project: &Project, arguments: &[&str], image: &str) -> Vec<String> {
    let commits = of_image(project, arguments, image)["commits"].clone();
    let subject = |commit: &Value| commit["subject"].as_str().unwrap().to_owned();
    commits.as_array().unwrap().iter().map(subject).collect()
}

fn of_image(project: &Project, arguments: &[&str], image: &str) -> Value {
    let ran = project.run(&[&["changelog", "--format", "json"], arguments].concat()).ends(0);
    let images = ran.json()["images"].as_array().unwrap().clone();
    images.into_iter().find(|of_image| of_image["image"] == image).unwrap()
}

#[test]
fn a_commit_belongs_to_the_images_whose_inputs_it_touches() {
    let project = project("");
    change(&project, "web/page", "feat: a page");
    change(&project, "docker/api.Dockerfile", "fix: the Dockerfile beside its context");
    change(&project, "base/file", "perf: the base of web");
    change(&project, "README.md", "docs: nobody's");
    assert_eq!(subjects(&project, &[], "web"), ["the base of web", "a page", "first"]);
    assert_eq!(subjects(&project, &[], "api"), ["the Dockerfile beside its context", "first"]);
    assert_eq!(subjects(&project, &[], "base"), ["the base of web", "first"]);
    assert_eq!(subjects(&project, &[], "all").len(), 5, "the whole repository is its context");
}

#[test]
fn it_begins_after_the_release_before() {
    let project = project("");
    project.git(&["tag", "v1.0.0"]);
    change(&project, "web/page", "one");
    project.git(&["tag", "v1.1.0-rc.1"]);
    change(&project, "web/page", "two");
    let unreleased = of_image(&project, &["web"], "web");
    assert_eq!(unreleased["since"], json!({"revision": "v1.1.0-rc.1", "version": "1.1.0-rc.1"}));
    assert_eq!(unreleased["until"]["version"], Value::Null);
    assert_eq!(subjects(&project, &["web"], "web"), ["two"]);

    project.git(&["tag", "v1.1.0"]);
    let released = of_image(&project, &["web"], "web");
    assert_eq!(
        (&released["since"]["version"], &released["until"]["version"]),
        (&json!("1.0.0"), &json!("1.1.0"))
    );
    assert_eq!(
        subjects(&project, &["web"], "web"),
        ["two", "one"],
        "what led to a version, with its prereleases"
    );

    assert_eq!(subjects(&project, &["--since", "v1.1.0-rc.1"], "web"), ["two"]);
    assert_eq!(
        of_image(&project, &["--since", "HEAD~1"], "web")["since"],
        json!({"revision": "HEAD~1", "version": null})
    );
    project
        .run(&["changelog", "--since", "v9"])
        .ends(2)
        .says(&["git knows no `v9` here"]);
    project.run(&["changelog", "wob"]).ends(2).says(&["did you mean `web`?"]);
}

#[test]
fn images_with_versions_of_their_own_begin_where_they_were_released() {
    let project = project("[version]\ngit-tag = \"{{image}}/v{{version}}\"\n");
    project.git(&["tag", "web/v1.0.0"]);
    change(&project, "web/page", "for web");
    change(&project, "api/content", "for api");
    project.git(&["tag", "api/v0.1.0"]);
    change(&project, "api/content", "for api again");
    assert_eq!(subjects(&project, &[], "web"), ["for web"]);
    assert_eq!(subjects(&project, &[], "api"), ["for api again"]);
}

#[test]
fn a_merge_counts_only_for_what_it_changes_itself() {
    let project = project("");
    project.git(&["tag", "v1.0.0"]);
    for branch in ["one", "two", "three"] {
        project.git(&["checkout", "--quiet", "-b", branch, "v1.0.0"]);
        change(&project, &format!("web/{branch}"), &format!("feat: {branch}"));
    }
    project.git(&["checkout", "--quiet", "main"]);
    change(&project, "api/content", "fix: main");
    project.git(&["merge", "--quiet", "--message", "an octopus", "one", "two", "three"]);
    let mut found = subjects(&project, &["web"], "web");
    found.sort_unstable();
    assert_eq!(found, ["one", "three", "two"]);

    project.git(&["checkout", "--quiet", "-b", "evil"]);
    change(&project, "api/content", "fix: on a branch");
    project.git(&["checkout", "--quiet", "main"]);
    project.git(&["merge", "--quiet", "--no-commit", "--no-ff", "evil"]);
    change(&project, "web/page", "a merge that changes something itself");
    assert_eq!(subjects(&project, &["web"], "web")[0], "a merge that changes something itself");
    assert_eq!(subjects(&project, &["api"], "api"), ["on a branch", "main"]);
}

#[test]
fn people_read_what_matters_most_first() {
    let project = project("");
    project.git(&["tag", "v1.0.0"]);
    change(&project, "web/page", "Größere Schrift");
    let fix = change(&project, "web/page", "fix(css): colours");
    change(&project, "web/page", "feat: search");
    change(&project, "web/page", "feat(api)!: no more XML\n\nBREAKING CHANGE: ask for JSON");
    let said = project.run(&["changelog", "web"]).ends(0).stdout;
    let headings: Vec<_> = said.lines().filter(|line| line.starts_with('#')).collect();
    assert_eq!(
        headings,
        [
            "## web unreleased",
            "### Breaking changes",
            "### Features",
            "### Fixes",
            "### Other changes"
        ]
    );
    for line in [
        "4 commits since `v1.0.0`.",
        "  ask for JSON",
        "- Größere Schrift (",
        &format!("- **css:** colours ({})", &fix[..7]),
    ] {
        assert!(said.contains(line), "no {line:?} in\n{said}");
    }
    project.git(&["tag", "v2.0.0"]);
    let said = project.run(&["changelog", "api"]).ends(0).stdout;
    assert_eq!(said, "## api 2.0.0\n\nNo changes since `v1.0.0`.\n");
}

#[test]
fn a_pipeline_below_the_repository_and_a_clone_without_history() {
    let project = project("");
    change(&project, "nested/web/Dockerfile", "feat: nested");
    project.file(
        "nested/pipeline.toml",
        "[project]\nname = \"nested\"\n[images.web]\ncontext = \"web\"\n[[stages]]\nname = \"build\"\nuses = \"docker-build\"\n",
    );
    project.file("nested/web/Dockerfile", "FROM scratch\n");
    commit(&project, "fix: a Dockerfile that is one");
    let ran = project.run(&["-C", "nested", "changelog", "--format", "json"]).ends(0);
    let commits = ran.json()["images"][0]["commits"].as_array().unwrap().len();
    assert_eq!(commits, 2);

    let clone = project.home().join("clone");
    let url = format!("file://{}", project.root().display());
    project.git(&["clone", "--quiet", "--depth=1", &url, clone.to_str().unwrap()]);
    project
        .run(&["-C", clone.to_str().unwrap(), "changelog"])
        .ends(0)
        .says(&["shallow clone", "git fetch --unshallow --tags"]);
}

#[test]
fn without_commits_there_is_no_changelog() {
    let project = Project::new("[images.web]\ncontext = \".\"\n[[stages]]\nname = \"build\"\nuses = \"docker-build\"\n");
    project.file("Dockerfile", "FROM scratch\n");
    project.run(&["changelog"]).ends(1).says(&["this is not a git repository"]);
    project.git(&["init", "--quiet"]);
    project.run(&["changelog"]).ends(1).says(&["there is no commit yet"]);
}
