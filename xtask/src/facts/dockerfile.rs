//! What a Dockerfile is built from.

use std::path::PathBuf;

use thiserror::Error;

/// The parts of a Dockerfile that the plan depends on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dockerfile {
    /// Its path, relative to the pipeline's root.
    pub path: PathBuf,
    /// The names of its stages (`AS name`), lower-cased, in order; unnamed ones are left out.
    pub stages: Vec<String>,
    /// Everything that comes from outside: `FROM`, `COPY --from`, `RUN --mount=from`, in order, without duplicates, stages of its own left out.
    pub bases: Vec<BaseReference>,
}

/// A reference to an image (or a named context) outside of the Dockerfile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseReference {
    /// The reference with its `ARG`s filled in (defaults, overridden by the image's `args`).
    pub reference: String,
    /// 1-based line it stands in.
    pub line: usize,
}

/// Why a Dockerfile could not be read.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
pub enum DockerfileError {
    /// The file cannot be opened.
    #[error("cannot read `{path}`: {reason}")]
    Unreadable {
        /// Its path, relative to the pipeline's root.
        path: String,
        /// The operating system's reason.
        reason: String,
    },
    /// It is no Dockerfile.
    #[error("`{path}` line {line}: {reason}")]
    Syntax {
        /// Its path, relative to the pipeline's root.
        path: String,
        /// 1-based line.
        line: usize,
        /// The parser's reason.
        reason: String,
    },
}
