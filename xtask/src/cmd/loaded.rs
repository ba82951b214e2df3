//! `pipeline.toml`, found, read and resolved.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow};

use crate::{
    cli::Global,
    diag::{self, Diagnostic, SourceFile},
    manifest,
    pipeline::resolve::{self, Resolved},
};

use super::{CommandFailure, Console, WRONG_PIPELINE};

const FILE: &str = "pipeline.toml";

/// The pipeline with everything that is wrong with it.
#[derive(Debug)]
pub struct Loaded {
    /// The file, for rendering diagnostics.
    pub source: SourceFile,
    /// The pipeline; usable only if there are no errors.
    pub resolved: Resolved,
    diagnostics: Vec<Diagnostic>,
}

impl Loaded {
    /// Finds and reads the file that the options name, or the nearest one above.
    pub fn find(global: &Global) -> Result<Self, CommandFailure> {
        let (path, shown) = locate(global)?;
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("cannot read `{}`", shown.display()))
            .map_err(|error| CommandFailure::new(WRONG_PIPELINE, error))?;
        let root = path.parent().unwrap_or(Path::new("/")).to_path_buf();
        Ok(Self::from_source(
            SourceFile {
                path: shown.display().to_string(),
                text,
            },
            root,
            global,
        ))
    }

    fn from_source(source: SourceFile, root: PathBuf, global: &Global) -> Self {
        let (manifest, mut diagnostics) = manifest::load(&source, root.clone(), &global.set, &resolve::build_keys());
        let empty = SourceFile {
            path: source.path.clone(),
            text: String::new(),
        };
        let manifest = manifest.or_else(|| manifest::load(&empty, root, &[], &[]).0);
        // An empty table always loads.
        let (resolved, found) = manifest
            .as_ref()
            .map_or_else(|| unreachable!("an empty file is a manifest"), resolve::resolve);
        if !diagnostics.iter().any(|diagnostic| diagnostic.code == "syntax") {
            diagnostics.extend(found);
        }
        Self {
            source,
            resolved,
            diagnostics,
        }
    }

    /// Whether the pipeline cannot be used.
    pub fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(Diagnostic::is_error)
    }

    /// Everything that is wrong with the file.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// Shows all diagnostics, and gives the exit code.
    pub fn show_diagnostics(&self, console: &Console) -> u8 {
        self.show(&self.diagnostics, console)
    }

    /// Shows `diagnostics` of this file, and gives the exit code.
    pub fn show(&self, diagnostics: &[Diagnostic], console: &Console) -> u8 {
        if diagnostics.is_empty() {
            return 0;
        }
        console.note(&diag::render(diagnostics, &self.source, console.color));
        if diagnostics.iter().any(Diagnostic::is_error) {
            WRONG_PIPELINE
        } else {
            0
        }
    }

    /// Shows the warnings, if there are any.
    pub fn show_warnings(&self, console: &Console) {
        if !self.diagnostics.is_empty() {
            self.show_diagnostics(console);
        }
    }
}

/// The absolute path, and the path as it is shown.
fn locate(global: &Global) -> Result<(PathBuf, PathBuf), CommandFailure> {
    let start = std::path::absolute(global.directory.as_deref().unwrap_or(Path::new("."))).context("cannot tell the current folder")?;
    if !start.is_dir() {
        return Err(CommandFailure::new(2, anyhow!("`{}` is not a folder", start.display())));
    }
    if let Some(file) = &global.file {
        return Ok((start.join(file), file.clone()));
    }
    let found = start.ancestors().map(|folder| folder.join(FILE)).find(|path| path.is_file());
    let path = found.ok_or_else(|| {
        CommandFailure::new(WRONG_PIPELINE, anyhow!("there is no `{FILE}` in `{}` or above it", start.display()))
            .hint("go to the repository, pass `-C DIR` or `-f FILE`, or write one: the README shows how")
    })?;
    let shown = std::env::current_dir()
        .ok()
        .and_then(|current| path.strip_prefix(current).ok().map(Path::to_path_buf));
    Ok((path.clone(), shown.unwrap_or(path)))
}
