//! `[tasks.NAME]`: every name in them looked up.

use indexmap::IndexMap;

use crate::{
    diag::Diagnostic,
    manifest::{Allowance, Located, TaskTable},
    pipeline::{Image, ImageName, Registry, RegistryName, Stage, StageKind, StageName, Task, TaskName, closure},
};

use super::{Problems, names};

/// What tasks can name.
pub(super) struct Known<'a> {
    pub images: &'a IndexMap<ImageName, Image>,
    pub stages: &'a IndexMap<StageName, Stage>,
    pub registries: &'a IndexMap<RegistryName, Registry>,
}

pub(super) fn resolve(known: &Known<'_>, problems: &mut Problems<'_>) -> IndexMap<TaskName, Task> {
    let mut tasks = IndexMap::new();
    for (key, table) in &problems.manifest.tables.tasks {
        names::check("a task", key, key.span(), problems);
        names::check_reserved("a task", key, key.span(), problems);
        for selector in &table.images {
            check_selector(selector, known, problems);
        }
        let stages = stages(key, table, known, problems);
        let registry = table.registry.as_ref().and_then(|registry| {
            let found = known.registries.get_key_value(registry.as_str()).map(|(name, _)| name.clone());
            if found.is_none() && !problems.manifest.tables.registries.contains_key(registry.as_str()) {
                problems.unknown(
                    "unknown-registry",
                    "registry",
                    registry,
                    known.registries.keys().map(RegistryName::as_str),
                );
            }
            found
        });
        let name = TaskName::new(key.as_str());
        let task = Task {
            name: name.clone(),
            description: table.description.clone(),
            images: table.images.iter().map(|image| image.as_str().to_owned()).collect(),
            stages,
            registry,
            require: table.require.iter().map(|requirement| **requirement).collect(),
            branches: table.branches.iter().map(|branch| branch.as_str().to_owned()).collect(),
            allow: table.allow.iter().map(|allowance| **allowance).collect(),
        };
        check_fallback(&task, table, known, problems);
        tasks.insert(name, task);
    }
    tasks
}

fn stages(key: &Located<String>, table: &TaskTable, known: &Known<'_>, problems: &mut Problems<'_>) -> Vec<StageName> {
    if table.stages.is_empty() && !problems.manifest.cut.contains(&format!("tasks.{}.stages", key.as_str())) {
        let message = format!("task `{}` runs no stages", key.as_str());
        problems.push(Diagnostic::error("missing-key", message).label(key.span(), "this needs `stages`"));
    }
    let declared: Vec<&str> = problems
        .manifest
        .tables
        .stages
        .iter()
        .filter_map(|stage| Some(stage.name.as_ref()?.as_str()))
        .collect();
    let mut found = Vec::new();
    for stage in &table.stages {
        if let Some((name, _)) = known.stages.get_key_value(stage.as_str()) {
            found.push(name.clone());
        } else if !declared.contains(&stage.as_str()) {
            problems.unknown("unknown-stage", "stage", stage, declared.iter().copied());
        }
    }
    found
}

fn check_selector(selector: &Located<String>, known: &Known<'_>, problems: &mut Problems<'_>) {
    let declared = problems.manifest.tables.images.keys().map(|name| name.as_str());
    let groups = known.images.values().flat_map(|image| image.groups.iter().map(String::as_str));
    let names: Vec<&str> = declared.chain(groups).collect();
    if !crate::pipeline::selector::matches_any(selector, names.iter().copied()) {
        let mut names = names;
        names.dedup();
        problems.unknown("unknown-image", "image or group", selector, names);
    }
}

/// An image built on a stand-in must never be pushed.
fn check_fallback(task: &Task, table: &TaskTable, known: &Known<'_>, problems: &mut Problems<'_>) {
    let Some(allow) = table.allow.iter().find(|allowance| ***allowance == Allowance::FallbackBases) else {
        return;
    };
    let pushes = closure::stages(known.stages, &task.stages)
        .into_iter()
        .find(|name| known.stages[name].kind == StageKind::Push);
    if let Some(push) = pushes {
        let mut diagnostic = Diagnostic::error(
            "fallback-in-push",
            format!("task `{}` pushes and allows `fallback-bases`", task.name),
        );
        diagnostic = diagnostic.label(allow.span(), "stand-ins are allowed here");
        if let Some(stage) = table.stages.iter().find(|stage| stage.as_str() == push.as_str()) {
            diagnostic = diagnostic.label(stage.span(), "but this pushes");
        }
        problems.push(diagnostic.help("take `fallback-bases` out; for a release on a closed network, give the bases `mirrors`"));
    }
}
