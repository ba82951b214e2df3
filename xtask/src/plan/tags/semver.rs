//! Rules of type `semver`.

use std::collections::BTreeMap;

use semver::Version;

use super::{Place, PlanError, Tag};

/// Reads a version as node's `semver.valid` does: surrounding blanks and a leading `v` or `=` do not count.
pub fn parse_version(text: &str) -> Option<Version> {
    let text = text.trim();
    let bare = text.trim_start_matches(['v', '=']).trim_start();
    Version::parse(bare).ok()
}

impl Place<'_> {
    pub(super) fn semver(&self, pattern: &str, raw: &str) -> Result<Result<Tag, String>, PlanError> {
        let raw = raw.replace('/', "-");
        let Some(version) = parse_version(&raw) else {
            return Ok(Err(format!("`{raw}` is not a semantic version")));
        };
        let is_prerelease = !version.pre.is_empty();
        let bare = Version {
            build: semver::BuildMetadata::EMPTY,
            ..version.clone()
        };
        let values = BTreeMap::from([
            ("raw", raw),
            ("version", bare.to_string()),
            ("major", version.major.to_string()),
            ("minor", version.minor.to_string()),
            ("patch", version.patch.to_string()),
        ]);
        // A prerelease never gets a short tag such as `1.2`: only its whole version, or what was written.
        let is_raw = pattern.trim_start_matches('{').trim_end_matches('}').trim() == "raw";
        let pattern = if is_prerelease && !is_raw { "{{version}}" } else { pattern };
        let text = self.template.expand(pattern, &values).map_err(|reason| PlanError::Template {
            place: "a tag rule of type `semver`".to_owned(),
            template: pattern.to_owned(),
            reason,
        })?;
        Ok(Ok(Tag {
            text,
            latest: !is_prerelease,
        }))
    }
}
