//! The shape of the source: layers, sizes, and what every file opens with. Modelled on xshell's own tidy test.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Imports go to a module earlier in this list. `cmd` and `cli` are the two halves of the command line and know each other.
const LAYERS: [&str; 11] = [
    "diag", "manifest", "pipeline", "facts", "tool", "plan", "exec", "report", "setup", "cmd", "cli",
];
const LONGEST: usize = 400;

/// Crates with one owner.
const OWNERS: [(&str, &[&str]); 5] = [
    ("annotate_snippets", &["diag"]),
    ("git2", &["facts"]),
    ("aws_sdk_ecr", &["tool"]),
    ("tokio", &["exec", "report", "cmd"]),
    ("clap", &["cli"]),
];

struct Source {
    path: PathBuf,
    text: String,
}

impl Source {
    /// The module right below the crate: `exec` for `src/exec/action/lint.rs`.
    fn layer(&self) -> Option<String> {
        let inside = self.path.strip_prefix(root().join("xtask/src")).ok()?;
        let first = inside.components().next()?.as_os_str().to_str()?;
        Some(first.trim_end_matches(".rs").to_owned())
    }

    /// The code, without comments.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
            .map(|(index, line)| (index + 1, line))
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

fn sources() -> Vec<Source> {
    let mut found = Vec::new();
    let mut open = ["xtask/src", "xtask/tests", "xtask/ecr-stand-in/src"]
        .map(|folder| root().join(folder))
        .to_vec();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                found.push(Source {
                    text: fs::read_to_string(&path).unwrap(),
                    path,
                });
            }
        }
    }
    assert!(found.len() > 100, "the sources are not where this test looks");
    found
}

fn report(problems: &[String]) {
    assert!(problems.is_empty(), "\n{}\n", problems.join("\n"));
}

/// The layers that a line names: `crate::{diag, manifest::X}` or `crate::diag::X`.
fn named(source: &Source) -> Vec<(usize, String)> {
    let mut named = Vec::new();
    let mut in_group = false;
    for (number, line) in source.code() {
        for layer in LAYERS {
            let direct = line.contains(&format!("crate::{layer}::")) || line.trim_end() == format!("use crate::{layer};");
            let item = line.trim_start().split([':', ',', ';']).next().unwrap_or_default();
            let grouped = in_group && item == layer && line.starts_with("    ") && !line.starts_with("        ");
            if direct || grouped || line.contains(&format!("crate::{{{layer}")) {
                named.push((number, layer.to_owned()));
            }
        }
        in_group = (in_group || line.starts_with("use crate::{")) && !line.contains("};");
    }
    named
}

#[test]
fn imports_go_down() {
    let position = |layer: &str| LAYERS.iter().position(|known| *known == layer);
    let mut problems = Vec::new();
    let mut seen = 0;
    for source in sources() {
        let Some(layer) = source.layer() else { continue };
        let Some(own) = position(&layer) else { continue };
        for (line, other) in named(&source) {
            seen += 1;
            let front = ["cmd", "cli"];
            if position(&other) > Some(own) && !(front.contains(&layer.as_str()) && front.contains(&other.as_str())) {
                problems.push(format!("{}:{line}: `{layer}` may not use `{other}`", source.path.display()));
            }
        }
    }
    assert!(seen > 100, "imports are no longer written as this test reads them");
    report(&problems);
}

#[test]
fn some_crates_have_one_owner() {
    let mut problems = Vec::new();
    for source in sources() {
        let Some(layer) = source.layer() else { continue };
        for (name, owners) in OWNERS {
            let uses = |line: &str| line.contains(&format!("{name}::")) && !line.contains(&format!("_{name}::"));
            if let Some((line, _)) = source
                .code()
                .find(|(_, line)| uses(line))
                .filter(|_| !owners.contains(&layer.as_str()))
            {
                problems.push(format!("{}:{line}: only {owners:?} may use `{name}`", source.path.display()));
            }
        }
    }
    report(&problems);
}

#[test]
fn files_are_short_and_say_what_they_are() {
    let mut problems = Vec::new();
    for source in sources() {
        let path = source.path.display();
        let lines = source.text.lines().count();
        if lines > LONGEST {
            problems.push(format!("{path}: {lines} lines, more than {LONGEST}"));
        }
        if !source.text.starts_with("//!") {
            problems.push(format!("{path}: does not open with `//!`"));
        }
        let stem = source.path.file_stem().unwrap().to_str().unwrap();
        if ["mod", "utils", "util", "helpers", "common", "misc", "imp"].contains(&stem) {
            problems.push(format!("{path}: a name that says nothing"));
        }
        let stub = ["todo!(", "unimplemented!(", "To come."]
            .into_iter()
            .find(|stub| source.text.contains(stub));
        if let Some(stub) = stub.filter(|_| stem != "tidy") {
            problems.push(format!("{path}: `{stub}`"));
        }
    }
    report(&problems);
}
