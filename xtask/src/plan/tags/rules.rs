//! What each type of rule gives, before prefix, suffix and cleaning.

use crate::pipeline::{Expression, RefEvent, ShaFormat, TagRule, TagRuleKind};

use super::{NoTag, Place, Tag, git_ref::GitRef, pep440, semver};

impl Place<'_> {
    pub(super) fn value(&self, rule: &TagRule) -> Result<Tag, NoTag> {
        match &rule.kind {
            TagRuleKind::Schedule { pattern } => self.schedule(pattern),
            TagRuleKind::Semver(rule) => self.version(rule, semver::parse),
            TagRuleKind::Pep440(rule) => self.version(rule, pep440::parse),
            TagRuleKind::Match { pattern, group, value } => self.search(pattern, *group, value.as_deref()),
            TagRuleKind::Edge { branch } => self.edge(branch.as_deref()),
            TagRuleKind::Ref { event } => self.reference(*event),
            TagRuleKind::Raw { value } => Ok(Tag::without_latest(self.expand(value)?)),
            TagRuleKind::Sha { format } => self.sha(*format),
        }
    }

    pub(super) fn git_ref(&self) -> GitRef<'_> {
        GitRef::parse(self.event.git_ref.as_deref().unwrap_or_default())
    }

    fn schedule(&self, pattern: &str) -> Result<Tag, NoTag> {
        match self.event.name.as_deref() {
            Some(event) if event.contains("schedule") => Ok(Tag::without_latest(self.dates(pattern)?)),
            Some(event) => Err(NoTag::Because(format!("the event is `{event}` and no schedule"))),
            None => Err(NoTag::Because("nothing runs on a schedule here".to_owned())),
        }
    }

    fn search(&self, pattern: &Expression, group: i64, value: Option<&str>) -> Result<Tag, NoTag> {
        let text = self.tag_or(value)?;
        let groups = pattern
            .groups(&text)
            .ok_or_else(|| NoTag::Because(format!("`{}` does not match `{text}`", pattern.as_str())))?;
        let found = usize::try_from(group).ok().and_then(|group| groups.into_iter().nth(group)?);
        let text = found.ok_or_else(|| NoTag::Because(format!("`{}` has no group {group} in `{text}`", pattern.as_str())))?;
        Ok(Tag { text, latest: true })
    }

    fn edge(&self, branch: Option<&str>) -> Result<Tag, NoTag> {
        let GitRef::Branch(name) = self.git_ref() else {
            return Err(NoTag::Because("the ref is not a branch".to_owned()));
        };
        match branch.or(self.event.default_branch.as_deref()) {
            Some(branch) if branch == name => Ok(Tag::without_latest("edge".to_owned())),
            Some(branch) => Err(NoTag::Because(format!("the branch is `{name}` and not `{branch}`"))),
            None => Err(NoTag::Because("nobody says which branch is the default branch".to_owned())),
        }
    }

    fn reference(&self, event: RefEvent) -> Result<Tag, NoTag> {
        match (event, self.git_ref()) {
            (RefEvent::Branch, GitRef::Branch(name)) | (RefEvent::Pr, GitRef::Pull(name)) => Ok(Tag::without_latest(name.to_owned())),
            (RefEvent::Tag, GitRef::Tag(name)) => Ok(Tag {
                text: name.to_owned(),
                latest: true,
            }),
            (RefEvent::Branch, _) => Err(NoTag::Because("the ref is not a branch".to_owned())),
            (RefEvent::Tag, _) => Err(NoTag::Because("the ref is not a git tag".to_owned())),
            (RefEvent::Pr, _) => Err(NoTag::Because("the ref is not a pull request".to_owned())),
        }
    }

    fn sha(&self, format: ShaFormat) -> Result<Tag, NoTag> {
        let event = self.event;
        let sha = event.sha.as_deref().filter(|sha| !sha.is_empty());
        let sha = sha.ok_or_else(|| NoTag::Because("there is no commit".to_owned()))?;
        Ok(Tag::without_latest(match format {
            ShaFormat::Short => event.short_sha().to_owned(),
            ShaFormat::Long => sha.to_owned(),
        }))
    }
}
