//! A repository of ECR as it is, or as it is to be; and what lies between the two.

use std::collections::BTreeMap;

use serde_json::Value;

use super::lifecycle;
use crate::pipeline::{EcrRepository, Encryption, Lifecycle};

/// What can be declared of a repository.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RepositoryState {
    /// `MUTABLE`, `IMMUTABLE`, or one of them `_WITH_EXCLUSION`.
    pub mutability: String,
    /// The filters of the exclusion.
    pub exclusions: Vec<String>,
    /// Whether what is pushed is scanned.
    pub scan_on_push: bool,
    /// `AES256`, `KMS` or `KMS_DSSE`; empty if nothing is declared.
    pub encryption: String,
    /// The KMS key.
    pub kms_key: Option<String>,
    /// The lifecycle policy.
    pub lifecycle: Option<Value>,
    /// The repository policy.
    pub policy: Option<Value>,
    /// Tags of the resource.
    pub resource_tags: BTreeMap<String, String>,
}

/// One difference, and the call that mends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Which setting, in our words: `tag mutability`.
    pub what: String,
    /// What it is; `None` if it is not there.
    pub from: Option<String>,
    /// What it is to be; `None` if it is not declared.
    pub to: Option<String>,
    /// The call; `None` where only a new repository could have it.
    pub call: Option<Call>,
}

/// A call that mends a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Call {
    /// `PutImageTagMutability`.
    SetMutability,
    /// `PutImageScanningConfiguration`.
    SetScanOnPush,
    /// `PutLifecyclePolicy`.
    PutLifecycle,
    /// `DeleteLifecyclePolicy`.
    DeleteLifecycle,
    /// `SetRepositoryPolicy`.
    SetPolicy,
    /// `DeleteRepositoryPolicy`.
    DeletePolicy,
    /// `TagResource`.
    Tag(String, String),
    /// `UntagResource`.
    Untag(String),
}

impl Call {
    /// Whether something that is there goes with it.
    pub const fn removes(&self) -> bool {
        matches!(self, Self::DeleteLifecycle | Self::DeletePolicy | Self::Untag(_))
    }
}

impl RepositoryState {
    /// What a registry declares of its repositories, but for what stands in files.
    pub fn declared(repository: &EcrRepository) -> Self {
        let EcrRepository {
            immutable_tags,
            mutable_tags,
            scan_on_push,
            encryption,
            kms_key,
            lifecycle: rules,
            policy: _,
            resource_tags,
        } = repository;
        let mutability = match (immutable_tags, mutable_tags.is_empty()) {
            (false, _) => "MUTABLE",
            (true, true) => "IMMUTABLE",
            (true, false) => "IMMUTABLE_WITH_EXCLUSION",
        };
        Self {
            mutability: mutability.to_owned(),
            exclusions: mutable_tags.clone(),
            scan_on_push: *scan_on_push,
            encryption: match encryption {
                None => "",
                Some(Encryption::Aes256) => "AES256",
                Some(Encryption::Kms) => "KMS",
                Some(Encryption::KmsDsse) => "KMS_DSSE",
            }
            .to_owned(),
            kms_key: kms_key.clone(),
            lifecycle: match rules {
                Some(Lifecycle::Rules(rules)) => Some(lifecycle::policy(rules)),
                Some(Lifecycle::File(_)) | None => None,
            },
            policy: None,
            resource_tags: resource_tags.clone(),
        }
    }

    /// What has to change so that `self`, as it is, becomes what is `wanted`. What is there and not declared is among it.
    pub fn changes(&self, wanted: &Self) -> Vec<Change> {
        let mut changes = Vec::new();
        let mut differ = |what: &str, from: Option<String>, to: Option<String>, call: Option<Call>| {
            if from != to {
                let what = what.to_owned();
                changes.push(Change { what, from, to, call });
            }
        };
        differ(
            "tag mutability",
            Some(self.mutability()),
            Some(wanted.mutability()),
            Some(Call::SetMutability),
        );
        let scans = |state: &Self| Some(if state.scan_on_push { "yes" } else { "no" }.to_owned());
        differ("scan on push", scans(self), scans(wanted), Some(Call::SetScanOnPush));
        // ECR answers with a key's ARN, whatever it was called when the repository was created: only an ARN can be told apart.
        let same_key = wanted
            .kms_key
            .as_ref()
            .is_none_or(|key| !key.starts_with("arn:") || self.kms_key.as_ref() == Some(key));
        if !wanted.encryption.is_empty() && (self.encryption != wanted.encryption || !same_key) {
            differ("encryption", Some(self.encryption()), Some(wanted.encryption()), None);
        }
        if self.lifecycle != wanted.lifecycle {
            let call = if wanted.lifecycle.is_some() {
                Call::PutLifecycle
            } else {
                Call::DeleteLifecycle
            };
            let text = |policy: &Value| lifecycle::descriptions(policy).join("; ");
            let (from, to) = (self.lifecycle.as_ref().map(text), wanted.lifecycle.as_ref().map(text));
            // The same words may stand for other rules.
            let from = if from == to {
                from.map(|text| text + " (other rules)")
            } else {
                from
            };
            differ("lifecycle", from, to, Some(call));
        }
        if self.policy != wanted.policy {
            let call = if wanted.policy.is_some() {
                Call::SetPolicy
            } else {
                Call::DeletePolicy
            };
            let text = |policy: &Value| policy.to_string();
            differ(
                "repository policy",
                self.policy.as_ref().map(text),
                wanted.policy.as_ref().map(text),
                Some(call),
            );
        }
        for (key, value) in &wanted.resource_tags {
            let call = Call::Tag(key.clone(), value.clone());
            differ(
                &format!("resource tag {key}"),
                self.resource_tags.get(key).cloned(),
                Some(value.clone()),
                Some(call),
            );
        }
        for (key, value) in self
            .resource_tags
            .iter()
            .filter(|(key, _)| !wanted.resource_tags.contains_key(*key))
        {
            differ(
                &format!("resource tag {key}"),
                Some(value.clone()),
                None,
                Some(Call::Untag(key.clone())),
            );
        }
        changes
    }

    /// For people: `IMMUTABLE except latest`.
    pub fn mutability(&self) -> String {
        let word = self.mutability.strip_suffix("_WITH_EXCLUSION").unwrap_or(&self.mutability);
        if self.exclusions.is_empty() {
            return word.to_owned();
        }
        let mut exclusions = self.exclusions.clone();
        exclusions.sort_unstable();
        format!("{word} except {}", exclusions.join(", "))
    }

    /// For people: `KMS with alias/images`.
    pub fn encryption(&self) -> String {
        match &self.kms_key {
            Some(key) => format!("{} with {key}", self.encryption),
            None => self.encryption.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn state() -> RepositoryState {
        RepositoryState {
            mutability: "MUTABLE".into(),
            encryption: "AES256".into(),
            ..RepositoryState::default()
        }
    }

    #[test]
    fn what_is_the_same_is_no_change() {
        assert_eq!(state().changes(&state()), []);
        let undeclared = RepositoryState {
            encryption: String::new(),
            ..state()
        };
        assert_eq!(state().changes(&undeclared), [], "AWS chooses what nobody declares");
    }

    #[test]
    fn a_key_by_another_name_is_no_difference() {
        let encrypted = |key: Option<&str>| RepositoryState {
            encryption: "KMS".into(),
            kms_key: key.map(str::to_owned),
            ..state()
        };
        let actual = encrypted(Some("arn:aws:kms:us-east-1:123456789012:key/1"));
        for same in [None, Some("alias/images"), Some("arn:aws:kms:us-east-1:123456789012:key/1")] {
            assert_eq!(actual.changes(&encrypted(same)), [], "{same:?}");
        }
        assert_eq!(
            actual.changes(&encrypted(Some("arn:aws:kms:us-east-1:123456789012:key/2"))).len(),
            1
        );
    }

    #[test]
    fn each_difference_has_its_call_and_what_is_not_declared_goes_by_one_that_removes() {
        let wanted = RepositoryState {
            mutability: "IMMUTABLE_WITH_EXCLUSION".into(),
            exclusions: vec!["latest".into()],
            encryption: "KMS".into(),
            resource_tags: [("team".to_owned(), "web".to_owned())].into(),
            ..state()
        };
        let actual = RepositoryState {
            lifecycle: Some(json!({"rules": [{"description": "old"}]})),
            resource_tags: [("owner".to_owned(), "me".to_owned())].into(),
            ..state()
        };
        let changes = actual.changes(&wanted);
        let said: Vec<_> = changes
            .iter()
            .map(|Change { what, from, to, call }| {
                let word = |text: &Option<String>| text.clone().unwrap_or_else(|| "none".into());
                let removes = call
                    .as_ref()
                    .map_or("never", |call| if call.removes() { "removes" } else { "sets" });
                format!("{what}: {} -> {} ({removes})", word(from), word(to))
            })
            .collect();
        assert_eq!(
            said,
            [
                "tag mutability: MUTABLE -> IMMUTABLE except latest (sets)",
                "encryption: AES256 -> KMS (never)",
                "lifecycle: old -> none (removes)",
                "resource tag team: none -> web (sets)",
                "resource tag owner: me -> none (removes)",
            ]
        );
    }
}
