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
    template: Template,
    diagnostics: Diagnostics,
}

impl<'a> Problems<'a> {
    pub fn new(manifest: &'a Manifest<'a>) -> Self {
        Self {
            manifest,
            template: Template::default(),
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
        if let Err(reason) = self.template.check(text, known) {
            let names: Vec<String> = known
                .iter()
                .flat_map(|names| names.iter())
                .map(|name| format!("`{name}`"))
                .collect();
            self.push(
                Diagnostic::error(
                    "invalid-template",
                    format!("`{text}` is not a template that can be expanded: {reason}"),
                )
                .label(span, "this template")
                .help(format!("names it can use: {}", names.join(", "))),
            );
        }
    }
}
