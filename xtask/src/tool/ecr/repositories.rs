//! ECR's calls on repositories: how they are, and making them as they are to be.

use std::collections::BTreeMap;

use aws_sdk_ecr::{
    operation::{
        create_repository::CreateRepositoryError, get_lifecycle_policy::GetLifecyclePolicyError,
        get_repository_policy::GetRepositoryPolicyError,
    },
    types::{
        EncryptionConfiguration, EncryptionType, ImageScanningConfiguration, ImageTagMutability, ImageTagMutabilityExclusionFilter,
        ImageTagMutabilityExclusionFilterType, Repository, Tag,
    },
};
use serde_json::Value;

use super::{Call, Ecr, EcrError, RepositoryState};

/// A repository that is there.
#[derive(Clone, Debug)]
pub struct Existing {
    /// Its name.
    pub name: String,
    /// Its ARN, which names it as a resource.
    arn: String,
    /// Where it is pushed to.
    pub(super) uri: String,
    /// How it is.
    pub state: RepositoryState,
}

impl Ecr {
    /// Those of `names` that are there, by name. Their policies and resource tags are not read yet: see [`details`](Self::details).
    pub async fn existing(&self, names: &[String]) -> Result<BTreeMap<String, Existing>, EcrError> {
        const ACTION: &str = "ecr:DescribeRepositories";
        let request = self.client.describe_repositories().set_registry_id(self.registry.account.clone());
        let mut pages = request.into_paginator().page_size(1000).send();
        let mut found = BTreeMap::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| EcrError::of(ACTION, "*", &error))?;
            for repository in page.repositories() {
                let name = repository.repository_name().unwrap_or_default();
                if names.iter().any(|wanted| wanted == name) {
                    found.insert(name.to_owned(), Existing::new(repository));
                }
            }
        }
        Ok(found)
    }

    /// Reads what [`existing`](Self::existing) leaves open.
    pub async fn details(&self, repository: &mut Existing) -> Result<(), EcrError> {
        let name = repository.name.clone();
        let request = self.client.get_lifecycle_policy().repository_name(&name);
        repository.state.lifecycle = match request.set_registry_id(self.registry.account.clone()).send().await {
            Ok(answer) => answer.lifecycle_policy_text().and_then(|text| serde_json::from_str(text).ok()),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(GetLifecyclePolicyError::is_lifecycle_policy_not_found_exception) =>
            {
                None
            }
            Err(error) => return Err(EcrError::of("ecr:GetLifecyclePolicy", &name, &error)),
        };
        let request = self.client.get_repository_policy().repository_name(&name);
        repository.state.policy = match request.set_registry_id(self.registry.account.clone()).send().await {
            Ok(answer) => answer.policy_text().and_then(|text| serde_json::from_str(text).ok()),
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(GetRepositoryPolicyError::is_repository_policy_not_found_exception) =>
            {
                None
            }
            Err(error) => return Err(EcrError::of("ecr:GetRepositoryPolicy", &name, &error)),
        };
        let answer = self.client.list_tags_for_resource().resource_arn(&repository.arn).send().await;
        let answer = answer.map_err(|error| EcrError::of("ecr:ListTagsForResource", &name, &error))?;
        let tags = answer.tags().iter().map(|tag| (tag.key().to_owned(), tag.value().to_owned()));
        repository.state.resource_tags = tags.collect();
        Ok(())
    }

    /// Creates a repository; its policies are set by calls of their own. One that somebody else has created meanwhile is taken as it is.
    pub async fn create(&self, name: &str, wanted: &RepositoryState) -> Result<Existing, EcrError> {
        const ACTION: &str = "ecr:CreateRepository";
        let mut request = self
            .client
            .create_repository()
            .repository_name(name)
            .set_registry_id(self.registry.account.clone())
            .image_tag_mutability(ImageTagMutability::from(wanted.mutability.as_str()))
            .image_scanning_configuration(scanning(wanted.scan_on_push));
        for filter in filters(wanted, ACTION)? {
            request = request.image_tag_mutability_exclusion_filters(filter);
        }
        for tag in wanted.resource_tags.iter().map(|(key, value)| tag(key, value, ACTION)) {
            request = request.tags(tag?);
        }
        if !wanted.encryption.is_empty() {
            let encryption = EncryptionConfiguration::builder()
                .encryption_type(EncryptionType::from(wanted.encryption.as_str()))
                .set_kms_key(wanted.kms_key.clone());
            let encryption = encryption.build().map_err(|error| EcrError::unusable(ACTION, &error.to_string()))?;
            request = request.encryption_configuration(encryption);
        }
        let answer = match request.send().await {
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(CreateRepositoryError::is_repository_already_exists_exception) =>
            {
                return self.describe(name).await;
            }
            other => other.map_err(|error| EcrError::of(ACTION, name, &error))?,
        };
        let created = answer.repository().map(Existing::new);
        let mut created = created.ok_or_else(|| EcrError::unusable(ACTION, "the answer holds no repository"))?;
        created.state.resource_tags.clone_from(&wanted.resource_tags);
        Ok(created)
    }

    /// Makes one difference go.
    pub async fn mend(&self, repository: &Existing, wanted: &RepositoryState, call: &Call) -> Result<(), EcrError> {
        let (name, account) = (repository.name.as_str(), self.registry.account.clone());
        match call {
            Call::SetMutability => {
                const ACTION: &str = "ecr:PutImageTagMutability";
                let request = self
                    .client
                    .put_image_tag_mutability()
                    .repository_name(name)
                    .set_registry_id(account);
                let mut request = request.image_tag_mutability(ImageTagMutability::from(wanted.mutability.as_str()));
                for filter in filters(wanted, ACTION)? {
                    request = request.image_tag_mutability_exclusion_filters(filter);
                }
                request.send().await.map(drop).map_err(|error| EcrError::of(ACTION, name, &error))
            }
            Call::SetScanOnPush => {
                let request = self
                    .client
                    .put_image_scanning_configuration()
                    .repository_name(name)
                    .set_registry_id(account);
                let answer = request.image_scanning_configuration(scanning(wanted.scan_on_push)).send().await;
                answer
                    .map(drop)
                    .map_err(|error| EcrError::of("ecr:PutImageScanningConfiguration", name, &error))
            }
            Call::PutLifecycle => {
                let request = self.client.put_lifecycle_policy().repository_name(name).set_registry_id(account);
                let answer = request.lifecycle_policy_text(text(wanted.lifecycle.as_ref())).send().await;
                answer
                    .map(drop)
                    .map_err(|error| EcrError::of("ecr:PutLifecyclePolicy", name, &error))
            }
            Call::DeleteLifecycle => {
                let request = self.client.delete_lifecycle_policy().repository_name(name).set_registry_id(account);
                request
                    .send()
                    .await
                    .map(drop)
                    .map_err(|error| EcrError::of("ecr:DeleteLifecyclePolicy", name, &error))
            }
            Call::SetPolicy => {
                let request = self.client.set_repository_policy().repository_name(name).set_registry_id(account);
                let answer = request.policy_text(text(wanted.policy.as_ref())).send().await;
                answer
                    .map(drop)
                    .map_err(|error| EcrError::of("ecr:SetRepositoryPolicy", name, &error))
            }
            Call::DeletePolicy => {
                let request = self
                    .client
                    .delete_repository_policy()
                    .repository_name(name)
                    .set_registry_id(account);
                request
                    .send()
                    .await
                    .map(drop)
                    .map_err(|error| EcrError::of("ecr:DeleteRepositoryPolicy", name, &error))
            }
            Call::Tag(key, value) => {
                const ACTION: &str = "ecr:TagResource";
                let request = self
                    .client
                    .tag_resource()
                    .resource_arn(&repository.arn)
                    .tags(tag(key, value, ACTION)?);
                request.send().await.map(drop).map_err(|error| EcrError::of(ACTION, name, &error))
            }
            Call::Untag(key) => {
                let request = self.client.untag_resource().resource_arn(&repository.arn).tag_keys(key);
                request
                    .send()
                    .await
                    .map(drop)
                    .map_err(|error| EcrError::of("ecr:UntagResource", name, &error))
            }
        }
    }
}

impl Existing {
    /// From the API's answer, which has neither policies nor resource tags.
    pub(super) fn new(repository: &Repository) -> Self {
        let mutability = repository.image_tag_mutability().map_or("MUTABLE", ImageTagMutability::as_str);
        let encryption = repository.encryption_configuration();
        let exclusions = repository.image_tag_mutability_exclusion_filters().iter();
        Self {
            name: repository.repository_name().unwrap_or_default().to_owned(),
            arn: repository.repository_arn().unwrap_or_default().to_owned(),
            uri: repository.repository_uri().unwrap_or_default().to_owned(),
            state: RepositoryState {
                mutability: mutability.to_owned(),
                exclusions: exclusions.map(|filter| filter.filter().to_owned()).collect(),
                scan_on_push: repository
                    .image_scanning_configuration()
                    .is_some_and(ImageScanningConfiguration::scan_on_push),
                encryption: encryption
                    .map_or("AES256", |encryption| encryption.encryption_type().as_str())
                    .to_owned(),
                kms_key: encryption.and_then(|encryption| encryption.kms_key()).map(str::to_owned),
                ..RepositoryState::default()
            },
        }
    }
}

fn scanning(on_push: bool) -> ImageScanningConfiguration {
    ImageScanningConfiguration::builder().scan_on_push(on_push).build()
}

fn filters(wanted: &RepositoryState, action: &str) -> Result<Vec<ImageTagMutabilityExclusionFilter>, EcrError> {
    let filter = |filter: &String| {
        let filter = ImageTagMutabilityExclusionFilter::builder()
            .filter_type(ImageTagMutabilityExclusionFilterType::Wildcard)
            .filter(filter);
        filter.build().map_err(|error| EcrError::unusable(action, &error.to_string()))
    };
    wanted.exclusions.iter().map(filter).collect()
}

fn tag(key: &str, value: &str, action: &str) -> Result<Tag, EcrError> {
    let tag = Tag::builder().key(key).value(value).build();
    tag.map_err(|error| EcrError::unusable(action, &error.to_string()))
}

fn text(policy: Option<&Value>) -> String {
    policy.map(Value::to_string).unwrap_or_default()
}
