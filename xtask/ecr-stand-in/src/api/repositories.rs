//! Repositories: made, looked up, changed, deleted.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    model::{Images, Mutability, Repository},
    service::{Account, Service},
};

use super::{ApiError, Input, page, resource_tags};

pub(super) fn create(input: &Input<'_>, service: &Service) -> Result<Value, ApiError> {
    let name = input.required("repositoryName")?;
    if !Repository::is_name(name) {
        return Err(ApiError::invalid(format!("'{name}' is no name of a repository")));
    }
    let mutability = mutability(*input)?;
    let mut account = service.account();
    if account.repositories.contains_key(name) {
        let message = format!(
            "The repository with name '{name}' already exists in the registry with id '{}'",
            account.id
        );
        return Err(ApiError::new("RepositoryAlreadyExistsException", message));
    }
    let encryption = match input.value("encryptionConfiguration") {
        Value::Null => json!({"encryptionType": "AES256"}),
        asked => asked.clone(),
    };
    let repository = Repository {
        name: name.to_owned(),
        created: account.clock.now(),
        mutability,
        scan_on_push: input.value("imageScanningConfiguration")["scanOnPush"]
            .as_bool()
            .unwrap_or_default(),
        encryption,
        resource_tags: resource_tags::read(*input)?,
        policy: None,
        lifecycle: None,
        preview: None,
        images: Images::default(),
    };
    let answer = json!({"repository": shown(&repository, service)});
    account.repositories.insert(name.to_owned(), repository);
    Ok(answer)
}

pub(super) fn describe(input: &Input<'_>, service: &Service) -> Result<Value, ApiError> {
    let account = service.account();
    let names = input.texts("repositoryNames");
    let found: Vec<Value> = if names.is_empty() {
        account.repositories.values().map(|repository| shown(repository, service)).collect()
    } else {
        let wanted = names.iter().map(|name| account.repository(name).map(|found| shown(found, service)));
        wanted.collect::<Result<_, _>>()?
    };
    let mut answer = json!({});
    page::put(&mut answer, "repositories", &found, *input)?;
    Ok(answer)
}

pub(super) fn delete(input: &Input<'_>, service: &Service) -> Result<Value, ApiError> {
    let name = input.required("repositoryName")?;
    let force = input.value("force").as_bool().unwrap_or_default();
    let mut account = service.account();
    if !force && !account.repository(name)?.images.is_empty() {
        let message = format!(
            "The repository with name '{name}' in registry with id '{}' cannot be deleted because it still contains images",
            account.id
        );
        return Err(ApiError::new("RepositoryNotEmptyException", message));
    }
    let repository = account.repository(name)?;
    let answer = json!({"repository": shown(repository, service)});
    account.repositories.remove(name);
    Ok(answer)
}

pub(super) fn put_mutability(input: &Input<'_>, service: &Service) -> Result<Value, ApiError> {
    let name = input.required("repositoryName")?;
    input.required("imageTagMutability")?;
    let mutability = mutability(*input)?;
    let mut account = service.account();
    account.repository_mut(name)?.mutability = mutability.clone();
    let mut answer = head(&account, name);
    answer["imageTagMutability"] = mutability.word().into();
    add_filters(&mut answer, &mutability);
    Ok(answer)
}

pub(super) fn put_scanning(input: &Input<'_>, service: &Service) -> Result<Value, ApiError> {
    let name = input.required("repositoryName")?;
    let scan_on_push = input.value("imageScanningConfiguration")["scanOnPush"]
        .as_bool()
        .unwrap_or_default();
    let mut account = service.account();
    account.repository_mut(name)?.scan_on_push = scan_on_push;
    let mut answer = head(&account, name);
    answer["imageScanningConfiguration"] = json!({"scanOnPush": scan_on_push});
    Ok(answer)
}

/// What most answers about a repository begin with.
pub(super) fn head(account: &Account, name: &str) -> Value {
    json!({"registryId": account.id, "repositoryName": name})
}

/// The name of a repository among all of AWS's resources.
pub(super) fn arn(service: &Service, name: &str) -> String {
    let options = &service.options;
    format!("arn:aws:ecr:{}:{}:repository/{name}", options.region, options.account)
}

fn mutability(input: Input<'_>) -> Result<Mutability, ApiError> {
    let filters = input.list("imageTagMutabilityExclusionFilters");
    if filters.iter().any(|filter| filter["filterType"] != "WILDCARD") {
        return Err(ApiError::invalid("an exclusion filter's 'filterType' must be WILDCARD"));
    }
    let filters = filters
        .iter()
        .map(|filter| filter["filter"].as_str().unwrap_or_default().to_owned());
    let word = input.text("imageTagMutability").unwrap_or("MUTABLE");
    Mutability::read(word, filters.collect()).map_err(ApiError::invalid)
}

fn add_filters(answer: &mut Value, mutability: &Mutability) {
    let filters = mutability.filters().iter();
    let filters: Vec<Value> = filters.map(|filter| json!({"filterType": "WILDCARD", "filter": filter})).collect();
    if !filters.is_empty() {
        answer["imageTagMutabilityExclusionFilters"] = filters.into();
    }
}

fn shown(repository: &Repository, service: &Service) -> Value {
    let name = &repository.name;
    let mut shown = json!({
        "repositoryArn": arn(service, name),
        "registryId": service.options.account,
        "repositoryName": name,
        "repositoryUri": format!("{}/{name}", service.host),
        "createdAt": repository.created.as_secs_f64(),
        "imageTagMutability": repository.mutability.word(),
        "imageScanningConfiguration": {"scanOnPush": repository.scan_on_push},
        "encryptionConfiguration": repository.encryption,
    });
    add_filters(&mut shown, &repository.mutability);
    shown
}

/// A repository's own tags: AWS's, not those of images.
pub(super) type ResourceTags = BTreeMap<String, String>;
