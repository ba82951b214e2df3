//! Who may do what with a repository: kept, not obeyed.

use serde_json::Value;

use crate::service::{Account, Service};

use super::{ApiError, Input, repositories::head};

pub(super) fn set(input: &Input<'_>, service: &Service) -> Result<Value, ApiError> {
    let name = input.required("repositoryName")?;
    let text = input.required("policyText")?;
    if !serde_json::from_str(text).is_ok_and(|value: Value| value.is_object()) {
        return Err(ApiError::invalid(
            "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'",
        ));
    }
    let mut account = service.account();
    account.repository_mut(name)?.policy = Some(text.to_owned());
    Ok(shown(&account, name, text))
}

pub(super) fn get(input: &Input<'_>, service: &Service) -> Result<Value, ApiError> {
    let name = input.required("repositoryName")?;
    let account = service.account();
    let policy = account.repository(name)?.policy.clone();
    let policy = policy.ok_or_else(|| missing(&account, name))?;
    Ok(shown(&account, name, &policy))
}

pub(super) fn delete(input: &Input<'_>, service: &Service) -> Result<Value, ApiError> {
    let name = input.required("repositoryName")?;
    let mut account = service.account();
    let policy = account.repository_mut(name)?.policy.take();
    let policy = policy.ok_or_else(|| missing(&account, name))?;
    Ok(shown(&account, name, &policy))
}

fn shown(account: &Account, name: &str, text: &str) -> Value {
    let mut answer = head(account, name);
    answer["policyText"] = text.into();
    answer
}

fn missing(account: &Account, name: &str) -> ApiError {
    let message = format!(
        "Repository policy does not exist for the repository with name '{name}' in the registry with id '{}'",
        account.id
    );
    ApiError::new("RepositoryPolicyNotFoundException", message)
}
