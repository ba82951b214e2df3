//! What there is of images.

use serde_json::{Value, json};

use crate::service::Service;

use super::{
    ApiError, Input,
    image_answers::{self, ImageId},
    page,
};

pub(super) fn describe(input: &Input<'_>, service: &Service) -> Result<Value, ApiError> {
    let name = input.required("repositoryName")?;
    let account = service.account();
    let repository = account.repository(name)?;
    let images = &repository.images;
    let mut wanted = Vec::new();
    for id in input.list("imageIds").iter().map(ImageId::read) {
        wanted.push(id.find(images).map_err(|failure| {
            let message = format!(
                "The image with imageId {} does not exist within the repository with name '{name}' in the registry with id '{}'",
                failure.shown()["imageId"],
                account.id
            );
            ApiError::new("ImageNotFoundException", message)
        })?);
    }
    if input.list("imageIds").is_empty() {
        wanted = images.all();
    }
    let details: Vec<Value> = wanted
        .into_iter()
        .filter(|image| is_wanted(*input, !images.tags_of(&image.digest).is_empty()))
        .map(|image| image_answers::detail(&account, name, image, images))
        .collect();
    let mut answer = json!({});
    page::put(&mut answer, "imageDetails", &details, *input)?;
    Ok(answer)
}

pub(super) fn list(input: &Input<'_>, service: &Service) -> Result<Value, ApiError> {
    let name = input.required("repositoryName")?;
    let account = service.account();
    let images = &account.repository(name)?.images;
    let mut ids = Vec::new();
    for image in images.all() {
        let tags = images.tags_of(&image.digest);
        if !is_wanted(*input, !tags.is_empty()) {
            continue;
        }
        if tags.is_empty() {
            ids.push(image_answers::id(&image.digest, None));
        }
        ids.extend(tags.iter().map(|tag| image_answers::id(&image.digest, Some(tag))));
    }
    let mut answer = json!({});
    page::put(&mut answer, "imageIds", &ids, *input)?;
    Ok(answer)
}

/// Whether the input's filter lets through what has tags, or has none.
pub(super) fn is_wanted(input: Input<'_>, tagged: bool) -> bool {
    match input.value("filter")["tagStatus"].as_str() {
        Some("TAGGED") => tagged,
        Some("UNTAGGED") => !tagged,
        _ => true,
    }
}
