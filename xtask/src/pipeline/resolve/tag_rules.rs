//! `[[tags]]` and `[flavor]`.

use crate::{
    diag::Diagnostic,
    manifest::{BoolOrText, FlavorTable, Located, RefEvent, TagTable},
    pipeline::{
        Flavor, FlavorLatest, TagRule, TagRuleKind,
        template::{COMMON, SEMVER},
    },
};

use super::Problems;

/// The types with their default priority, docker/metadata-action's.
const TYPES: [(&str, i64); 4] = [("semver", 900), ("ref", 600), ("raw", 200), ("sha", 100)];

/// The rules as written, or metadata-action's own where there are none: the branch, the tag, the pull request.
pub(super) fn rules(tables: &[TagTable], problems: &mut Problems<'_>) -> Vec<TagRule> {
    if tables.is_empty() {
        return [RefEvent::Branch, RefEvent::Tag, RefEvent::Pr]
            .into_iter()
            .map(|event| {
                let kind = TagRuleKind::Ref { event };
                TagRule {
                    prefix: default_prefix(&kind),
                    kind,
                    priority: 600,
                    enable: "true".to_owned(),
                    suffix: None,
                }
            })
            .collect();
    }
    let mut rules: Vec<TagRule> = Vec::new();
    for table in tables {
        let Some(rule) = rule(table, problems) else { continue };
        if rules.contains(&rule) {
            let span = table.kind.as_ref().map_or(0..0, Located::span);
            problems.push(
                Diagnostic::error("duplicate-tag-rule", "the same tag rule stands here twice")
                    .label(span, "again here")
                    .help("take one out"),
            );
        }
        rules.push(rule);
    }
    rules
}

fn rule(table: &TagTable, problems: &mut Problems<'_>) -> Option<TagRule> {
    let written = table.kind.as_ref().map_or("raw", |kind| kind.as_str());
    let Some((_, priority)) = TYPES.iter().find(|(name, _)| *name == written) else {
        if let Some(kind) = &table.kind {
            problems.unknown("unknown-tag-type", "type of tag rule", kind, TYPES.iter().map(|(name, _)| *name));
        }
        return None;
    };
    misplaced(table, written, problems);
    for text in [&table.prefix, &table.suffix, &table.value].into_iter().flatten() {
        problems.template(text, text.span(), &[&COMMON]);
    }
    let kind = match written {
        "semver" => TagRuleKind::Semver {
            pattern: pattern(table, problems)?,
            value: table.value.as_ref().map(|value| value.as_str().to_owned()),
        },
        "ref" => TagRuleKind::Ref {
            event: **needed(table.event.as_ref(), "event", table, problems)?,
        },
        "sha" => TagRuleKind::Sha {
            format: table.format.as_ref().map(|format| **format).unwrap_or_default(),
        },
        _ => TagRuleKind::Raw {
            value: needed(table.value.as_ref(), "value", table, problems)?.as_str().to_owned(),
        },
    };
    let enable = enable(table, problems);
    let prefix = table
        .prefix
        .as_ref()
        .map(|prefix| prefix.as_str().to_owned())
        .or_else(|| default_prefix(&kind));
    let suffix = table.suffix.as_ref().map(|suffix| suffix.as_str().to_owned());
    Some(TagRule {
        kind,
        priority: table.priority.unwrap_or(*priority),
        enable,
        prefix,
        suffix,
    })
}

/// What docker/metadata-action puts before the tag where no prefix is written.
fn default_prefix(kind: &TagRuleKind) -> Option<String> {
    match kind {
        TagRuleKind::Sha { .. } => Some("sha-".to_owned()),
        TagRuleKind::Ref { event: RefEvent::Pr } => Some("pr-".to_owned()),
        TagRuleKind::Semver { .. } | TagRuleKind::Ref { .. } | TagRuleKind::Raw { .. } => None,
    }
}

fn pattern(table: &TagTable, problems: &mut Problems<'_>) -> Option<String> {
    let pattern = needed(table.pattern.as_ref(), "pattern", table, problems)?;
    problems.template(pattern, pattern.span(), &[&SEMVER]);
    Some(pattern.as_str().to_owned())
}

fn enable(table: &TagTable, problems: &mut Problems<'_>) -> String {
    match &table.enable {
        None => "true".to_owned(),
        Some(enable) => match &**enable {
            BoolOrText::Bool(value) => value.to_string(),
            BoolOrText::Text(text) => {
                problems.template(text, enable.span(), &[&COMMON]);
                text.clone()
            }
        },
    }
}

fn needed<'a, T>(value: Option<&'a Located<T>>, key: &str, table: &TagTable, problems: &mut Problems<'_>) -> Option<&'a Located<T>> {
    if value.is_none() {
        let kind = table.kind.as_ref();
        let missing = Diagnostic::error(
            "missing-key",
            format!("a tag rule of type `{}` needs `{key}`", kind.map_or("raw", |kind| kind.as_str())),
        );
        problems.push(match kind {
            Some(kind) => missing.label(kind.span(), "of this type"),
            None => missing,
        });
    }
    value
}

/// A key that the rule's type has no use for is a mistake, not decoration.
fn misplaced(table: &TagTable, kind: &str, problems: &mut Problems<'_>) {
    let spans = [
        ("pattern", table.pattern.as_ref().map(Located::span), ["semver"].as_slice()),
        ("value", table.value.as_ref().map(Located::span), &["semver", "raw"]),
        ("event", table.event.as_ref().map(Located::span), &["ref"]),
        ("format", table.format.as_ref().map(Located::span), &["sha"]),
    ];
    for (key, span, kinds) in spans {
        if let Some(span) = span.filter(|_| !kinds.contains(&kind)) {
            let message = format!("key `{key}` does not belong to a tag rule of type `{kind}`");
            let diagnostic = Diagnostic::error("misplaced-key", message).label(span, "has no effect here");
            problems.push(match &table.kind {
                Some(kind) => diagnostic.label(kind.span(), "because of this type"),
                None => diagnostic.help("write the `type` of the rule; `raw` is the default"),
            });
        }
    }
}

pub(super) fn flavor(table: &FlavorTable, problems: &mut Problems<'_>) -> Flavor {
    let latest = match table.latest.as_ref().map(|latest| (&**latest, latest.span())) {
        None => FlavorLatest::Auto,
        Some((BoolOrText::Bool(value), _)) => FlavorLatest::Fixed(*value),
        Some((BoolOrText::Text(text), span)) => {
            if text != "auto" {
                let message = format!("`latest` is `true`, `false` or `\"auto\"`, not `\"{text}\"`");
                problems.push(Diagnostic::error("unknown-value", message).label(span, "this value"));
            }
            FlavorLatest::Auto
        }
    };
    let mut text = |text: &Option<Located<String>>| {
        text.as_ref().map_or_else(String::new, |text| {
            problems.template(text, text.span(), &[&COMMON]);
            text.as_str().to_owned()
        })
    };
    Flavor {
        latest,
        prefix: text(&table.prefix),
        prefix_onlatest: table.prefix_onlatest,
        suffix: text(&table.suffix),
        suffix_onlatest: table.suffix_onlatest,
    }
}
