//! Which tags stand at HEAD, and which version came last.

use std::fmt::Write as _;

use xtask::{facts::Git, pipeline::VersionTagPattern};

use super::repository::{COMMIT_TIME, Repository};

/// The greatest version that HEAD has in it.
pub fn last(git: &Git) -> Option<String> {
    Some(git.versions[&VersionTagPattern::default()].last()?.name.clone())
}

fn latest(repository: &Repository) -> Option<String> {
    last(&repository.facts())
}

#[test]
fn tags_at_head_are_peeled_packed_or_not() {
    let repository = Repository::new();
    repository.commit("one");
    repository.git(&["tag", "before"]);
    repository.commit("two");
    repository.git(&["tag", "z-light"]);
    repository.git(&["tag", "-a", "-m", "x", "v1.0.0"]);
    repository.git(&["tag", "-a", "-m", "a tag of a tag", "group/nested", "v1.0.0"]);
    repository.git(&["tag", "of-a-file", "HEAD:file"]);
    for _ in 0..2 {
        assert_eq!(repository.facts().tags_at_head, ["group/nested", "v1.0.0", "z-light"]);
        repository.git(&["pack-refs", "--all"]);
    }
}

#[test]
fn the_greatest_version_within_reach_is_the_latest() {
    let repository = Repository::new();
    repository.commit("one");
    assert_eq!(latest(&repository), None);
    for tag in ["v1.10.0", "1.9.0", "v1.10.0-rc.1", "v2", "nightly", "app/v9.0.0", "01.0.0"] {
        repository.git(&["tag", tag]);
    }
    repository.commit("two");
    assert_eq!(latest(&repository).as_deref(), Some("v1.10.0"));
    repository.git(&["tag", "-a", "-m", "x", "2.0.0-rc.1"]);
    assert_eq!(latest(&repository).as_deref(), Some("2.0.0-rc.1"));

    repository.git(&["checkout", "-q", "-b", "side", "HEAD~1"]);
    assert_eq!(latest(&repository).as_deref(), Some("v1.10.0"));
}

#[test]
fn newer_versions_elsewhere_are_passed_over() {
    let repository = Repository::new();
    repository.commit_at("one", COMMIT_TIME - 300_000);
    repository.git(&["tag", "v1.0.0"]);
    repository.commit_at("two", COMMIT_TIME - 200_000);
    repository.git(&["tag", "v0.9.0"]);
    repository.git(&["checkout", "-q", "-b", "next"]);
    // One of them with a clock far behind.
    for (minor, time) in [(0, 0), (1, 1), (2, 2), (3, -1_000_000), (4, 4), (5, 5)] {
        repository.commit_at(&format!("2.{minor}"), COMMIT_TIME + time);
        repository.git(&["tag", &format!("v2.{minor}.0")]);
    }
    repository.git(&["checkout", "-q", "main"]);
    assert_eq!(latest(&repository).as_deref(), Some("v1.0.0"));
    repository.commit_at("three", COMMIT_TIME + 10);
    assert_eq!(latest(&repository).as_deref(), Some("v1.0.0"));
    repository.git(&["merge", "-q", "--no-ff", "-X", "ours", "-m", "all of it", "v2.4.0"]);
    assert_eq!(latest(&repository).as_deref(), Some("v2.4.0"));
}

#[test]
fn thousands_of_tags_that_are_out_of_reach_are_no_trouble() {
    let repository = Repository::new();
    repository.commit("one");
    repository.git(&["tag", "v1.0.0"]);
    repository.commit("two");
    grow(&repository, "next", "HEAD~1", 3000, |patch| Some(format!("v2.0.{patch}")));
    repository.git(&["pack-refs", "--all"]);
    assert_eq!(latest(&repository).as_deref(), Some("v1.0.0"));
    repository.git(&["merge", "-q", "-m", "some of it", "-X", "ours", "v2.0.1234"]);
    assert_eq!(latest(&repository).as_deref(), Some("v2.0.1234"));
}

#[test]
fn a_long_history_is_searched_for_what_can_still_win() {
    let repository = Repository::new();
    repository.commit("one");
    // More commits than are walked without a look at their times; the greatest version of them came first.
    grow(&repository, "long", "HEAD", 10_500, |index| match index {
        100 => Some("v1.0.0".to_owned()),
        10_400 => Some("v0.9.0".to_owned()),
        _ => None,
    });
    grow(&repository, "ahead", "long", 3, |patch| Some(format!("v2.0.{patch}")));
    repository.git(&["checkout", "-q", "long"]);
    assert_eq!(latest(&repository).as_deref(), Some("v1.0.0"));
}

/// Adds a branch of many commits, one second apart, each with the tag it is to have.
fn grow(repository: &Repository, branch: &str, from: &str, commits: usize, tag: impl Fn(usize) -> Option<String>) {
    let from = repository.git(&["rev-parse", from]);
    let tree = repository.git(&["rev-parse", "HEAD^{tree}"]);
    let mut import = format!("reset refs/heads/{branch}\nfrom {from}\n\n");
    for index in 0..commits {
        let time = COMMIT_TIME + i64::try_from(index).unwrap();
        write!(
            import,
            "commit refs/heads/{branch}\ncommitter A <a@example.com> {time} +0000\ndata 1\nx\nM 040000 {tree} \"\"\n\n"
        )
        .unwrap();
        if let Some(tag) = tag(index) {
            write!(import, "reset refs/tags/{tag}\nfrom refs/heads/{branch}\n\n").unwrap();
        }
    }
    repository.write("../import", &import);
    repository.git(&["-c", "alias.import=!git fast-import --quiet < ../import", "import"]);
}
