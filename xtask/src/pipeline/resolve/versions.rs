//! `[version]`, of the pipeline or of one image: where versions come from.

use std::{collections::BTreeMap, path::PathBuf};

use crate::{
    diag::Diagnostic,
    manifest::{Located, VersionTable},
    pipeline::{Template, VersionSource, VersionTagPattern},
};

use super::Problems;

/// Stands for the version while a pattern is expanded; no TOML string that is a git tag's name has it.
const PLACE: &str = "\u{0}";

/// An image's source: its own table's, else the pipeline's.
pub(super) fn resolve(project: &str, image: &str, own: &VersionTable, problems: &mut Problems<'_>) -> VersionSource {
    let shared = &problems.manifest.tables.version;
    let git_tag = own.git_tag.as_ref().or(shared.git_tag.as_ref());
    let file = own.file.as_ref().or(shared.file.as_ref());
    VersionSource {
        git_tag: git_tag
            .and_then(|written| pattern(project, image, written, problems))
            .unwrap_or_default(),
        file: file.map(|file| PathBuf::from(file.as_str())),
    }
}

fn pattern(project: &str, image: &str, written: &Located<String>, problems: &mut Problems<'_>) -> Option<VersionTagPattern> {
    let values = BTreeMap::from([
        ("project", project.to_owned()),
        ("image", image.to_owned()),
        ("version", PLACE.to_owned()),
    ]);
    let found = Template::default().expand(written, &values).and_then(|expanded| {
        let mut parts = expanded.split(PLACE);
        match (parts.next(), parts.next(), parts.next()) {
            (Some(prefix), Some(suffix), None) => VersionTagPattern::new(prefix, suffix),
            _ => Err("`{{version}}` has to stand in it once".to_owned()),
        }
    });
    match found {
        Ok(pattern) => Some(pattern),
        Err(reason) => {
            let message = format!("`{}` does not name the git tags of versions: {reason}", written.as_str());
            problems.push(
                Diagnostic::error("invalid-git-tag", message)
                    .label(written.span(), "this pattern")
                    .help("such as \"v{{version}}\", or \"{{image}}/v{{version}}\" for versions of each image's own"),
            );
            None
        }
    }
}
