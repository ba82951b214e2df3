//! `pipeline.toml` as written: every value with its span, nothing defaulted, nothing looked up.
//!
//! serde reads it, and what serde refuses is reported and cut out, so that one reading finds every problem. Stage options stay raw tables
//! here: which type they are is known only once a stage's `uses` is resolved.

mod decode;
mod located;
mod option_table;
mod overrides;
mod shape;
mod tables;
pub mod version_file;
mod vocabulary;

use std::{collections::BTreeSet, path::PathBuf};

use indexmap::IndexMap;
use toml::de::DeTable;

use crate::diag::{Diagnostic, Diagnostics, SourceFile};

pub use decode::{Decoded, decode};
pub use located::Located;
pub use option_table::OptionTable;
pub use overrides::{Override, OverrideError};
pub use tables::{
    BaseTable, BoolOrText, FallbackTable, FlavorTable, ImageTable, LifecycleTable, ProjectTable, RegistryTable, StageTable, Tables,
    TagTable, TaskTable, ToolsTable, VersionTable,
};
pub use vocabulary::{Allowance, Encryption, RefEvent, Requirement, ShaFormat};

/// A whole file, as written.
#[derive(Debug)]
pub struct Manifest<'a> {
    /// Its text, for rendering diagnostics.
    pub source: &'a SourceFile,
    /// The folder it lies in, absolute.
    pub root: PathBuf,
    /// All tables but the stage options.
    pub tables: Tables,
    /// For each of `[[stages]]`, in order: what does not belong to every stage.
    pub stage_options: Vec<OptionTable<'a>>,
    /// For each image: the build options in its own table, and its overrides by stage name.
    pub image_options: IndexMap<String, ImageOptions<'a>>,
    /// Dotted paths of what was refused and cut out, such as `images.web.context`.
    pub cut: BTreeSet<String>,
}

/// The raw options in an `[images.NAME]` table.
#[derive(Clone, Debug, Default)]
pub struct ImageOptions<'a> {
    /// Keys that belong to the docker-build stage.
    pub build: OptionTable<'a>,
    /// Tables under a stage's name.
    pub stages: IndexMap<String, OptionTable<'a>>,
}

/// Reads a manifest. `build_keys` are the docker-build options that may stand in an image's own table.
///
/// Syntax errors end the reading, since what follows them means nothing; anything else is reported and cut out.
pub fn load<'a>(source: &'a SourceFile, root: PathBuf, sets: &'a [Override], build_keys: &[String]) -> (Option<Manifest<'a>>, Diagnostics) {
    let (mut table, errors) = DeTable::parse_recoverable(&source.text);
    if !errors.is_empty() {
        return (None, errors.iter().map(syntax).collect());
    }
    for set in sets {
        set.apply(table.get_mut());
    }
    let shaped = shape::shape(table, build_keys);
    let Decoded { value, diagnostics, cut } = decode::<Tables>(shaped.table, "");
    let tables = value.unwrap_or_default();
    let manifest = Manifest {
        root,
        tables,
        stage_options: shaped.stage_options,
        image_options: shaped.image_options,
        cut,
        source,
    };
    (Some(manifest), diagnostics)
}

fn syntax(error: &toml::de::Error) -> Diagnostic {
    let diagnostic = Diagnostic::error("syntax", error.message().lines().next().unwrap_or("this is not TOML").to_owned());
    match error.span() {
        Some(span) => diagnostic.label(span, "here"),
        None => diagnostic,
    }
}
