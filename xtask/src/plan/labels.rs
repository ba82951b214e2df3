//! The labels of an image: OCI's own annotations keys, and the user's.

use std::collections::BTreeMap;

use crate::{
    facts::Facts,
    pipeline::{ImageName, Pipeline, Template},
};

use super::{PlanError, values::Values};

/// The labels that people write, over `values`. They win over OCI's.
pub(super) fn written(
    facts: &Facts,
    image: &ImageName,
    texts: &BTreeMap<String, String>,
    values: &Values,
) -> Result<BTreeMap<String, String>, PlanError> {
    let template = Template::escaping(facts.clock());
    let expanded = texts.iter().map(|(key, text)| match template.expand(text, values) {
        Ok(value) => Ok((key.clone(), value)),
        Err(reason) => Err(PlanError::Template {
            place: format!("labels of image `{image}`"),
            template: text.clone(),
            reason,
        }),
    });
    expanded.collect()
}

/// `org.opencontainers.image.*`, as far as the values are known. Source: OCI image-spec, annotations.md.
pub(super) fn oci(pipeline: &Pipeline, facts: &Facts, image: &ImageName, version: Option<&str>) -> BTreeMap<String, String> {
    let event = &facts.event;
    let created = facts.epoch.or(event.commit_time).and_then(rfc3339);
    let known = [
        ("title", Some(image.to_string())),
        ("description", pipeline.description.clone().or_else(|| event.description.clone())),
        ("url", event.url.clone()),
        ("source", event.url.clone()),
        ("version", version.map(str::to_owned)),
        ("created", created),
        ("revision", event.sha.clone()),
        ("licenses", pipeline.licenses.clone().or_else(|| event.licenses.clone())),
    ];
    known
        .into_iter()
        .filter_map(|(key, value)| Some((format!("org.opencontainers.image.{key}"), value?)))
        .collect()
}

/// Seconds since 1970 as RFC 3339 with milliseconds in UTC, as docker/metadata-action writes it.
fn rfc3339(seconds: i64) -> Option<String> {
    let time = jiff::Timestamp::from_second(seconds).ok()?;
    Some(time.strftime("%Y-%m-%dT%H:%M:%S.000Z").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_utc() {
        assert_eq!(rfc3339(0).as_deref(), Some("1970-01-01T00:00:00.000Z"));
        assert_eq!(rfc3339(1_700_000_000).as_deref(), Some("2023-11-14T22:13:20.000Z"));
    }
}
