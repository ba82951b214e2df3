//! From tag rules to tags: docker/metadata-action's algorithm.
//!
//! Rules go by priority; the first tag is the version, the others follow it, duplicates go, `latest` comes last. Each rule type has a file.

mod git_ref;
mod given;
mod rules;
mod sanitize;
mod semver;

use std::cmp::Reverse;

use crate::{
    facts::{Event, Facts},
    pipeline::{Flavor, FlavorLatest, ImageName, Pipeline, TagRule, Template, VersionTagPattern},
};

pub use given::{Given, ImageTags, NotGiven};
pub use semver::parse_version;

use super::{PlanError, Release, release, values};

/// The tags of one image; those of its release if it is released.
pub fn of_image(pipeline: &Pipeline, facts: &Facts, image: &ImageName, release: Option<&Release>) -> Result<ImageTags, PlanError> {
    let declared = &pipeline.images[image.as_str()];
    let event = release::event(facts, declared, release);
    let rules = pipeline.tag_rules(declared);
    let place = Place {
        template: &Template::default(),
        values: &values::common(pipeline, facts, declared, release),
        event: &event,
        version_tag: &declared.version.git_tag,
        flavor: &pipeline.flavor,
    };
    let mut ordered: Vec<(usize, &TagRule)> = rules.iter().enumerate().collect();
    ordered.sort_by_key(|(index, rule)| (Reverse(rule.priority), *index));
    let mut tags = ImageTags {
        image: image.clone(),
        given: Vec::new(),
        not_given: Vec::new(),
    };
    let mut latest = None;
    for (index, rule) in ordered {
        match place.apply(rule)? {
            Ok(tag) => {
                latest.get_or_insert(tag.latest);
                if tags.given.iter().all(|given| given.tag != tag.text) {
                    tags.given.push(Given {
                        tag: tag.text,
                        rule: Some(index),
                    });
                }
            }
            Err(why) => tags.not_given.push(NotGiven { rule: index, why }),
        }
    }
    let wanted = match place.flavor.latest {
        FlavorLatest::Auto => latest.unwrap_or(false),
        FlavorLatest::Fixed(always) => always && latest.is_some(),
    };
    if wanted {
        let tag = place.latest()?;
        if tags.given.iter().all(|given| given.tag != tag) {
            tags.given.push(Given { tag, rule: None });
        }
    }
    Ok(tags)
}

/// What a rule gave.
struct Tag {
    text: String,
    /// Whether `latest` goes with it, under `latest = "auto"`.
    latest: bool,
}

/// Everything a rule is applied to.
struct Place<'a> {
    template: &'a Template,
    values: &'a values::Values,
    event: &'a Event,
    version_tag: &'a VersionTagPattern,
    flavor: &'a Flavor,
}

impl Place<'_> {
    /// A tag, or why there is none.
    fn apply(&self, rule: &TagRule) -> Result<Result<Tag, String>, PlanError> {
        match self.expand(&rule.enable)?.as_str() {
            "true" => {}
            "false" => return Ok(Err("it is not enabled here".to_owned())),
            other => return Err(PlanError::Enable(other.to_owned())),
        }
        let raw = match self.value(rule)? {
            Ok(raw) if raw.text.is_empty() => return Ok(Err("it gives an empty tag".to_owned())),
            Ok(raw) => raw,
            Err(why) => return Ok(Err(why)),
        };
        let prefix = self.expand(rule.prefix.as_ref().unwrap_or(&self.flavor.prefix))?;
        let suffix = self.expand(rule.suffix.as_ref().unwrap_or(&self.flavor.suffix))?;
        let text = sanitize::tag(&format!("{prefix}{}{suffix}", raw.text));
        Ok(text.map(|text| Tag { text, latest: raw.latest }))
    }

    fn latest(&self) -> Result<String, PlanError> {
        let part = |used: bool, text: &str| if used { self.expand(text) } else { Ok(String::new()) };
        let prefix = part(self.flavor.prefix_onlatest, &self.flavor.prefix)?;
        let suffix = part(self.flavor.suffix_onlatest, &self.flavor.suffix)?;
        let text = format!("{prefix}latest{suffix}");
        Ok(sanitize::tag(&text).unwrap_or(text))
    }

    fn expand(&self, template: &str) -> Result<String, PlanError> {
        self.template.expand(template, self.values).map_err(|reason| PlanError::Template {
            place: "a tag rule".to_owned(),
            template: template.to_owned(),
            reason,
        })
    }
}
