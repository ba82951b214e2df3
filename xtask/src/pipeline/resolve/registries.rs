//! `[registries.NAME]`.

use std::ops::Range;

use indexmap::IndexMap;

use crate::{
    diag::Diagnostic,
    manifest::{Allowance, Located, RegistryTable},
    pipeline::{
        EcrRegistry, OciRegistry, Registry, RegistryKind, RegistryName,
        template::{COMMON, VERSIONED},
    },
};

use super::{Problems, ecr_repository};

pub(super) fn resolve(problems: &mut Problems<'_>) -> IndexMap<RegistryName, Registry> {
    let mut registries = IndexMap::new();
    for (key, table) in &problems.manifest.tables.registries {
        let Some(kind) = kind(key, table, problems) else { continue };
        if let Some(repository) = &table.repository {
            problems.template(repository, repository.span(), &[&COMMON, &VERSIONED]);
        }
        for allowance in table.allow.iter().filter(|allowance| ***allowance == Allowance::FallbackBases) {
            let message = "a registry cannot allow `fallback-bases`";
            let help = "an image built on a stand-in is never pushed; only tasks without a push can allow them";
            problems.push(
                Diagnostic::error("fallback-in-push", message)
                    .label(allowance.span(), "not here")
                    .help(help),
            );
        }
        let name = RegistryName::new(key.as_str());
        registries.insert(
            name.clone(),
            Registry {
                name,
                repository: table
                    .repository
                    .as_ref()
                    .map_or("{{project}}/{{image}}", |repository| repository.as_str())
                    .to_owned(),
                allow: table.allow.iter().map(|allowance| **allowance).collect(),
                kind,
            },
        );
    }
    registries
}

fn kind(key: &Located<String>, table: &RegistryTable, problems: &mut Problems<'_>) -> Option<RegistryKind> {
    let text = |value: &Option<Located<String>>| value.as_ref().map(|value| value.as_str().to_owned());
    match &table.uses {
        None => {
            misplaced(
                &ecr_keys(table, &key.span()),
                key,
                "only a registry with `uses = \"ecr\"` has it",
                problems,
            );
            let host = problems
                .required(table.host.as_ref(), &format!("registries.{}.host", key.as_str()), Some(key.span()))?
                .to_owned();
            Some(RegistryKind::Oci(OciRegistry {
                host,
                username_env: text(&table.username_env),
                password_env: text(&table.password_env),
            }))
        }
        Some(uses) if uses.as_str() == "ecr" => {
            misplaced(&oci_keys(table), key, "Amazon ECR says its own host and token", problems);
            Some(RegistryKind::Ecr(EcrRegistry {
                region: text(&table.region),
                account: text(&table.account),
                create: table.create,
                repositories: ecr_repository::resolve(key, table, problems),
            }))
        }
        Some(uses) => {
            problems.unknown("unknown-uses", "kind of registry", uses, ["ecr"]);
            None
        }
    }
}

type Keys = Vec<(&'static str, Range<usize>)>;

fn oci_keys(table: &RegistryTable) -> Keys {
    let keys = [
        ("host", &table.host),
        ("username-env", &table.username_env),
        ("password-env", &table.password_env),
    ];
    keys.into_iter()
        .filter_map(|(key, value)| Some((key, value.as_ref()?.span())))
        .collect()
}

fn ecr_keys(table: &RegistryTable, name: &Range<usize>) -> Keys {
    let texts = [
        ("region", &table.region),
        ("account", &table.account),
        ("kms-key", &table.kms_key),
        ("policy", &table.policy),
    ];
    let others = [
        ("mutable-tags", table.mutable_tags.first().map(Located::span)),
        ("encryption", table.encryption.as_ref().map(Located::span)),
        ("lifecycle", table.lifecycle.as_ref().map(|_| name.clone())),
        ("resource-tags", (!table.resource_tags.is_empty()).then(|| name.clone())),
    ];
    let others = others.into_iter().filter_map(|(key, span)| Some((key, span?)));
    let texts = texts.into_iter().filter_map(|(key, value)| Some((key, value.as_ref()?.span())));
    let flags = [
        ("immutable-tags", table.immutable_tags),
        ("scan-on-push", table.scan_on_push),
        ("create", table.create),
    ];
    texts
        .chain(others)
        .chain(flags.into_iter().filter(|(_, set)| *set).map(|(key, _)| (key, name.clone())))
        .collect()
}

fn misplaced(keys: &Keys, name: &Located<String>, why: &str, problems: &mut Problems<'_>) {
    for (key, span) in keys {
        let message = format!("key `{key}` does not belong to registry `{}`", name.as_str());
        problems.push(
            Diagnostic::error("misplaced-key", message)
                .label(span.clone(), "has no effect here")
                .help(why),
        );
    }
}
