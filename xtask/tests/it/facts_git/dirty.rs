//! What counts as a change, and what does not.

use std::fs;

use super::repository::{Repository, facts};

#[test]
fn every_kind_of_change_counts() {
    let repository = Repository::new();
    repository.commit("one");
    assert!(!repository.facts().dirty);

    repository.write("file", "changed");
    assert!(repository.facts().dirty);
    repository.git(&["add", "file"]);
    assert!(repository.facts().dirty);
    repository.git(&["reset", "-q", "--hard"]);
    assert!(!repository.facts().dirty);

    fs::remove_file(repository.path("file")).unwrap();
    assert!(repository.facts().dirty);
    repository.git(&["reset", "-q", "--hard"]);

    repository.write("folder/untracked", "");
    assert!(repository.facts().dirty);
}

#[test]
fn what_is_ignored_does_not_count() {
    let repository = Repository::new();
    repository.write(".gitignore", "target/\n*.log\n");
    repository.git(&["add", ".gitignore"]);
    repository.commit("one");
    repository.write("target/xtask/run", "");
    repository.write("logs/a.log", "");
    fs::create_dir(repository.path("empty")).unwrap();
    assert!(!repository.facts().dirty);
}

#[test]
fn what_was_not_looked_at_is_not_clean() {
    let repository = Repository::new();
    repository.commit("one");
    assert!(facts(&repository.path(""), false).unwrap().dirty);
}

#[test]
fn a_sparse_checkout_is_clean() {
    let repository = Repository::new();
    repository.write("left/out", "");
    repository.write("kept/in", "");
    repository.git(&["add", "."]);
    repository.commit("one");
    repository.git(&["sparse-checkout", "set", "kept"]);
    assert!(!repository.path("left/out").exists());
    assert!(!repository.facts().dirty);
    fs::remove_file(repository.path("kept/in")).unwrap();
    assert!(repository.facts().dirty);
}

#[test]
fn a_submodule_counts_by_its_commit_only() {
    let library = Repository::new();
    library.commit("one");
    let library_url = format!("file://{}", library.path("").display());
    let repository = Repository::new();
    repository.git(&["submodule", "--quiet", "add", library_url.trim_end_matches('/'), "lib"]);
    let head = repository.commit("with a submodule");
    assert!(!repository.facts().dirty);

    // Inside, the submodule is a repository as any other.
    let inside = facts(&repository.path("lib"), true).unwrap();
    assert_ne!(inside.commit, Some(head));
    assert_eq!((inside.branch.as_deref(), inside.dirty), (Some("main"), false));

    repository.write("lib/untracked", "");
    assert!(!repository.facts().dirty);
    assert!(facts(&repository.path("lib"), true).unwrap().dirty);

    library.commit("two");
    repository.git(&["-C", "lib", "pull", "-q"]);
    assert!(repository.facts().dirty);
    repository.git(&["add", "lib"]);
    assert!(repository.facts().dirty);
    repository.commit("newer");
    assert!(!repository.facts().dirty);

    // One that was never fetched is as the commit has it.
    assert!(!repository.clone_with(&[]).facts().dirty);
}
