//! One commit as a changelog shows it, in the terms of Conventional Commits 1.0 where its message is one.

use git_conventional::Commit;

use crate::facts::Change;

/// One line of a changelog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Full commit id.
    pub id: String,
    /// Author's name.
    pub author: String,
    /// Commit time, in seconds since 1970.
    pub time: i64,
    /// `feat`, `fix`, …; `None` for a message that follows no convention.
    pub kind: Option<String>,
    pub scope: Option<String>,
    /// What it says without type and scope; the whole subject if there are none.
    pub subject: String,
    /// What people have to do about it, if it breaks something.
    pub breaking: Option<String>,
    pub body: Option<String>,
}

impl Entry {
    pub fn new(change: &Change) -> Self {
        let message = change.message.trim();
        let (subject, body) = message.split_once('\n').unwrap_or((message, ""));
        let mut entry = Self {
            id: change.commit.clone(),
            author: change.author.clone(),
            time: change.time,
            kind: None,
            scope: None,
            subject: subject.trim().to_owned(),
            breaking: None,
            body: Some(body.trim()).filter(|body| !body.is_empty()).map(str::to_owned),
        };
        if let Ok(commit) = Commit::parse(message) {
            entry.kind = Some(commit.type_().as_str().to_lowercase());
            entry.scope = commit.scope().map(|scope| scope.as_str().to_owned());
            commit.description().clone_into(&mut entry.subject);
            entry.breaking = commit
                .breaking()
                .then(|| commit.breaking_description().unwrap_or_default().to_owned());
            entry.body = commit.body().map(str::to_owned);
        }
        entry
    }

    /// What there is to say of a break besides the subject.
    pub fn breaking_note(&self) -> Option<&str> {
        self.breaking.as_deref().filter(|note| !note.is_empty() && *note != self.subject)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(message: &str) -> Entry {
        Entry::new(&Change {
            commit: "c0ffee".into(),
            message: message.into(),
            author: "A".into(),
            time: 0,
        })
    }

    #[test]
    fn conventional_messages_are_taken_apart() {
        let feature = entry("feat(api): take JSON\n\nIt was time.\n\nRefs: #7\n");
        assert_eq!(feature.kind.as_deref(), Some("feat"));
        assert_eq!((feature.scope.as_deref(), feature.subject.as_str()), (Some("api"), "take JSON"));
        assert_eq!((feature.body.as_deref(), &feature.breaking), (Some("It was time."), &None));

        assert_eq!(entry("fix!: no more XML").breaking_note(), None);
        assert!(entry("fix!: no more XML").breaking.is_some());
        let footer = entry("refactor: config\n\nBREAKING CHANGE: `a` is called `b`");
        assert_eq!(footer.breaking_note(), Some("`a` is called `b`"));
    }

    #[test]
    fn other_messages_are_kept_as_they_are() {
        let plain = entry("Größere Schrift: überall\n\nmore\n");
        assert_eq!((plain.kind, plain.subject.as_str()), (None, "Größere Schrift: überall"));
        assert_eq!(plain.body.as_deref(), Some("more"));
        assert_eq!(entry("Merge branch 'x'").kind, None);
    }
}
