//! Templates: handlebars, as in docker/metadata-action.
//!
//! This is the one place that knows the engine. Nothing is escaped (a tag is no HTML), and an unknown name is an error, not an empty string.

use std::collections::BTreeMap;

use handlebars::{Handlebars, no_escape};

/// Expands templates.
pub struct Template {
    engine: Handlebars<'static>,
}

/// Names that every template sees, besides those of its place.
pub const COMMON: [&str; 10] = [
    "project",
    "image",
    "branch",
    "tag",
    "sha",
    "commit",
    "base_ref",
    "is_default_branch",
    "is_not_default_branch",
    "describe",
];
/// Names known once the tags are: for labels, build arguments and custom commands.
pub const VERSIONED: [&str; 1] = ["version"];
/// Names of a semver pattern.
pub const SEMVER: [&str; 5] = ["raw", "version", "major", "minor", "patch"];
/// Names that only a run knows, for custom commands: they stay as they are until then.
pub const LATE: [&str; 5] = ["image_id", "digest", "digest_ref", "registry", "run_dir"];

impl Default for Template {
    fn default() -> Self {
        let mut engine = Handlebars::new();
        engine.set_strict_mode(true);
        engine.register_escape_fn(no_escape);
        Self { engine }
    }
}

impl Template {
    /// Expands `text` with `values`; says what is wrong with it otherwise.
    pub fn expand(&self, text: &str, values: &BTreeMap<&str, String>) -> Result<String, String> {
        if !text.contains("{{") {
            return Ok(text.to_owned());
        }
        self.engine.render_template(text, values).map_err(|error| reason(&error))
    }

    /// Whether `text` is a template over the `known` names; says what is wrong with it otherwise.
    pub fn check(&self, text: &str, known: &[&[&'static str]]) -> Result<(), String> {
        let values = known
            .iter()
            .flat_map(|names| names.iter())
            .map(|name| (*name, "1".to_owned()))
            .collect();
        self.expand(text, &values).map(drop)
    }
}

fn reason(error: &handlebars::RenderError) -> String {
    use handlebars::RenderErrorReason as Reason;
    match error.reason() {
        Reason::MissingVariable(Some(name)) => format!("unknown name `{name}`"),
        Reason::HelperNotFound(name) => format!("unknown helper `{name}`"),
        Reason::TemplateError(error) => error.reason().to_string(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_escaped_and_unknown_names_are_errors() {
        let template = Template::default();
        let values = BTreeMap::from([("branch", "a&b<c>".to_owned())]);
        assert_eq!(template.expand("x-{{branch}}", &values).as_deref(), Ok("x-a&b<c>"));
        assert_eq!(template.expand("{{brunch}}", &values), Err("unknown name `brunch`".to_owned()));
        assert!(template.expand("{{branch", &values).is_err());
        assert!(template.check("{{#if is_default_branch}}yes{{/if}}", &[&COMMON]).is_ok());
    }
}
