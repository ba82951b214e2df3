//! What `semver` and `pep440` rules have in common: where the version comes from, and what becomes of it.

use serde_json::Value;

use crate::pipeline::{
    Template, VersionRule,
    template::{METADATA, is_raw},
};

use super::{NoTag, Place, PlanError, Tag, git_ref::GitRef};

/// A version, read.
pub(super) struct Parsed {
    /// What a pattern sees.
    pub fields: Value,
    /// What a version that is not final gives, whatever the pattern says.
    pub otherwise: Option<String>,
}

impl Place<'_> {
    pub(super) fn version(&self, rule: &VersionRule, parse: impl Fn(&str) -> Result<Parsed, String>) -> Result<Tag, NoTag> {
        let mut raw = match (&rule.value, self.git_ref()) {
            // Who cuts the version out otherwise says so.
            (None, GitRef::Tag(tag)) if rule.cut.is_none() => self.version_in(tag)?.to_owned(),
            (value, _) => self.tag_or(value.as_deref())?,
        };
        if let Some(cut) = &rule.cut
            && let Some(groups) = cut.groups(&raw)
        {
            raw = groups
                .into_iter()
                .nth(1)
                .flatten()
                .ok_or_else(|| without_group(cut.as_str(), &raw))?;
        }
        let raw = raw.replace('/', "-");
        let parsed = parse(&raw).map_err(NoTag::Because)?;
        let is_final = parsed.otherwise.is_none();
        let text = match parsed.otherwise {
            Some(text) if !is_raw(&rule.pattern) => text,
            _ => expand(&rule.pattern, parsed.fields)?,
        };
        Ok(Tag { text, latest: is_final })
    }

    /// The git tag, or `value` in its place.
    pub(super) fn tag_or(&self, value: Option<&str>) -> Result<String, NoTag> {
        match (value, self.git_ref()) {
            (Some(value), _) => Ok(self.expand(value)?),
            (None, GitRef::Tag(tag)) => Ok(tag.to_owned()),
            (None, _) => Err(NoTag::Because("the ref is not a git tag".to_owned())),
        }
    }

    /// What of a git tag is taken for the version. Where no pattern says how version tags are called: all of it.
    fn version_in<'t>(&self, tag: &'t str) -> Result<&'t str, NoTag> {
        if self.version_tag.is_default() {
            return Ok(tag);
        }
        let not_mine = || NoTag::Because(format!("`{tag}` is no version of this image: those are `{}`", self.version_tag));
        self.version_tag.cut(tag).ok_or_else(not_mine)
    }
}

/// Expands a pattern over the parts of a version.
fn expand(pattern: &str, mut fields: Value) -> Result<String, PlanError> {
    if let Some(fields) = fields.as_object_mut() {
        // Known elsewhere, and empty here.
        fields.extend(METADATA.iter().map(|name| ((*name).to_owned(), Value::from(""))));
    }
    let expanded = Template::fields().expand(pattern, &fields);
    expanded.map_err(|reason| super::bad_template(pattern, reason))
}

fn without_group(expression: &str, text: &str) -> PlanError {
    PlanError::NoGroup {
        expression: expression.to_owned(),
        text: text.to_owned(),
    }
}
