//! Diagnostics as text: rustc's look, through annotate-snippets.

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Diagnostic, Severity};

/// The file that spans point into.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// As it is shown to people.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// Renders diagnostics in file order, with an empty line between them and a count at the end.
pub fn render(diagnostics: &[Diagnostic], source: &SourceFile, color: bool) -> String {
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    sorted.sort_by_key(|diagnostic| diagnostic.labels.first().map_or(usize::MAX, |label| label.span.start));
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let mut blocks: Vec<String> = sorted
        .iter()
        .map(|diagnostic| renderer.render(&[group(diagnostic, source)]))
        .collect();
    blocks.push(count(diagnostics, &source.path));
    blocks.join("\n\n")
}

fn group<'a>(diagnostic: &'a Diagnostic, source: &'a SourceFile) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let annotations: Vec<Annotation<'a>> = diagnostic
        .labels
        .iter()
        .enumerate()
        .filter(|(_, label)| label.span.end > 0 && label.span.end <= source.text.len())
        .map(|(index, label)| {
            let kind = if index == 0 {
                AnnotationKind::Primary
            } else {
                AnnotationKind::Context
            };
            kind.span(label.span.clone()).label(label.text.as_str())
        })
        .collect();
    let mut group = level
        .primary_title(diagnostic.message.as_str())
        .id(diagnostic.code)
        .elements(Vec::<Snippet<'_, Annotation<'_>>>::new());
    if !annotations.is_empty() {
        group = group.element(
            Snippet::source(source.text.as_str())
                .path(source.path.as_str())
                .annotations(annotations),
        );
    }
    match &diagnostic.help {
        Some(help) => group.element(Level::HELP.message(help.as_str())),
        None => group,
    }
}

fn count(diagnostics: &[Diagnostic], path: &str) -> String {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
    let warnings = diagnostics.len() - errors;
    let plural = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    let counts: Vec<String> = [(errors, "error"), (warnings, "warning")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| plural(count, word))
        .collect();
    format!("{path}: {}; `docs/diagnostics.md` explains each code", counts.join(", "))
}
