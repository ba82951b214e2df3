//! What a Dockerfile is built from.
//!
//! `parse-dockerfile` splits it into instructions; the parts here do what it leaves open ([`heredoc`], [`directives`]) and what it is not for:
//! filling in variables ([`expansion`]) and following the stages that the target needs ([`stages`]), by `BuildKit`'s rules.

mod directives;
mod expansion;
mod heredoc;
mod pattern;
mod platform;
mod source;
mod stages;
mod words;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use thiserror::Error;

use self::source::Source;
use super::ImageRequest;

/// The parts of a Dockerfile that the plan depends on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dockerfile {
    /// Its path, relative to the pipeline's root.
    pub path: PathBuf,
    /// The frontend image of `# syntax=`.
    pub syntax: Option<String>,
    /// The names of its stages (`AS name`), lower-cased, in order; unnamed ones are left out.
    pub stages: Vec<String>,
    /// Everything from outside that the target needs: `FROM`, `COPY --from`, `RUN --mount=from`, in order, without duplicates. Stages of its
    /// own and `scratch` are left out, and so is what only stages ask for that the target does not need: docker does not fetch it either.
    pub bases: Vec<BaseReference>,
    /// What should stand in `bases` and cannot, because it makes no reference: docker is going to refuse it.
    pub unresolved: Vec<UnresolvedReference>,
}

/// A reference to an image (or a named context) outside of the Dockerfile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseReference {
    /// The reference with its `ARG`s filled in (defaults, overridden by the image's `args`).
    pub reference: String,
    /// 1-based line it stands in.
    pub line: usize,
}

/// A reference that comes to nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnresolvedReference {
    /// The reference as written.
    pub written: String,
    /// 1-based line it stands in.
    pub line: usize,
    /// Why, and what to do.
    pub reason: String,
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
    /// The stage that is to be built is not in it.
    #[error("`{path}` has no stage `{target}`; {}", names(stages))]
    UnknownTarget {
        /// Its path, relative to the pipeline's root.
        path: String,
        /// The stage that was asked for.
        target: String,
        /// The stages it has.
        stages: Vec<String>,
    },
}

impl Dockerfile {
    /// Reads a Dockerfile below `root`.
    pub fn read(root: &Path, request: &ImageRequest) -> Result<Self, DockerfileError> {
        let text = read_file(&root.join(&request.dockerfile)).map_err(|error| DockerfileError::Unreadable {
            path: request.dockerfile.display().to_string(),
            reason: super::reason(&error),
        })?;
        Self::parse(&text, request)
    }

    /// Reads the text of a Dockerfile.
    pub fn parse(text: &str, request: &ImageRequest) -> Result<Self, DockerfileError> {
        let path = || request.dockerfile.display().to_string();
        let source = Source::parse(text).map_err(|error| DockerfileError::Syntax {
            path: path(),
            line: error.line,
            reason: error.reason,
        })?;
        let Some(found) = stages::follow(&source, request) else {
            return Err(DockerfileError::UnknownTarget {
                path: path(),
                target: request.target.clone().unwrap_or_default(),
                stages: source.names().collect(),
            });
        };
        Ok(Self {
            path: request.dockerfile.clone(),
            stages: source.names().collect(),
            bases: found.bases,
            unresolved: found.unresolved,
            syntax: source.directives.syntax,
        })
    }
}

/// The text of a file; bytes that are not UTF-8 can only stand in comments and commands, which nobody here reads.
fn read_file(path: &Path) -> io::Result<String> {
    // A pipe or a device would be waited for, maybe forever.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    let bytes = fs::read(path)?;
    Ok(String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

fn names(stages: &[String]) -> String {
    match stages {
        [] => "none of its stages has a name".to_owned(),
        stages => format!("it has `{}`", stages.join("`, `")),
    }
}

#[cfg(test)]
mod tests;
