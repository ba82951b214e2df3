//! What a Dockerfile is built from.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use parse_dockerfile::{Flag, Instruction};
use thiserror::Error;

use super::build_args;

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
    #[error("`{path}` is not a Dockerfile: {reason}")]
    Syntax {
        /// Its path, relative to the pipeline's root.
        path: String,
        /// The parser's reason.
        reason: String,
    },
}

impl Dockerfile {
    /// Reads `path`, relative to `root`. `args` are build arguments that override the defaults of `ARG`.
    pub fn read(root: &Path, path: &Path, args: &BTreeMap<String, String>) -> Result<Self, DockerfileError> {
        let shown = || path.display().to_string();
        let text = fs::read(root.join(path)).map_err(|error| DockerfileError::Unreadable {
            path: shown(),
            reason: error.to_string(),
        })?;
        let text = String::from_utf8_lossy(&text);
        let parsed = Self::parse(text.trim_start_matches('\u{feff}'), args);
        let mut dockerfile = parsed.map_err(|reason| DockerfileError::Syntax { path: shown(), reason })?;
        dockerfile.path = path.to_path_buf();
        Ok(dockerfile)
    }

    /// Reads the text of a Dockerfile.
    pub fn parse(text: &str, args: &BTreeMap<String, String>) -> Result<Self, String> {
        let parsed = parse_dockerfile::parse(text).map_err(|error| error.to_string())?;
        let mut found = Self::default();
        let mut values = BTreeMap::new();
        for instruction in &parsed.instructions {
            match instruction {
                Instruction::Arg(arg) if found.stages.is_empty() && found.bases.is_empty() => {
                    global_args(&arg.arguments.value, args, &mut values);
                }
                Instruction::From(from) => {
                    found.outside(&from.image.value, line(text, from.image.span.start), &values);
                    // A stage without a name still ends the global arguments, and can be named by its number only.
                    let name = from.as_.as_ref().map(|(_, name)| name.value.to_lowercase());
                    found.stages.push(name.unwrap_or_default());
                }
                Instruction::Copy(copy) => found.copied_from(text, &copy.options, &values),
                Instruction::Add(add) => found.copied_from(text, &add.options, &values),
                Instruction::Run(run) => found.mounted_from(text, &run.options, &values),
                _ => {}
            }
        }
        found.stages.retain(|name| !name.is_empty());
        Ok(found)
    }

    fn copied_from(&mut self, text: &str, options: &[Flag<'_>], values: &BTreeMap<String, String>) {
        for (value, start) in options.iter().filter(|flag| flag.name.value == "from").filter_map(value) {
            self.outside(value, line(text, start), values);
        }
    }

    fn mounted_from(&mut self, text: &str, options: &[Flag<'_>], values: &BTreeMap<String, String>) {
        for (value, start) in options.iter().filter(|flag| flag.name.value == "mount").filter_map(value) {
            if let Some(from) = value.split(',').find_map(|part| part.trim().strip_prefix("from=")) {
                self.outside(from, line(text, start), values);
            }
        }
    }

    fn outside(&mut self, written: &str, line: usize, values: &BTreeMap<String, String>) {
        let Some(reference) = build_args::expand(written, values) else {
            return;
        };
        let is_stage = self.stages.contains(&reference.to_lowercase()) || reference.parse::<usize>().is_ok();
        let is_known = reference.is_empty() || reference == "scratch" || self.bases.iter().any(|base| base.reference == reference);
        if !is_stage && !is_known {
            self.bases.push(BaseReference { reference, line });
        }
    }
}

fn value<'a>(flag: &'a Flag<'_>) -> Option<(&'a str, usize)> {
    flag.value.as_ref().map(|value| (value.value.as_ref(), value.span.start))
}

fn line(text: &str, offset: usize) -> usize {
    text.as_bytes().iter().take(offset).filter(|byte| **byte == b'\n').count() + 1
}

/// `ARG A=1 B`: only those before the first `FROM` can be used in one.
fn global_args(arguments: &str, overrides: &BTreeMap<String, String>, values: &mut BTreeMap<String, String>) {
    for word in shlex::split(arguments).unwrap_or_default() {
        let (name, default) = word
            .split_once('=')
            .map_or((word.as_str(), None), |(name, default)| (name, Some(default)));
        let value = overrides.get(name).cloned().or_else(|| build_args::expand(default?, values));
        if let Some(value) = value {
            values.insert(name.to_owned(), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bases(text: &str) -> Vec<String> {
        Dockerfile::parse(text, &BTreeMap::new())
            .unwrap()
            .bases
            .into_iter()
            .map(|base| base.reference)
            .collect()
    }

    #[test]
    fn stages_of_its_own_are_no_bases() {
        let text = "# syntax=docker/dockerfile:1\nARG V=3.13 \\\n  S=slim\nFROM --platform=$BUILDPLATFORM python:${V}-$S AS Builder\nRUN <<EOF\nFROM nowhere\nEOF\n\
                    RUN --mount=type=bind,from=tools,target=/t true\nFROM scratch\nCOPY --from=builder /a /b\nCOPY --from=0 /a /c\nCOPY --from=other:1 /x /y\n";
        assert_eq!(bases(text), ["python:3.13-slim", "tools", "other:1"]);
    }

    #[test]
    fn arguments_of_the_image_win() {
        let args = BTreeMap::from([("BASE".to_owned(), "web-base".to_owned())]);
        let parsed = Dockerfile::parse("ARG BASE=debian\nfrom $BASE\n", &args).unwrap();
        assert_eq!(
            parsed.bases,
            [BaseReference {
                reference: "web-base".to_owned(),
                line: 2
            }]
        );
    }

    #[test]
    fn an_argument_without_a_value_names_nothing() {
        assert_eq!(bases("ARG BASE\nFROM ${BASE:-a}\nFROM b$NOPE\n"), ["a"]);
    }
}
