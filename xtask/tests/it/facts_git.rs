//! What the facts say of real repositories, in every state one can be in. The repositories are made with git itself, so that what is read is
//! what people have.

mod dirty;
mod gathered;
mod repository;
mod tags;

use self::repository::Repository;

#[test]
fn a_fresh_clone() {
    let origin = Repository::new();
    origin.commit("one");
    let origin_head = origin.commit("two");
    let clone = origin.clone_with(&[]);
    let git = clone.facts();
    assert_eq!(git.commit.as_deref(), Some(origin_head.as_str()));
    assert_eq!(git.commit_time, Some(repository::COMMIT_TIME));
    assert_eq!(git.branch.as_deref(), Some("main"));
    assert_eq!(git.default_branch.as_deref(), Some("main"));
    assert_eq!((git.dirty, git.shallow), (false, false));
    assert!(git.remote_url.unwrap().starts_with("file:///"));
}

#[test]
fn a_shallow_clone() {
    let origin = Repository::new();
    origin.commit("one");
    origin.git(&["tag", "v1.0.0"]);
    let head = origin.commit("two");
    origin.git(&["tag", "v2.0.0"]);
    origin.git(&["checkout", "-q", "-b", "old", "HEAD~1"]);
    origin.commit("three");
    origin.commit("four");

    let clone = origin.clone_with(&["--depth=1", "--branch=main"]);
    let git = clone.facts();
    assert!(git.shallow);
    assert_eq!(git.commit.as_deref(), Some(head.as_str()));
    assert_eq!(tags::last(&git).as_deref(), Some("v2.0.0"));

    // Here no version is within reach: that is no error.
    let clone = origin.clone_with(&["--depth=1", "--branch=old"]);
    clone.git(&["fetch", "-q", "--depth=1", "origin", "refs/tags/v2.0.0:refs/tags/v2.0.0"]);
    assert_eq!(tags::last(&clone.facts()), None);
}

#[test]
fn a_partial_clone() {
    let origin = Repository::new();
    origin.git(&["config", "uploadpack.allowFilter", "true"]);
    origin.commit("one");
    let clone = origin.clone_with(&["--filter=blob:none"]);
    assert!(!clone.facts().dirty);
}

#[test]
fn a_detached_head_has_no_branch() {
    let repository = Repository::new();
    let first = repository.commit("one");
    repository.commit("two");
    repository.git(&["checkout", "-q", &first]);
    let git = repository.facts();
    assert_eq!((git.branch, git.commit), (None, Some(first)));
}

#[test]
fn an_unborn_branch_has_a_name_and_no_commit() {
    let repository = Repository::new();
    let git = repository.facts();
    assert_eq!((git.branch.as_deref(), &git.commit, git.commit_time), (Some("main"), &None, None));
    assert_eq!((git.dirty, &git.tags_at_head, tags::last(&git)), (false, &vec![], None));
    repository.write("new", "");
    assert!(repository.facts().dirty);
}

#[test]
fn remotes_are_named_without_their_secrets() {
    let repository = Repository::new();
    repository.commit("one");
    assert_eq!(repository.facts().remote_url, None);
    repository.git(&["remote", "add", "mine", "https://me:secret@host.example/a/b.git"]);
    assert_eq!(repository.facts().remote_url.as_deref(), Some("https://host.example/a/b.git"));
    repository.git(&["remote", "add", "other", "https://host.example/c"]);
    assert_eq!(repository.facts().remote_url, None);
    repository.git(&["remote", "add", "origin", "git@host.example:a/b.git"]);
    assert_eq!(repository.facts().remote_url.as_deref(), Some("git@host.example:a/b.git"));
}

#[test]
fn the_default_branch_is_the_remotes_own() {
    let repository = Repository::new();
    repository.commit("one");
    assert_eq!(repository.facts().default_branch, None);
    repository.git(&["remote", "add", "origin", "https://host.example/a"]);
    repository.git(&["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/release/next"]);
    assert_eq!(repository.facts().default_branch.as_deref(), Some("release/next"));
}

#[test]
fn a_worktree_has_its_own_head() {
    let repository = Repository::new();
    let first = repository.commit("one");
    repository.git(&["tag", "v1.0.0"]);
    let folder = repository.beside("worktree");
    repository.git(&["worktree", "add", "-q", "-b", "side", folder.to_str().unwrap()]);
    let second = repository.commit("two");
    let git = repository::facts(&folder, true).unwrap();
    assert_eq!((git.commit, git.branch.as_deref()), (Some(first), Some("side")));
    assert_eq!((git.tags_at_head, git.dirty), (vec!["v1.0.0".to_owned()], false));
    assert_eq!(repository.facts().commit, Some(second));
}

#[test]
fn a_subfolder_belongs_to_the_repository_around_it() {
    let repository = Repository::new();
    let head = repository.commit("one");
    repository.write("a/b/.keep", "");
    let git = repository::facts(&repository.path("a/b"), true).unwrap();
    assert_eq!((git.commit, git.dirty), (Some(head), true));
}

#[test]
fn a_bare_repository_is_read_and_clean() {
    let repository = Repository::new();
    let head = repository.commit("one");
    let bare = repository.clone_with(&["--bare"]);
    let git = bare.facts();
    assert_eq!((git.commit, git.dirty), (Some(head), false));
    // The `.git` folder itself is a repository as well.
    assert_eq!(
        repository::facts(&repository.path(".git"), true).unwrap().branch.as_deref(),
        Some("main")
    );
}

#[test]
fn outside_of_git_there_are_no_facts_and_no_error() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(repository::facts(folder.path(), true), None);
    // Something else that happens to be called `.git`.
    std::fs::create_dir(folder.path().join(".git")).unwrap();
    assert_eq!(repository::facts(folder.path(), true), None);
}

#[test]
fn a_broken_repository_is_an_error() {
    let repository = Repository::new();
    repository.commit("one");
    repository.write(".git/refs/heads/main", "not a commit id\n");
    let error = repository::gather(&repository.path(""), true).unwrap_err();
    assert!(error.to_string().starts_with("cannot read the git repository: "), "{error}");
}

#[test]
fn somebody_elses_repository_says_what_to_type() {
    let repository = Repository::new();
    repository.commit("one");
    repository.write("sub/.keep", "");
    let folder = repository.path("");
    let owner = repository::owner(&folder);
    repository::chown("12345", &folder);
    let error = repository::gather(&folder.join("sub"), true);
    repository::chown(&owner, &folder);
    let path = folder.canonicalize().unwrap();
    let path = path.display();
    assert_eq!(
        error.unwrap_err().to_string(),
        format!(
            "the git repository `{path}` belongs to another user, so it is not trusted; if you trust it, run `git config --global --add safe.directory {path}`"
        )
    );
}
