//! `[[stages]]`: their names, kinds and order.

use indexmap::IndexMap;

use crate::{
    diag::Diagnostic,
    manifest::{Located, OptionTable, StageTable},
    pipeline::{Stage, StageKind, StageName, options::HumanDuration},
};

use super::{Problems, names};

const KINDS: [(&str, StageKind); 5] = [
    ("hadolint", StageKind::Hadolint),
    ("docker-build", StageKind::DockerBuild),
    ("container-test", StageKind::ContainerTest),
    ("trivy", StageKind::Trivy),
    ("push", StageKind::Push),
];

/// The stages in order, and beside each its raw options.
pub(super) fn resolve<'a>(problems: &mut Problems<'a>) -> (IndexMap<StageName, Stage>, Vec<&'a OptionTable<'a>>) {
    let manifest = problems.manifest;
    let mut stages: IndexMap<StageName, Stage> = IndexMap::new();
    let mut options = Vec::new();
    let mut first_span: IndexMap<&str, std::ops::Range<usize>> = IndexMap::new();
    let declared: Vec<&str> = manifest
        .tables
        .stages
        .iter()
        .filter_map(|stage| Some(stage.name.as_ref()?.as_str()))
        .collect();
    for (index, table) in manifest.tables.stages.iter().enumerate() {
        let raw = &manifest.stage_options[index];
        let Some(name) = problems.required(table.name.as_ref(), &format!("stages.{index}.name"), Some(raw.0.span())) else {
            continue;
        };
        let span = table.name.as_ref().map_or(raw.0.span(), Located::span);
        names::check("a stage", name, span.clone(), problems);
        names::check_reserved("a stage", name, span.clone(), problems);
        names::check_step(name, span.clone(), problems);
        if let Some(first) = first_span.get(name) {
            let twice = Diagnostic::error("duplicate-stage", format!("stage `{name}` is declared twice"));
            problems.push(twice.label(span, "again here").label(first.clone(), "first here"));
            continue;
        }
        first_span.insert(name, span.clone());
        let Some(kind) = kind(table, raw, span, problems) else { continue };
        let before = stages.keys().last().cloned();
        let stage = Stage {
            name: StageName::new(name),
            kind,
            needs: table
                .needs
                .as_ref()
                .map_or_else(|| before.into_iter().collect(), |needs| known(needs, &declared, problems)),
            after: known(&table.after, &declared, problems),
            env: table.env.clone(),
            timeout: table.timeout.as_ref().and_then(|timeout| duration(timeout, problems)),
        };
        stages.insert(stage.name.clone(), stage);
        options.push(raw);
    }
    check_cycle(&stages, &first_span, problems);
    (stages, options)
}

fn kind(table: &StageTable, raw: &OptionTable<'_>, span: std::ops::Range<usize>, problems: &mut Problems<'_>) -> Option<StageKind> {
    match (&table.uses, raw.span("run")) {
        (Some(uses), Some(run)) => {
            let both = Diagnostic::error("uses-and-run", "a stage has either `uses` or `run`");
            problems.push(both.label(run, "this command").label(uses.span(), "and this built-in"));
            None
        }
        (Some(uses), None) => {
            let kind = KINDS.iter().find(|(name, _)| *name == uses.as_str()).map(|(_, kind)| *kind);
            if kind.is_none() {
                problems.unknown("unknown-uses", "built-in stage", uses, KINDS.iter().map(|(name, _)| *name));
            }
            kind
        }
        (None, Some(_)) => Some(StageKind::Run),
        (None, None) => {
            let neither = Diagnostic::error("missing-key", "a stage needs `uses` or `run`").label(span, "this stage does nothing");
            let built_in: Vec<String> = KINDS.iter().map(|(name, _)| format!("`{name}`")).collect();
            problems.push(neither.help(format!("`uses` takes {}; `run` a command of your own", built_in.join(", "))));
            None
        }
    }
}

fn known(names: &[Located<String>], declared: &[&str], problems: &mut Problems<'_>) -> Vec<StageName> {
    let (good, bad): (Vec<_>, Vec<_>) = names.iter().partition(|name| declared.contains(&name.as_str()));
    for name in bad {
        problems.unknown("unknown-stage", "stage", name, declared.iter().copied());
    }
    good.into_iter().map(|name| StageName::new(name.as_str())).collect()
}

fn duration(text: &Located<String>, problems: &mut Problems<'_>) -> Option<std::time::Duration> {
    HumanDuration::parse(text)
        .map_err(|reason| problems.push(Diagnostic::error("invalid-value", reason).label(text.span(), "this value")))
        .ok()
        .map(|duration| duration.0)
}

fn check_cycle(stages: &IndexMap<StageName, Stage>, spans: &IndexMap<&str, std::ops::Range<usize>>, problems: &mut Problems<'_>) {
    let edges = |name: &StageName| -> Vec<StageName> {
        stages
            .get(name)
            .map(|stage| stage.needs.iter().chain(&stage.after).cloned().collect())
            .unwrap_or_default()
    };
    if let Some(cycle) = crate::pipeline::cycle::find(stages.keys().cloned(), edges) {
        let path: Vec<&str> = cycle.iter().map(StageName::as_str).collect();
        let mut diagnostic = Diagnostic::error("stage-cycle", format!("stages wait for each other: `{}`", path.join(" -> ")));
        for name in &path[..path.len() - 1] {
            if let Some(span) = spans.get(*name) {
                diagnostic = diagnostic.label(span.clone(), "in the cycle");
            }
        }
        problems.push(diagnostic.help("take one of these names out of `needs` or `after`"));
    }
}
