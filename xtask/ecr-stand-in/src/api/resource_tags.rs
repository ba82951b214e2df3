//! AWS's tags of a repository, as bills and permissions use them.

use serde_json::{Value, json};

use crate::{model::Repository, service::Service};

use super::{
    ApiError, Input,
    repositories::{ResourceTags, arn},
};

/// ECR's limit.
const MOST: usize = 50;

pub(super) fn add(input: &Input<'_>, service: &Service) -> Result<Value, ApiError> {
    let tags = read(*input)?;
    change(*input, service, |repository| {
        let mut all = repository.resource_tags.clone();
        all.extend(tags);
        if all.len() > MOST {
            return Err(ApiError::new(
                "TooManyTagsException",
                format!("a repository has at most {MOST} tags"),
            ));
        }
        repository.resource_tags = all;
        Ok(json!({}))
    })
}

pub(super) fn remove(input: &Input<'_>, service: &Service) -> Result<Value, ApiError> {
    let keys = input.texts("tagKeys");
    change(*input, service, |repository| {
        repository.resource_tags.retain(|key, _| !keys.contains(key));
        Ok(json!({}))
    })
}

pub(super) fn list(input: &Input<'_>, service: &Service) -> Result<Value, ApiError> {
    change(*input, service, |repository| {
        let tags = repository.resource_tags.iter();
        let tags: Vec<Value> = tags.map(|(key, value)| json!({"Key": key, "Value": value})).collect();
        Ok(json!({"tags": tags}))
    })
}

/// The tags of an input.
pub(super) fn read(input: Input<'_>) -> Result<ResourceTags, ApiError> {
    let tags = input.list("tags").iter().map(|tag| {
        let text = |name: &str| tag[name].as_str().map(str::to_owned);
        let key = text("Key").filter(|key| !key.is_empty());
        let key = key.ok_or_else(|| ApiError::new("InvalidTagParameterException", "a tag needs a key"))?;
        Ok((key, text("Value").unwrap_or_default()))
    });
    tags.collect()
}

fn change<F>(input: Input<'_>, service: &Service, change: F) -> Result<Value, ApiError>
where
    F: FnOnce(&mut Repository) -> Result<Value, ApiError>,
{
    let resource = input.required("resourceArn")?;
    let name = resource.strip_prefix(&arn(service, ""));
    let name = name.ok_or_else(|| ApiError::invalid(format!("'{resource}' is no repository of the stand-in's")))?;
    change(service.account().repository_mut(name)?)
}
