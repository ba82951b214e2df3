//! Templates: handlebars, as in docker/metadata-action.
//!
//! This is the one place that knows the engine. Templates of tag rules and labels escape what HTML gives a meaning, because
//! docker/metadata-action's do; all others leave values as they are. An unknown name is an error, not an empty string.

mod clock;
mod date;
mod escape;
mod literal;
mod moment;
mod names;
mod parsed;

use std::collections::BTreeMap;

use handlebars::{Context, Handlebars, RenderContext, RenderError, Renderable as _, StringOutput, no_escape};
use serde::Serialize;
use thiserror::Error;

pub use clock::Clock;
pub use names::{COMMON, LATE, METADATA, PEP440, SEMVER, VERSIONED};

/// Expands templates.
pub struct Template {
    engine: Handlebars<'static>,
}

/// Why a template is none.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{reason}")]
pub struct TemplateError {
    /// In our words.
    pub reason: String,
    /// The name that nobody knows, if that is the reason.
    pub unknown: Option<String>,
}

impl Default for Template {
    fn default() -> Self {
        Self::plain(Clock::default())
    }
}

impl Template {
    /// For arguments, repositories and commands: values stand as they are.
    pub fn plain(clock: Clock) -> Self {
        let mut template = Self::fields();
        template.engine.register_escape_fn(no_escape);
        template.with_dates(clock)
    }

    /// For tag rules and labels: values are escaped as docker/metadata-action escapes them, unless in `{{{…}}}`.
    pub fn escaping(clock: Clock) -> Self {
        Self::fields().with_dates(clock)
    }

    /// For the patterns of version rules, which know the parts of a version and no dates. Escapes.
    pub fn fields() -> Self {
        let mut engine = Handlebars::new();
        engine.set_strict_mode(true);
        engine.register_escape_fn(escape::html);
        // The crate's own, which would hide the name of a version as it was found.
        engine.unregister_helper("raw");
        Self { engine }
    }

    fn with_dates(mut self, clock: Clock) -> Self {
        for (name, seconds) in [("date", clock.now), ("commit_date", clock.commit)] {
            self.engine.register_helper(name, Box::new(date::DateHelper { seconds }));
        }
        self
    }

    /// Expands `text` with `values`; says what is wrong with it otherwise.
    pub fn expand<V: Serialize>(&self, text: &str, values: &V) -> Result<String, String> {
        self.try_expand(text, values).map_err(|error| error.reason)
    }

    /// Whether `text` is a template over the `known` names; says what is wrong with it otherwise.
    pub fn check(&self, text: &str, known: &[&[&str]]) -> Result<(), TemplateError> {
        let names = || known.iter().flat_map(|names| names.iter());
        // Both ways through `{{#if …}}`.
        for value in ["1", ""] {
            let values: BTreeMap<&str, &str> = names().map(|name| (*name, value)).collect();
            self.try_expand(text, &values)?;
        }
        Ok(())
    }

    fn render<V: Serialize>(&self, text: &str, values: &V) -> Result<String, RenderError> {
        let template = parsed::parse(text).map_err(|error| RenderError::from(*error))?;
        let values = Context::wraps(values)?;
        let mut expanded = StringOutput::new();
        template.render(&self.engine, &values, &mut RenderContext::new(None), &mut expanded)?;
        Ok(expanded.into_string()?)
    }

    fn try_expand<V: Serialize>(&self, text: &str, values: &V) -> Result<String, TemplateError> {
        if !text.contains("{{") {
            return Ok(text.to_owned());
        }
        self.render(text, values).map_err(|error| explain(&error))
    }
}

/// Whether `pattern` is nothing but the name `raw` between braces, in any of handlebars' spellings.
pub fn is_raw(pattern: &str) -> bool {
    let inside = [("{{{", "}}}"), ("{{", "}}")]
        .iter()
        .find_map(|(open, close)| pattern.strip_prefix(open)?.strip_suffix(close));
    let Some(inside) = inside else { return false };
    let inside = inside.strip_prefix('~').unwrap_or(inside);
    let inside = inside.strip_suffix('~').unwrap_or(inside);
    let inside = inside
        .strip_prefix('{')
        .and_then(|inside| inside.strip_suffix('}'))
        .unwrap_or(inside)
        .trim();
    let name = inside.strip_prefix('&').map_or(inside, str::trim_start);
    let name = ["this.", "./"].iter().find_map(|scope| name.strip_prefix(scope)).unwrap_or(name);
    name == "raw" || name == "[raw]"
}

fn explain(error: &handlebars::RenderError) -> TemplateError {
    use handlebars::RenderErrorReason as Reason;
    let because = |reason: String| TemplateError { reason, unknown: None };
    match error.reason() {
        Reason::MissingVariable(Some(name)) => TemplateError {
            reason: format!("unknown name `{name}`"),
            unknown: Some(name.clone()),
        },
        Reason::HelperNotFound(name) => TemplateError {
            reason: format!("unknown helper `{name}`"),
            unknown: Some(name.clone()),
        },
        Reason::TemplateError(error) => because(error.reason().to_string()),
        Reason::Other(reason) => because(reason.clone()),
        other => because(other.to_string()),
    }
}

#[cfg(test)]
mod tests;
