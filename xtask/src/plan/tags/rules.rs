//! What each type of rule gives, before prefix, suffix and cleaning.

use crate::pipeline::{RefEvent, ShaFormat, TagRule, TagRuleKind};

use super::{Place, PlanError, Tag, git_ref::GitRef, values};

impl Place<'_> {
    pub(super) fn value(&self, rule: &TagRule) -> Result<Result<Tag, String>, PlanError> {
        match &rule.kind {
            TagRuleKind::Semver { pattern, value } => match (value, self.git_ref()) {
                (Some(value), _) => self.semver(pattern, &self.expand(value)?),
                (None, GitRef::Tag(tag)) => match self.version_in(tag) {
                    Some(version) => self.semver(pattern, version),
                    None => Ok(Err(format!(
                        "`{tag}` is no version of this image: those are `{}`",
                        self.version_tag
                    ))),
                },
                (None, _) => Ok(Err("the commit is not built from a git tag".to_owned())),
            },
            TagRuleKind::Ref { event } => Ok(self.reference(*event)),
            TagRuleKind::Raw { value } => Ok(Ok(Tag {
                text: self.expand(value)?,
                latest: false,
            })),
            TagRuleKind::Sha { format } => Ok(self.sha(*format)),
        }
    }

    /// What of a git tag is taken for the version. Where no pattern says how version tags are called: all of it.
    fn version_in<'t>(&self, tag: &'t str) -> Option<&'t str> {
        if self.version_tag.is_default() {
            Some(tag)
        } else {
            self.version_tag.cut(tag)
        }
    }

    fn git_ref(&self) -> GitRef<'_> {
        GitRef::parse(self.event.git_ref.as_deref().unwrap_or_default())
    }

    fn reference(&self, event: RefEvent) -> Result<Tag, String> {
        match (event, self.git_ref()) {
            (RefEvent::Branch, GitRef::Branch(name)) | (RefEvent::Pr, GitRef::Pull(name)) => Ok(Tag {
                text: name.to_owned(),
                latest: false,
            }),
            (RefEvent::Tag, GitRef::Tag(name)) => Ok(Tag {
                text: name.to_owned(),
                latest: true,
            }),
            (RefEvent::Branch, _) => Err("the ref is not a branch".to_owned()),
            (RefEvent::Tag, _) => Err("the ref is not a git tag".to_owned()),
            (RefEvent::Pr, _) => Err("the ref is not a pull request".to_owned()),
        }
    }

    fn sha(&self, format: ShaFormat) -> Result<Tag, String> {
        let sha = self
            .event
            .sha
            .as_deref()
            .filter(|sha| !sha.is_empty())
            .ok_or("there is no commit")?;
        let text = match format {
            ShaFormat::Short => values::short(sha),
            ShaFormat::Long => sha,
        };
        Ok(Tag {
            text: text.to_owned(),
            latest: false,
        })
    }
}
