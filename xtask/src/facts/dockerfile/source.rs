//! A Dockerfile as written: its global arguments, and of each stage what it takes from where. The only user of `parse-dockerfile`.

use parse_dockerfile::{Flag, Instruction, parse_iter};

use super::{
    directives::Directives,
    heredoc::{self, Unterminated},
    words,
};

/// What is read from a Dockerfile; nothing is filled in yet.
#[derive(Debug)]
pub(super) struct Source {
    pub directives: Directives,
    /// `ARG`s before the first `FROM`: name and default.
    pub arguments: Vec<(String, Option<String>)>,
    pub stages: Vec<Stage>,
}

#[derive(Debug)]
pub(super) struct Stage {
    /// Lower-cased: stage names know no case.
    pub name: Option<String>,
    pub from: Reference,
    /// `COPY --from` and `RUN --mount=from`, in order.
    pub takes: Vec<Reference>,
}

#[derive(Debug)]
pub(super) struct Reference {
    pub written: String,
    pub line: usize,
}

/// Why it is no Dockerfile.
#[derive(Debug)]
pub(super) struct SyntaxError {
    pub line: usize,
    pub reason: String,
}

impl Source {
    pub fn parse(text: &str) -> Result<Self, SyntaxError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut source = Self {
            directives: Directives::parse(text),
            arguments: Vec::new(),
            stages: Vec::new(),
        };
        let text = heredoc::mask(text, source.directives.escape)?;
        let mut lines = Lines::new(&text);
        for instruction in parse_iter(&text)? {
            source.add(&instruction?, &mut lines);
        }
        Ok(source)
    }

    /// The names of its stages, in order.
    pub fn names(&self) -> impl Iterator<Item = String> {
        self.stages.iter().filter_map(|stage| stage.name.clone())
    }

    fn add(&mut self, instruction: &Instruction<'_>, lines: &mut Lines<'_>) {
        match (instruction, self.stages.last_mut()) {
            (Instruction::From(from), _) => self.stages.push(Stage {
                name: from.as_.as_ref().map(|(_, name)| name.value.to_ascii_lowercase()),
                from: Reference {
                    written: from.image.value.to_string(),
                    line: lines.at(from.from.span.start),
                },
                takes: Vec::new(),
            }),
            (Instruction::Arg(arg), None) => {
                let words = words::split(&arg.arguments.value, self.directives.escape).unwrap_or_default();
                self.arguments.extend(words.into_iter().map(|word| match word.split_once('=') {
                    Some((name, default)) => (name.to_owned(), Some(default.to_owned())),
                    None => (word.to_owned(), None),
                }));
            }
            (Instruction::Copy(copy), Some(stage)) => {
                let froms = flags(&copy.options, "from");
                stage.takes.extend(froms.map(|written| Reference {
                    written,
                    line: lines.at(copy.copy.span.start),
                }));
            }
            (Instruction::Run(run), Some(stage)) => {
                let froms = flags(&run.options, "mount").filter_map(|mount| mounted_from(&mount));
                stage.takes.extend(froms.map(|written| Reference {
                    written,
                    line: lines.at(run.run.span.start),
                }));
            }
            _ => {}
        }
    }
}

impl From<parse_dockerfile::Error> for SyntaxError {
    fn from(error: parse_dockerfile::Error) -> Self {
        Self {
            // It counts from 1 and says 0 where it means the whole file.
            line: error.line().max(1),
            reason: format!("{error:#}").replace('\'', "`"),
        }
    }
}

impl From<Unterminated> for SyntaxError {
    fn from(Unterminated { line, name }: Unterminated) -> Self {
        Self {
            line,
            reason: format!("the here-document has no end; put `{name}` on a line of its own"),
        }
    }
}

/// The values of `--name=value`, without quotes, the empty ones left out.
fn flags(options: &[Flag<'_>], name: &str) -> impl Iterator<Item = String> {
    let values = options.iter().filter(move |flag| flag.name.value == name);
    values
        .filter_map(|flag| Some(flag.value.as_ref()?.value.replace(['"', '\''], "")))
        .filter(|value| !value.is_empty())
}

/// `type=bind,from=X,target=/x` → `X`.
fn mounted_from(mount: &str) -> Option<String> {
    let mut fields = mount.split(',').filter_map(|field| field.split_once('='));
    let from = fields.find(|(key, _)| key.trim().eq_ignore_ascii_case("from"))?.1.trim();
    (!from.is_empty()).then(|| from.to_owned())
}

/// Turns ever greater offsets into lines, each byte looked at once.
struct Lines<'t> {
    text: &'t str,
    offset: usize,
    line: usize,
}

impl<'t> Lines<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, offset: 0, line: 1 }
    }

    fn at(&mut self, offset: usize) -> usize {
        let between = self.text.get(self.offset..offset).unwrap_or_default();
        self.line += between.matches('\n').count();
        self.offset = offset.max(self.offset);
        self.line
    }
}
