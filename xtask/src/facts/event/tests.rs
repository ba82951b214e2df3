//! CI runs as their variables and payloads describe them. The payloads are in `tests/fixtures/events/`.

use super::*;

fn fixture(name: &str) -> String {
    format!("{}/tests/fixtures/events/{name}.json", env!("CARGO_MANIFEST_DIR"))
}

fn github(variables: &[(&str, &str)], payload: &str) -> Environment {
    let fixed = [
        ("GITHUB_ACTIONS", "true".to_owned()),
        ("GITHUB_EVENT_PATH", fixture(payload)),
        ("GITHUB_REPOSITORY", "acme/shop".to_owned()),
        ("GITHUB_SERVER_URL", "https://github.example/".to_owned()),
    ];
    let given = variables.iter().map(|(name, value)| (*name, (*value).to_owned()));
    fixed.into_iter().chain(given).collect()
}

fn read(environment: &Environment) -> Event {
    Event::read(environment, None).unwrap()
}

#[expect(clippy::unnecessary_wraps, reason = "it is compared with what may be absent")]
fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

const SHA: &str = "1111111111111111111111111111111111111111";
const HEAD_SHA: &str = "2222222222222222222222222222222222222222";

#[test]
fn a_push_to_a_branch() {
    let environment = github(
        &[
            ("GITHUB_EVENT_NAME", "push"),
            ("GITHUB_REF", "refs/heads/main"),
            ("GITHUB_SHA", SHA),
        ],
        "push_branch",
    );
    let expected = Event {
        ci: Ci::GitHub,
        name: some("push"),
        git_ref: some("refs/heads/main"),
        sha: some(SHA),
        default_branch: some("main"),
        base_ref: None,
        commit_time: Some(1_769_860_800),
        url: some("https://github.example/acme/shop"),
        ..Event::default()
    };
    assert_eq!(read(&environment), expected);
}

#[test]
fn a_pushed_tag_knows_its_branch_and_its_head_commit() {
    let environment = github(
        &[
            ("GITHUB_EVENT_NAME", "push"),
            ("GITHUB_REF", "refs/tags/v1.2.3"),
            ("GITHUB_SHA", SHA),
        ],
        "push_tag",
    );
    let event = read(&environment);
    assert_eq!(event.git_ref, some("refs/tags/v1.2.3"));
    assert_eq!(event.base_ref, some("release/1"));
    assert_eq!(event.commit_time, Some(1_769_860_800));
}

#[test]
fn a_pull_request_is_its_merge_unless_its_head_is_wished() {
    let variables = [
        ("GITHUB_EVENT_NAME", "pull_request"),
        ("GITHUB_REF", "refs/pull/42/merge"),
        ("GITHUB_SHA", SHA),
    ];
    let event = read(&github(&variables, "pull_request"));
    assert_eq!((event.sha, event.base_ref), (some(SHA), some("develop")));
    let wished = [&variables[..], &[("DOCKER_METADATA_PR_HEAD_SHA", "True")]].concat();
    assert_eq!(read(&github(&wished, "pull_request")).sha, some(HEAD_SHA));

    // The wish is for pull requests only.
    let push = [
        ("GITHUB_EVENT_NAME", "push"),
        ("GITHUB_SHA", SHA),
        ("DOCKER_METADATA_PR_HEAD_SHA", "true"),
    ];
    assert_eq!(read(&github(&push, "pull_request")).sha, some(SHA));
}

#[test]
fn pull_request_target_runs_on_the_base_and_means_the_request() {
    let variables = [
        ("GITHUB_EVENT_NAME", "pull_request_target"),
        ("GITHUB_REF", "refs/heads/develop"),
        ("GITHUB_SHA", SHA),
    ];
    let event = read(&github(&variables, "pull_request"));
    assert_eq!(event.git_ref, some("refs/pull/42/merge"));
    assert_eq!(event.base_ref, some("develop"));

    let error = Event::read(&github(&variables, "push_branch"), None).unwrap_err();
    let expected =
        "the event `pull_request_target` has no pull request number; `GITHUB_EVENT_PATH` has to name a file whose JSON has `number`";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn fields_of_another_type_are_no_fields() {
    let environment = github(
        &[("GITHUB_EVENT_NAME", "push"), ("GITHUB_REF", "refs/tags/1"), ("GITHUB_SHA", SHA)],
        "odd",
    );
    let event = read(&environment);
    assert_eq!((event.default_branch, event.base_ref, event.commit_time), (None, None, None));
}

#[test]
fn the_event_file_is_there_and_json_or_the_error_says_so() {
    let with = |path: &str| {
        let environment = Environment::from_iter([("GITHUB_ACTIONS", "true"), ("GITHUB_EVENT_PATH", path)]);
        Event::read(&environment, None).unwrap_err().to_string()
    };
    assert_eq!(
        with("/nowhere/event.json"),
        "cannot read the event file `/nowhere/event.json`, which `GITHUB_EVENT_PATH` names: no such file or directory"
    );
    let broken = fixture("broken");
    assert_eq!(
        with(&broken),
        format!("cannot read the event file `{broken}`, which `GITHUB_EVENT_PATH` names: EOF while parsing an object at line 2 column 0")
    );
    let environment = github(
        &[
            ("GITHUB_EVENT_NAME", "push"),
            ("GITHUB_SHA", SHA),
            ("GITHUB_REF", "refs/heads/main"),
        ],
        "bad_time",
    );
    assert_eq!(
        Event::read(&environment, None).unwrap_err().to_string(),
        "`timestamp` is `yesterday`, which is not an RFC 3339 time such as `2026-01-31T12:00:00Z`"
    );
}

#[test]
fn a_ref_by_hand_is_enough() {
    let environment = Environment::from_iter([("GITHUB_REF", "refs/tags/v1.0.0"), ("GITHUB_SHA", SHA)]);
    let event = read(&environment);
    assert_eq!((event.ci, event.git_ref, event.url), (Ci::GitHub, some("refs/tags/v1.0.0"), None));
}

#[test]
fn gitlab_in_github_words() {
    let variables = |more: &[(&str, &str)]| {
        let fixed = [
            ("GITLAB_CI", "true"),
            ("CI_COMMIT_SHA", SHA),
            ("CI_DEFAULT_BRANCH", "main"),
            ("CI_PROJECT_URL", "https://gitlab.example/acme/shop"),
            ("CI_COMMIT_TIMESTAMP", "2026-01-31T13:00:00+01:00"),
        ];
        fixed.iter().chain(more).copied().collect::<Environment>()
    };
    let expected = Event {
        ci: Ci::GitLab,
        name: some("schedule"),
        git_ref: some("refs/heads/main"),
        sha: some(SHA),
        default_branch: some("main"),
        base_ref: None,
        commit_time: Some(1_769_860_800),
        url: some("https://gitlab.example/acme/shop"),
        ..Event::default()
    };
    assert_eq!(
        read(&variables(&[("CI_PIPELINE_SOURCE", "schedule"), ("CI_COMMIT_BRANCH", "main")])),
        expected
    );
    let merge = read(&variables(&[
        ("CI_PIPELINE_SOURCE", "merge_request_event"),
        ("CI_MERGE_REQUEST_IID", "7"),
        ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
    ]));
    assert_eq!(
        (merge.name, merge.git_ref, merge.base_ref),
        (some("pull_request"), some("refs/pull/7/merge"), some("main"))
    );
    let tag = read(&variables(&[
        ("CI_PIPELINE_SOURCE", "push"),
        ("CI_COMMIT_TAG", "v1"),
        ("CI_COMMIT_BRANCH", ""),
    ]));
    assert_eq!(tag.git_ref, some("refs/tags/v1"));

    let error = Event::read(&variables(&[("CI_COMMIT_TIMESTAMP", "noon")]), None).unwrap_err();
    assert!(error.to_string().starts_with("`CI_COMMIT_TIMESTAMP` is `noon`"), "{error}");
}

fn git() -> Git {
    Git {
        commit: some(SHA),
        commit_time: Some(5),
        branch: some("topic"),
        default_branch: some("main"),
        remote_url: some("git@github.com:acme/shop.git"),
        ..Git::default()
    }
}

#[test]
fn without_ci_git_tells() {
    let mut git = git();
    let expected = Event {
        ci: Ci::None,
        name: None,
        git_ref: some("refs/heads/topic"),
        sha: some(SHA),
        default_branch: some("main"),
        base_ref: None,
        commit_time: Some(5),
        url: some("https://github.com/acme/shop"),
        ..Event::default()
    };
    assert_eq!(Event::read(&Environment::default(), Some(&git)).unwrap(), expected);

    git.tags_at_head = ["nightly", "v1.9.0", "1.10.0", "v1.10.0-rc.1", "v2"].map(str::to_owned).into();
    let event = Event::read(&Environment::default(), Some(&git)).unwrap();
    assert_eq!(event.git_ref, some("refs/tags/1.10.0"));

    git.tags_at_head.clear();
    git.branch = None;
    assert_eq!(Event::read(&Environment::default(), Some(&git)).unwrap().git_ref, None);
    assert_eq!(read(&Environment::default()), Event::default());
}

#[test]
fn in_ci_nothing_that_names_a_tag_comes_from_git() {
    let environment = Environment::from_iter([("GITHUB_ACTIONS", "true"), ("GITHUB_SHA", HEAD_SHA), ("GITHUB_REF", "refs/heads/b")]);
    let event = Event::read(&environment, Some(&git())).unwrap();
    assert_eq!((event.sha, event.commit_time), (some(HEAD_SHA), None));
    assert_eq!((event.git_ref, event.default_branch), (some("refs/heads/b"), None));

    // The time of a commit is the same wherever it is read.
    let same = Environment::from_iter([("GITHUB_SHA", SHA)]);
    assert_eq!(Event::read(&same, Some(&git())).unwrap().commit_time, Some(5));
    let none = Environment::from_iter([("GITHUB_EVENT_NAME", "schedule")]);
    let event = Event::read(&none, Some(&git())).unwrap();
    assert_eq!((event.git_ref, event.sha, event.commit_time), (None, None, None));
}

#[test]
fn one_of_githubs_variables_is_enough() {
    for name in ["GITHUB_REF", "GITHUB_EVENT_NAME", "GITHUB_SHA"] {
        assert_eq!(Ci::detect(&Environment::from_iter([(name, "x")])), Ci::GitHub, "{name}");
    }
    assert_eq!(Ci::detect(&Environment::from_iter([("GITHUB_BASE_REF", "x")])), Ci::None);
}

#[test]
fn a_pull_requests_base_is_what_the_payload_says() {
    let environment = Environment::from_iter([("GITHUB_REF", "refs/pull/1/merge"), ("GITHUB_BASE_REF", "main")]);
    assert_eq!(read(&environment).base_ref, None);
}

#[test]
fn the_repository_describes_itself() {
    let environment = github(&[("GITHUB_EVENT_NAME", "release"), ("GITHUB_REF", "refs/tags/v2.0.0")], "release");
    let event = read(&environment);
    assert_eq!(event.url, some("https://github.example/acme/shop-renamed"));
    assert_eq!((event.description, event.licenses), (some("Sells things"), some("Apache-2.0")));
}

#[test]
fn short_ids_have_the_length_that_is_asked_for() {
    let short = |length: &str| {
        let environment = Environment::from_iter([("GITHUB_SHA", SHA), ("DOCKER_METADATA_SHORT_SHA_LENGTH", length)]);
        Event::read(&environment, None).map(|event| event.short_sha().len())
    };
    for (length, expected) in [
        ("", 7),
        ("12", 12),
        ("0", 0),
        ("-3", 0),
        (" 0x9 ", 9),
        ("7.9", 7),
        ("40", 40),
        ("1e3", 40),
        ("Infinity", 40),
    ] {
        assert_eq!(short(length), Ok(expected), "{length}");
    }
    let error = short("seven").unwrap_err().to_string();
    assert_eq!(
        error,
        "`DOCKER_METADATA_SHORT_SHA_LENGTH` is `seven`, which is not a number; correct it, or unset it"
    );
}
