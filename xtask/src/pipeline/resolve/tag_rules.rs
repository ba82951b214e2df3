//! `[[tags]]` and `[flavor]`.

use std::ops::Range;

use crate::{
    diag::Diagnostic,
    manifest::{BoolOrText, FlavorTable, Located, RefEvent, TagTable},
    pipeline::{
        Clock, Expression, Flavor, FlavorLatest, TagRule, TagRuleKind, Template, VersionRule,
        template::{COMMON, METADATA, PEP440, SEMVER},
    },
};

use super::{Problems, problems::Names};

/// The tag of a scheduled run.
const NIGHTLY: &str = "nightly";

/// The types of rules.
const TYPES: [&str; 8] = ["schedule", "semver", "pep440", "match", "edge", "ref", "raw", "sha"];

/// The rules as written, or metadata-action's own where there are none: the schedule, the branch, the tag, the pull request.
pub(super) fn rules(tables: &[TagTable], problems: &mut Problems<'_>) -> Vec<TagRule> {
    if tables.is_empty() {
        let refs = [RefEvent::Branch, RefEvent::Tag, RefEvent::Pr].map(|event| TagRuleKind::Ref { event });
        let kinds = [TagRuleKind::Schedule {
            pattern: NIGHTLY.to_owned(),
        }]
        .into_iter()
        .chain(refs);
        return kinds.map(default_rule).collect();
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

fn default_rule(kind: TagRuleKind) -> TagRule {
    TagRule {
        priority: kind.default_priority(),
        prefix: kind.default_prefix().map(str::to_owned),
        kind,
        enable: "true".to_owned(),
        suffix: None,
    }
}

fn rule(table: &TagTable, problems: &mut Problems<'_>) -> Option<TagRule> {
    let written = table.kind.as_ref().map_or("raw", |kind| kind.as_str());
    if let Some(kind) = table.kind.as_ref().filter(|_| !TYPES.contains(&written)) {
        problems.unknown("unknown-tag-type", "type of tag rule", kind, TYPES);
        return None;
    }
    misplaced(table, written, problems);
    for text in [&table.prefix, &table.suffix, &table.value].into_iter().flatten() {
        global(text, text.span(), problems);
    }
    let given = |text: &Option<Located<String>>| text.as_ref().map(|text| text.as_str().to_owned()).filter(|text| !text.is_empty());
    let kind = match written {
        "schedule" => TagRuleKind::Schedule {
            pattern: schedule(table, problems),
        },
        "semver" => TagRuleKind::Semver(version(table, &SEMVER, problems)?),
        "pep440" => TagRuleKind::Pep440(version(table, &PEP440, problems)?),
        "match" => TagRuleKind::Match {
            pattern: searched(table, problems)?,
            group: table.group.as_ref().map_or(0, |group| **group),
            value: given(&table.value),
        },
        "edge" => TagRuleKind::Edge {
            branch: given(&table.branch),
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
    let text = |text: &Option<Located<String>>| text.as_ref().map(|text| text.as_str().to_owned());
    let rule = default_rule(kind);
    Some(TagRule {
        priority: table.priority.unwrap_or(rule.priority),
        enable: enable(table, problems),
        prefix: text(&table.prefix).or(rule.prefix),
        suffix: text(&table.suffix),
        kind: rule.kind,
    })
}

/// A template that sees the ref and the commit.
fn global(text: &str, span: Range<usize>, problems: &mut Problems<'_>) {
    let names = Names {
        known: &[&COMMON],
        elsewhere: &[&PEP440],
    };
    problems.template_of(&Template::escaping(Clock::default()), text, span, &names);
}

fn schedule(table: &TagTable, problems: &mut Problems<'_>) -> String {
    let Some(pattern) = &table.pattern else { return NIGHTLY.to_owned() };
    let names = Names {
        known: &[],
        elsewhere: &[&METADATA, &PEP440],
    };
    problems.template_of(&Template::escaping(Clock::default()), pattern, pattern.span(), &names);
    pattern.as_str().to_owned()
}

fn version(table: &TagTable, fields: &[&'static str], problems: &mut Problems<'_>) -> Option<VersionRule> {
    let cut = table.cut.as_ref().filter(|cut| !cut.is_empty());
    let cut = match cut.map(|written| (written, expression(written, Expression::plain, problems))) {
        None => None,
        Some((_, None)) => return None,
        Some((written, Some(expression))) => {
            if !expression.may_have_group(1) {
                let message = format!("`{}` has no group to take the version from", written.as_str());
                let help = "put parentheses around the version: `^app-(.*)$`";
                problems.push(
                    Diagnostic::error("missing-group", message)
                        .label(written.span(), "in this expression")
                        .help(help),
                );
            }
            Some(expression)
        }
    };
    let pattern = needed(table.pattern.as_ref(), "pattern", table, problems)?;
    let names = Names {
        known: &[fields],
        elsewhere: &[&METADATA],
    };
    problems.template_of(&Template::fields(), pattern, pattern.span(), &names);
    let value = table.value.as_ref().map(|value| value.as_str().to_owned());
    Some(VersionRule {
        pattern: pattern.as_str().to_owned(),
        value: value.filter(|value| !value.is_empty()),
        cut,
    })
}

fn searched(table: &TagTable, problems: &mut Problems<'_>) -> Option<Expression> {
    let pattern = needed(table.pattern.as_ref(), "pattern", table, problems)?;
    let expression = expression(pattern, Expression::with_flags, problems)?;
    if let Some(group) = table.group.as_ref().filter(|group| !expression.may_have_group(***group)) {
        let message = format!("`{}` has no group {}, so this rule never gives a tag", pattern.as_str(), **group);
        problems.push(
            Diagnostic::warning("missing-group", message)
                .label(group.span(), "this group")
                .label(pattern.span(), "of this expression"),
        );
    }
    Some(expression)
}

fn expression(
    written: &Located<String>,
    read: impl Fn(&str) -> Result<Expression, String>,
    problems: &mut Problems<'_>,
) -> Option<Expression> {
    read(written)
        .map_err(|reason| {
            let message = format!("`{}` is not a regular expression: {reason}", written.as_str());
            let help = "tag rules take JavaScript's regular expressions, as docker/metadata-action does";
            problems.push(
                Diagnostic::error("invalid-pattern", message)
                    .label(written.span(), "here")
                    .help(help),
            );
        })
        .ok()
}

fn enable(table: &TagTable, problems: &mut Problems<'_>) -> String {
    match &table.enable {
        None => "true".to_owned(),
        Some(enable) => match &**enable {
            BoolOrText::Bool(value) => value.to_string(),
            BoolOrText::Text(text) => {
                global(text, enable.span(), problems);
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
        (
            "pattern",
            table.pattern.as_ref().map(Located::span),
            ["schedule", "semver", "pep440", "match"].as_slice(),
        ),
        (
            "value",
            table.value.as_ref().map(Located::span),
            &["semver", "pep440", "match", "raw"],
        ),
        ("match", table.cut.as_ref().map(Located::span), &["semver", "pep440"]),
        ("group", table.group.as_ref().map(Located::span), &["match"]),
        ("branch", table.branch.as_ref().map(Located::span), &["edge"]),
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
            global(text, text.span(), problems);
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
