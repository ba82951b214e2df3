//! Lifecycle policies: kept, and looked ahead. They act when the clock is moved by a day.

use serde_json::{Value, json};

use crate::{
    model::{LifecyclePolicy, LifecyclePreview},
    service::{Account, Service},
};

use super::{ApiError, Input, image_answers::ImageId, lookups, page, repositories::head};

pub(super) fn put(input: &Input<'_>, service: &Service) -> Result<Value, ApiError> {
    let name = input.required("repositoryName")?;
    let text = input.required("lifecyclePolicyText")?;
    let mut account = service.account();
    account.repository(name)?;
    let policy = read(text)?;
    account.repository_mut(name)?.lifecycle = Some(policy);
    Ok(shown(&account, name, text))
}

pub(super) fn get(input: &Input<'_>, service: &Service) -> Result<Value, ApiError> {
    let name = input.required("repositoryName")?;
    let account = service.account();
    let policy = account.repository(name)?.lifecycle.as_ref();
    let policy = policy.ok_or_else(|| missing(&account, name))?;
    Ok(with_time(shown(&account, name, &policy.text), &account))
}

pub(super) fn delete(input: &Input<'_>, service: &Service) -> Result<Value, ApiError> {
    let name = input.required("repositoryName")?;
    let mut account = service.account();
    let policy = account.repository_mut(name)?.lifecycle.take();
    let policy = policy.ok_or_else(|| missing(&account, name))?;
    Ok(with_time(shown(&account, name, &policy.text), &account))
}

pub(super) fn start_preview(input: &Input<'_>, service: &Service) -> Result<Value, ApiError> {
    let name = input.required("repositoryName")?;
    let mut account = service.account();
    let now = account.clock.now();
    let policy = match input.text("lifecyclePolicyText") {
        Some(text) => {
            account.repository(name)?;
            read(text)?
        }
        None => account.repository(name)?.lifecycle.clone().ok_or_else(|| missing(&account, name))?,
    };
    let repository = account.repository_mut(name)?;
    if repository.preview.as_ref().is_some_and(|preview| !preview.done) {
        let message = "The previous lifecycle policy preview request has not completed. Wait and try again.";
        return Err(ApiError::new("LifecyclePolicyPreviewInProgressException", message));
    }
    repository.preview = Some(LifecyclePreview {
        expiries: policy.expiries(&repository.images, now),
        text: policy.text.clone(),
        done: false,
    });
    let mut answer = shown(&account, name, &policy.text);
    answer["status"] = "IN_PROGRESS".into();
    Ok(answer)
}

/// The first answer is that it is not ready yet, as it is with ECR: who does not ask again misses it here, too.
pub(super) fn get_preview(input: &Input<'_>, service: &Service) -> Result<Value, ApiError> {
    let name = input.required("repositoryName")?;
    let mut account = service.account();
    let Some(preview) = &mut account.repository_mut(name)?.preview else {
        let message = format!("There is no lifecycle policy preview for the repository with name '{name}'");
        return Err(ApiError::new("LifecyclePolicyPreviewNotFoundException", message));
    };
    let was_done = std::mem::replace(&mut preview.done, true);
    let preview = preview.clone();
    let mut answer = shown(&account, name, &preview.text);
    answer["status"] = if was_done { "COMPLETE" } else { "IN_PROGRESS" }.into();
    if was_done {
        let results = results(*input, &account, name, &preview)?;
        answer["summary"] = json!({"expiringImageTotalCount": preview.expiries.len()});
        page::put(&mut answer, "previewResults", &results, *input)?;
    }
    Ok(answer)
}

fn results(input: Input<'_>, account: &Account, name: &str, preview: &LifecyclePreview) -> Result<Vec<Value>, ApiError> {
    let images = &account.repository(name)?.images;
    let wanted: Vec<_> = input.list("imageIds").iter().map(ImageId::read).collect();
    let is_wanted = |digest: &str| wanted.is_empty() || wanted.iter().any(|id| id.find(images).is_ok_and(|image| image.digest == digest));
    let mut results = Vec::new();
    for expiry in preview.expiries.iter().filter(|expiry| is_wanted(&expiry.digest)) {
        // It may be gone since.
        let Some(image) = images.get(&expiry.digest) else { continue };
        let tags = images.tags_of(&expiry.digest);
        if lookups::is_wanted(input, !tags.is_empty()) {
            results.push(json!({
                "imageTags": tags,
                "imageDigest": expiry.digest,
                "imagePushedAt": image.pushed.as_secs_f64(),
                "action": {"type": "EXPIRE"},
                "appliedRulePriority": expiry.rule,
            }));
        }
    }
    Ok(results)
}

fn read(text: &str) -> Result<LifecyclePolicy, ApiError> {
    LifecyclePolicy::read(text).map_err(|problem| ApiError::invalid(format!("Lifecycle policy validation failure: {problem}")))
}

fn shown(account: &Account, name: &str, text: &str) -> Value {
    let mut answer = head(account, name);
    answer["lifecyclePolicyText"] = text.into();
    answer
}

fn with_time(mut answer: Value, account: &Account) -> Value {
    answer["lastEvaluatedAt"] = account.clock.now().as_secs_f64().into();
    answer
}

fn missing(account: &Account, name: &str) -> ApiError {
    let message = format!(
        "Lifecycle policy does not exist for the repository with name '{name}' in the registry with id '{}'",
        account.id
    );
    ApiError::new("LifecyclePolicyNotFoundException", message)
}
