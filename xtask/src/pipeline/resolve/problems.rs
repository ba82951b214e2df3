//! The collector that all of resolving writes into.

use std::ops::Range;

use crate::{
    diag::{Diagnostic, Diagnostics, did_you_mean},
    manifest::{Located, Manifest},
    pipeline::Template,
};

/// What is wrong so far, with what is needed to say it well.
pub(super) struct Problems<'a> {
    pub manifest: &'a Manifest<'a>,
    diagnostics: Diagnostics,
}

impl<'a> Problems<'a> {
    pub fn new(manifest: &'a Manifest<'a>) -> Self {
        Self {
            manifest,
            diagnostics: Vec::new(),
        }
    }

    pub fn push(&mut self, diagnostic: Diagnostic) {
        // Options are read once for each image: the same problem of a stage would come up as often.
        if !self.diagnostics.contains(&diagnostic) {
            self.diagnostics.push(diagnostic);
        }
    }

    pub fn into_diagnostics(self) -> Diagnostics {
        self.diagnostics
    }

    /// The value of a key that must be there. `path` is its dotted path: what was refused already is not also missing.
    pub fn required<'b>(&mut self, value: Option<&'b Located<String>>, path: &str, near: Option<Range<usize>>) -> Option<&'b str> {
        if value.is_none() && !self.manifest.cut.contains(path) {
            let (table, key) = path.rsplit_once('.').unwrap_or(("", path));
            let diagnostic = Diagnostic::error("missing-key", format!("key `{key}` is missing from `{table}`"));
            self.push(match near {
                Some(span) => diagnostic.label(span, format!("this needs `{key}`")),
                None => diagnostic,
            });
        }
        value.map(|value| value.as_str())
    }

    /// Says that `name` is not among `known`.
    pub fn unknown<'b>(
        &mut self,
        code: &'static str,
        what: &str,
        name: &Located<String>,
        known: impl IntoIterator<Item = &'b str> + Clone,
    ) {
        let diagnostic = Diagnostic::error(code, format!("unknown {what} `{}`", name.as_str())).label(name.span(), "not declared");
        self.push(diagnostic.maybe_help(did_you_mean(name, known)));
    }

    /// Checks a template where it stands.
    pub fn template(&mut self, text: &str, span: Range<usize>, known: &[&[&'static str]]) {
        let template = Template::default();
        self.template_of(&template, text, span, &Names { known, elsewhere: &[] });
    }

    /// Checks a template that `template` expands. Names that docker/metadata-action knows elsewhere are a warning: they expand to nothing.
    pub fn template_of(&mut self, template: &Template, text: &str, span: Range<usize>, names: &Names<'_>) {
        let mut empty: Vec<&str> = Vec::new();
        let error = loop {
            let known: Vec<&[&str]> = names.known.iter().copied().chain([empty.as_slice()]).collect();
            match template.check(text, &known) {
                Ok(()) => break None,
                Err(error) => match names.elsewhere(error.unknown.as_deref()) {
                    Some(name) if !empty.contains(&name) => empty.push(name),
                    _ => break Some(error),
                },
            }
        };
        let known: Vec<&str> = names.known.iter().flat_map(|names| names.iter().copied()).collect();
        let listed = if known.is_empty() {
            "only dates can be used here, such as `{{date 'YYYYMMDD'}}`".to_owned()
        } else {
            format!("names it can use: `{}`", known.join("`, `"))
        };
        if let Some(error) = error {
            let near = error.unknown.and_then(|name| did_you_mean(&name, known));
            self.push(
                Diagnostic::error(
                    "invalid-template",
                    format!("`{text}` is not a template that can be expanded: {error}", error = error.reason),
                )
                .label(span, "this template")
                .help(near.map_or_else(|| listed.clone(), |near| format!("{near} {listed}"))),
            );
            return;
        }
        for name in empty {
            let message = format!("`{name}` is always empty here, as in docker/metadata-action");
            self.push(
                Diagnostic::warning("empty-name", message)
                    .label(span.clone(), "in this template")
                    .help(listed.clone()),
            );
        }
    }
}

/// Which names a place knows.
pub(super) struct Names<'a> {
    /// Those with a value.
    pub known: &'a [&'a [&'static str]],
    /// Those that have one in other places only.
    pub elsewhere: &'a [&'a [&'static str]],
}

impl Names<'_> {
    fn elsewhere(&self, unknown: Option<&str>) -> Option<&'static str> {
        let unknown = unknown?;
        self.elsewhere
            .iter()
            .flat_map(|names| names.iter().copied())
            .find(|name| *name == unknown)
    }
}
