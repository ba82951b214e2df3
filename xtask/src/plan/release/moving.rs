//! Which tags of a release are for good, and which move: `1.2.3` is this version's alone, `1.2` and `latest` go from version to version.
//!
//! Nobody writes that down. The rules themselves say it: a tag that another version would get, too, moves. And it never moves backwards: one
//! that a greater version gets stays with that one.

use semver::Version;

use crate::{
    facts::{Facts, VersionHistory},
    pipeline::{Image, Pipeline, TagRule, TagRuleKind},
    plan::{
        PlanError,
        tags::{self, ImageTags},
    },
};

use super::{Bump, Release, bump};

/// A tag that stays where it is.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Kept {
    /// The tag.
    pub tag: String,
    /// The greater version that has it.
    pub version: String,
}

/// The tags of one release, by what they stand for. In the order of the tag rules.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagClasses {
    /// They stand for the commit: `sha-1234567`. An image is uploaded under these.
    pub commit: Vec<String>,
    /// They stand for this version alone.
    pub version: Vec<String>,
    /// They go from version to version.
    pub moving: Vec<String>,
    /// Of the moving ones, those that a greater version has.
    pub kept: Vec<Kept>,
}

/// Sorts `tags`, which the rules give for `release`.
pub fn classify(pipeline: &Pipeline, facts: &Facts, release: &Release, tags: &ImageTags) -> Result<TagClasses, PlanError> {
    let image = &pipeline.images[release.image.as_str()];
    let others = Others {
        pipeline,
        facts,
        image,
        release,
    };
    let mut classes = TagClasses::default();
    let probes = others.probes()?;
    let greater = others.greater()?;
    for given in &tags.given {
        let tag = &given.tag;
        let rule = given.rule.and_then(|rule| pipeline.tag_rules(image).get(rule));
        if matches!(rule.map(|rule: &TagRule| &rule.kind), Some(TagRuleKind::Sha { .. })) {
            classes.commit.push(tag.clone());
        } else if !probes.iter().any(|probe| probe.tags().contains(tag)) {
            classes.version.push(tag.clone());
        } else if let Some((version, _)) = greater.iter().find(|(_, tags)| tags.tags().contains(tag)) {
            classes.kept.push(Kept {
                tag: tag.clone(),
                version: version.to_string(),
            });
        } else {
            classes.moving.push(tag.clone());
        }
    }
    Ok(classes)
}

/// The same image at other versions.
struct Others<'a> {
    pipeline: &'a Pipeline,
    facts: &'a Facts,
    image: &'a Image,
    release: &'a Release,
}

impl Others<'_> {
    /// What versions that may come after this one would get.
    fn probes(&self) -> Result<Vec<ImageTags>, PlanError> {
        let next = [Bump::Patch, Bump::Minor, Bump::Major, Bump::Prerelease];
        next.iter()
            .map(|part| self.tags(&bump(Some(&self.release.version), *part)))
            .collect()
    }

    /// What the greater versions that are released would get, the greatest first.
    fn greater(&self) -> Result<Vec<(Version, ImageTags)>, PlanError> {
        let history = self
            .facts
            .git
            .as_ref()
            .and_then(|git| git.versions.get(&self.image.version.git_tag));
        let all = history.into_iter().flat_map(|history: &VersionHistory| history.all.iter().rev());
        let greater = all.take_while(|tag| tag.version.cmp_precedence(&self.release.version).is_gt());
        greater.map(|tag| Ok((tag.version.clone(), self.tags(&tag.version)?))).collect()
    }

    fn tags(&self, version: &Version) -> Result<ImageTags, PlanError> {
        let release = Release {
            git_tag: self.image.version.git_tag.tag(version),
            version: version.clone(),
            ..self.release.clone()
        };
        tags::of_image(self.pipeline, self.facts, &self.image.name, Some(&release))
    }
}
