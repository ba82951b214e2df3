//! From tag rules to tags: docker/metadata-action's algorithm.
//!
//! Rules go by priority; the first tag is the version, the others follow it, duplicates go, `latest` comes last. Each rule type has a file.

mod git_ref;
mod given;
mod pep440;
mod rules;
mod sanitize;
mod semver;
mod version;

use std::cmp::Reverse;

use crate::{
    facts::{Event, Facts},
    pipeline::{Flavor, FlavorLatest, ImageName, Pipeline, TagRule, Template, VersionTagPattern, template::PEP440},
};

pub use given::{Given, ImageTags, NotGiven};
pub use semver::parse_version;

use super::{PlanError, Release, release, values};

/// The tags of one image; those of its release if it is released.
pub fn of_image(pipeline: &Pipeline, facts: &Facts, image: &ImageName, release: Option<&Release>) -> Result<ImageTags, PlanError> {
    let declared = &pipeline.images[image.as_str()];
    let event = release::event(facts, declared, release);
    let rules = pipeline.tag_rules(declared);
    let mut values = values::common(pipeline, facts, declared, release);
    // Known in patterns only, and empty elsewhere.
    values.extend(PEP440.map(|name| (name, String::new())));
    let place = Place {
        template: &Template::escaping(facts.clock()),
        values: &values,
        event: &event,
        version_tag: &declared.version.git_tag,
        flavor: &pipeline.flavor,
    };
    let mut tags = ImageTags {
        image: image.clone(),
        given: Vec::new(),
        not_given: Vec::new(),
    };
    let mut latest = None;
    let mut ordered: Vec<(usize, &TagRule)> = rules.iter().enumerate().collect();
    ordered.sort_by_key(|(index, rule)| (Reverse(rule.priority), *index));
    for (index, rule) in ordered {
        let given = place.apply(rule);
        if let Ok(tag) = &given {
            latest.get_or_insert(tag.latest);
        }
        tags.add(Some(index), given.map(|tag| tag.text))?;
    }
    let wanted = match place.flavor.latest {
        FlavorLatest::Auto => latest.unwrap_or(false),
        FlavorLatest::Fixed(always) => always && latest.is_some(),
    };
    if wanted {
        tags.add(None, place.latest())?;
    }
    Ok(tags)
}

/// What a rule gave.
struct Tag {
    text: String,
    /// Whether `latest` goes with it, under `latest = "auto"`.
    latest: bool,
}

impl Tag {
    const fn without_latest(text: String) -> Self {
        Self { text, latest: false }
    }
}

/// Why a rule gave nothing.
enum NoTag {
    /// As it should be.
    Because(String),
    /// It could not be applied.
    Failed(PlanError),
}

impl From<PlanError> for NoTag {
    fn from(error: PlanError) -> Self {
        Self::Failed(error)
    }
}

impl ImageTags {
    fn add(&mut self, rule: Option<usize>, given: Result<String, NoTag>) -> Result<(), PlanError> {
        match given {
            Ok(tag) if self.given.iter().any(|other| other.tag == tag) => {
                let why = format!("`{tag}` is there already");
                self.not_given.push(NotGiven { rule, why });
            }
            Ok(tag) => self.given.push(Given { tag, rule }),
            Err(NoTag::Because(why)) => self.not_given.push(NotGiven { rule, why }),
            Err(NoTag::Failed(error)) => return Err(error),
        }
        Ok(())
    }
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
    fn apply(&self, rule: &TagRule) -> Result<Tag, NoTag> {
        match self.expand(&rule.enable)?.as_str() {
            "true" => {}
            "false" if rule.enable == "false" => return Err(NoTag::Because("it is not enabled".to_owned())),
            "false" => return Err(NoTag::Because(format!("`enable = \"{}\"` gives `false` here", rule.enable))),
            other => return Err(PlanError::Enable(other.to_owned()).into()),
        }
        let raw = self.value(rule)?;
        let prefix = self.expand(rule.prefix.as_ref().unwrap_or(&self.flavor.prefix))?;
        let suffix = self.expand(rule.suffix.as_ref().unwrap_or(&self.flavor.suffix))?;
        let text = format!("{prefix}{}{suffix}", raw.text);
        if text.is_empty() {
            return Err(NoTag::Because("what it gives is empty".to_owned()));
        }
        let text = sanitize::tag(&text).map_err(NoTag::Because)?;
        Ok(Tag { text, latest: raw.latest })
    }

    /// The flavor's prefix and suffix go on `latest` as they are written, as in docker/metadata-action.
    fn latest(&self) -> Result<String, NoTag> {
        let part = |used: bool, text: &str| if used { text.to_owned() } else { String::new() };
        let prefix = part(self.flavor.prefix_onlatest, &self.flavor.prefix);
        let suffix = part(self.flavor.suffix_onlatest, &self.flavor.suffix);
        sanitize::tag(&format!("{prefix}latest{suffix}")).map_err(NoTag::Because)
    }

    fn expand(&self, template: &str) -> Result<String, PlanError> {
        self.template
            .expand(template, self.values)
            .map_err(|reason| bad_template(template, reason))
    }

    /// A template that sees dates only: every name that is known elsewhere is empty.
    fn dates(&self, template: &str) -> Result<String, PlanError> {
        let values: values::Values = self.values.keys().map(|name| (*name, String::new())).collect();
        self.template
            .expand(template, &values)
            .map_err(|reason| bad_template(template, reason))
    }
}

fn bad_template(template: &str, reason: String) -> PlanError {
    PlanError::Template {
        place: "a tag rule".to_owned(),
        template: template.to_owned(),
        reason,
    }
}
