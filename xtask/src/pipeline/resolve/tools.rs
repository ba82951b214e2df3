//! `[tools]`: versions.

use crate::{
    diag::Diagnostic,
    manifest::Located,
    pipeline::{ToolSpec, Tools},
};

use super::Problems;

pub(super) fn resolve(problems: &mut Problems<'_>) -> Tools {
    let table = &problems.manifest.tables.tools;
    Tools {
        hadolint: spec(table.hadolint.as_ref(), problems),
        trivy: spec(table.trivy.as_ref(), problems),
        docker: spec(table.docker.as_ref(), problems),
    }
}

fn spec(written: Option<&Located<String>>, problems: &mut Problems<'_>) -> Option<ToolSpec> {
    let written = written?;
    ToolSpec::parse(written)
        .map_err(|error| {
            problems.push(
                Diagnostic::error("invalid-version", format!("`{}` is not a version: {error}", written.as_str()))
                    .label(written.span(), "this version")
                    .help("write `2.15.1` for exactly that one, or a requirement such as `>=23`"),
            );
        })
        .ok()
}
