//! What `[registries.NAME]` says of the repositories of Amazon ECR.

use std::path::PathBuf;

use crate::{
    diag::Diagnostic,
    manifest::{LifecycleTable, Located, RegistryTable},
    pipeline::{EcrRepository, Encryption, Lifecycle, LifecycleRules},
};

use super::Problems;

/// So many filters can except tags from immutability. Source: ECR's API reference, `PutImageTagMutability`.
const MOST_FILTERS: usize = 5;

pub(super) fn resolve(key: &Located<String>, table: &RegistryTable, problems: &mut Problems<'_>) -> EcrRepository {
    check_mutable_tags(key, table, problems);
    let takes_key = matches!(table.encryption.as_deref(), Some(Encryption::Kms | Encryption::KmsDsse));
    if let Some(kms_key) = table.kms_key.as_ref().filter(|_| !takes_key) {
        let message = "`kms-key` belongs to `encryption = \"KMS\"` or `\"KMS_DSSE\"`";
        problems.push(Diagnostic::error("misplaced-key", message).label(kms_key.span(), "has no effect here"));
    }
    EcrRepository {
        immutable_tags: table.immutable_tags,
        mutable_tags: table.mutable_tags.iter().map(|tag| tag.as_str().to_owned()).collect(),
        scan_on_push: table.scan_on_push,
        encryption: table.encryption.as_ref().map(|encryption| **encryption),
        kms_key: table.kms_key.as_ref().map(|key| key.as_str().to_owned()),
        lifecycle: table.lifecycle.as_ref().and_then(|table| lifecycle(key, table, problems)),
        policy: table.policy.as_ref().map(|file| PathBuf::from(file.as_str())),
        resource_tags: table.resource_tags.clone(),
    }
}

fn check_mutable_tags(key: &Located<String>, table: &RegistryTable, problems: &mut Problems<'_>) {
    let Some(first) = table.mutable_tags.first() else { return };
    if !table.immutable_tags {
        let message = format!("registry `{}` has `mutable-tags`, but all of its tags can be moved", key.as_str());
        problems.push(
            Diagnostic::error("misplaced-key", message)
                .label(first.span(), "has no effect here")
                .help("set `immutable-tags = true`"),
        );
    }
    if let Some(sixth) = table.mutable_tags.get(MOST_FILTERS) {
        let message = format!("ECR takes {MOST_FILTERS} `mutable-tags` at most");
        problems.push(Diagnostic::error("invalid-value", message).label(sixth.span(), "one too many"));
    }
    for tag in table.mutable_tags.iter().filter(|tag| !is_filter(tag)) {
        let message = format!("`{}` fits no tag", tag.as_str());
        let help = "letters, digits, `.`, `_` and `-` stand for themselves, `*` for anything";
        problems.push(
            Diagnostic::error("invalid-value", message)
                .label(tag.span(), "this filter")
                .help(help),
        );
    }
}

fn is_filter(text: &str) -> bool {
    (1..=128).contains(&text.len()) && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-*".contains(c))
}

fn lifecycle(key: &Located<String>, table: &LifecycleTable, problems: &mut Problems<'_>) -> Option<Lifecycle> {
    let rules = LifecycleRules {
        keep: table.keep.iter().map(|tag| tag.as_str().to_owned()).collect(),
        keep_last: table.keep_last.as_ref().map(|number| **number),
        expire_untagged_days: table.expire_untagged.as_ref().and_then(|text| days(text, problems)),
    };
    for tag in table.keep.iter().filter(|tag| !is_filter(tag)) {
        let message = format!("`{}` fits no tag", tag.as_str());
        problems.push(Diagnostic::error("invalid-value", message).label(tag.span(), "this pattern"));
    }
    if let Some(none) = table.keep_last.as_ref().filter(|number| ***number == 0) {
        problems.push(Diagnostic::error("invalid-value", "a lifecycle keeps one image at least").label(none.span(), "this number"));
    }
    let says_nothing = rules == LifecycleRules::default();
    if let Some(file) = &table.file {
        if !says_nothing {
            let message = "`file` is a lifecycle policy by itself";
            problems.push(
                Diagnostic::error("misplaced-key", message)
                    .label(file.span(), "beside other keys")
                    .help("take `file` or the other keys out"),
            );
        }
        return Some(Lifecycle::File(PathBuf::from(file.as_str())));
    }
    if rules.keep_last.is_none() && rules.expire_untagged_days.is_none() && table.expire_untagged.is_none() {
        let message = format!("the lifecycle of registry `{}` lets nothing go", key.as_str());
        problems.push(
            Diagnostic::error("missing-key", message)
                .label(key.span(), "this registry")
                .help("set `keep-last`, `expire-untagged` or `file`, or take the table out"),
        );
    }
    (!says_nothing).then_some(Lifecycle::Rules(rules))
}

/// `7d`: ECR counts whole days.
fn days(text: &Located<String>, problems: &mut Problems<'_>) -> Option<u32> {
    let days = text.strip_suffix('d').and_then(|days| days.parse().ok()).filter(|days| *days > 0);
    if days.is_none() {
        let message = format!("`{}` is no number of days", text.as_str());
        problems.push(
            Diagnostic::error("invalid-value", message)
                .label(text.span(), "this value")
                .help("write it as `7d`"),
        );
    }
    days
}
