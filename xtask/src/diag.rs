//! What is wrong with `pipeline.toml`, as data, and how it is shown.
//!
//! Problems are collected, never returned one at a time: whoever finds one pushes it and goes on.

mod diagnostic;
mod render;
mod suggest;

pub use diagnostic::{Diagnostic, Label, Severity};
pub use render::{SourceFile, render};
pub use suggest::{did_you_mean, nearest};

/// The problems found so far.
pub type Diagnostics = Vec<Diagnostic>;
