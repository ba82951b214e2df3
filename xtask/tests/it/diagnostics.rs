//! Every mistake in `pipeline.toml` has a fixture named after its code, a snapshot of what a person reads, and a section in the docs.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use xtask::{
    diag::{self, Diagnostic, SourceFile},
    manifest,
    pipeline::resolve,
};

/// Codes that need Dockerfiles: the tests of the command line bring them about.
const FROM_DOCKERFILES: [&str; 5] = [
    "image-cycle",
    "invalid-dockerfile",
    "unknown-target",
    "unreadable-dockerfile",
    "unresolved-base",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

fn fixtures() -> Vec<(String, SourceFile)> {
    let folder = root().join("xtask/tests/fixtures/invalid");
    let mut found: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let source = SourceFile {
                path: "pipeline.toml".to_owned(),
                text: fs::read_to_string(&path).unwrap(),
            };
            (path.file_stem().unwrap().to_str().unwrap().to_owned(), source)
        })
        .collect();
    found.sort_by(|one, other| one.0.cmp(&other.0));
    found
}

fn problems(source: &SourceFile) -> Vec<Diagnostic> {
    let (manifest, mut diagnostics) = manifest::load(source, PathBuf::from("/"), &[], &resolve::build_keys());
    diagnostics.extend(manifest.iter().flat_map(|manifest| resolve::resolve(manifest).1));
    diagnostics
}

#[test]
fn each_mistake_is_shown_as_a_person_should_read_it() {
    insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false }, {
        for (name, source) in fixtures() {
            insta::assert_snapshot!(name.clone(), diag::render(&problems(&source), &source, false));
        }
    });
}

#[test]
fn a_mistake_has_its_own_code_and_no_other_follows_from_it() {
    for (name, source) in fixtures().into_iter().filter(|(name, _)| name != "everything-at-once") {
        let codes: BTreeSet<&str> = problems(&source).iter().map(|problem| problem.code).collect();
        assert_eq!(codes, BTreeSet::from([name.as_str()]), "{name}.toml");
    }
}

#[test]
fn every_label_points_into_the_file() {
    for (name, source) in fixtures() {
        for problem in problems(&source) {
            for label in problem.labels {
                assert!(
                    label.span.end <= source.text.len() && source.text.is_char_boundary(label.span.start),
                    "{name}: {label:?}"
                );
            }
        }
    }
}

#[test]
fn every_code_has_a_fixture_and_a_section_in_the_docs() {
    let mut codes = BTreeSet::new();
    let quoted = regex::Regex::new(
        r#"(?s)Diagnostic::(?:error|warning)\(\s*"([a-z-]+)"|problems\.unknown\(\s*"([a-z-]+)"|=> \(\s*"([a-z]+-[a-z-]+)",\s*"#,
    )
    .unwrap();
    let mut open = vec![root().join("xtask/src")];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let text = fs::read_to_string(path).unwrap();
            codes.extend(
                quoted
                    .captures_iter(&text)
                    .filter_map(|found| (1..4).find_map(|group| found.get(group)))
                    .map(|code| code.as_str().to_owned()),
            );
        }
    }
    assert!(codes.len() > 20, "codes are no longer written as this test reads them: {codes:?}");
    let have: BTreeSet<String> = fixtures().into_iter().map(|(name, _)| name).collect();
    let docs = fs::read_to_string(root().join("docs/diagnostics.md")).unwrap();
    for code in codes {
        assert!(
            have.contains(&code) || FROM_DOCKERFILES.contains(&code.as_str()),
            "`{code}` has no fixture"
        );
        assert!(
            docs.contains(&format!("\n## {code}\n")),
            "`{code}` has no section in docs/diagnostics.md"
        );
    }
}
