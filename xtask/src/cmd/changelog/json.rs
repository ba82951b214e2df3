//! A changelog for programs.

use serde::Serialize;

use super::{ImageChanges, entry::Entry};

/// `cargo xtask changelog --format json`.
#[derive(Debug, Serialize)]
pub(super) struct ChangelogJson<'a> {
    schema: u32,
    images: Vec<ImageJson<'a>>,
}

#[derive(Debug, Serialize)]
struct ImageJson<'a> {
    image: &'a str,
    since: Option<SinceJson<'a>>,
    until: UntilJson<'a>,
    commits: Vec<CommitJson<'a>>,
}

/// Where it begins: a release, or what `--since` said.
#[derive(Debug, Serialize)]
struct SinceJson<'a> {
    revision: &'a str,
    version: Option<String>,
}

#[derive(Debug, Serialize)]
struct UntilJson<'a> {
    commit: Option<&'a str>,
    version: Option<String>,
}

#[derive(Debug, Serialize)]
struct CommitJson<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    kind: Option<&'a str>,
    scope: Option<&'a str>,
    subject: &'a str,
    breaking: bool,
    breaking_description: Option<&'a str>,
    body: Option<&'a str>,
    author: &'a str,
    /// RFC 3339, UTC.
    time: Option<String>,
}

impl<'a> ChangelogJson<'a> {
    pub fn new(images: &'a [ImageChanges], commit: Option<&'a str>) -> Self {
        let image = |changes: &'a ImageChanges| ImageJson {
            image: changes.image.as_str(),
            since: since(changes),
            until: UntilJson {
                commit,
                version: changes.version.as_ref().map(|tag| tag.version.to_string()),
            },
            commits: changes.entries.iter().map(CommitJson::new).collect(),
        };
        Self {
            schema: 1,
            images: images.iter().map(image).collect(),
        }
    }
}

fn since(changes: &ImageChanges) -> Option<SinceJson<'_>> {
    let revision = changes.since.as_ref().map(|tag| &tag.name).or(changes.revision.as_ref())?;
    Some(SinceJson {
        revision,
        version: changes.since.as_ref().map(|tag| tag.version.to_string()),
    })
}

impl<'a> CommitJson<'a> {
    fn new(entry: &'a Entry) -> Self {
        let time = jiff::Timestamp::from_second(entry.time).ok();
        Self {
            id: &entry.id,
            kind: entry.kind.as_deref(),
            scope: entry.scope.as_deref(),
            subject: &entry.subject,
            breaking: entry.breaking.is_some(),
            breaking_description: entry.breaking_note(),
            body: entry.body.as_deref(),
            author: &entry.author,
            time: time.map(|time| time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()),
        }
    }
}
