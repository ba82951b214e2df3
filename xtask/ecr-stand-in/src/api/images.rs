//! Images by their manifests: put, fetched, deleted.

use serde_json::{Value, json};

use crate::{
    http::Response,
    model::{Image, Images, Refusal, sha256},
    service::Service,
};

use super::{
    ApiError, Input,
    image_answers::{self, ImageId},
};

pub(super) fn put(input: &Input<'_>, service: &Service) -> Result<Value, ApiError> {
    let name = input.required("repositoryName")?;
    let manifest = input.required("imageManifest")?.as_bytes().to_vec();
    let tag = input.text("imageTag");
    let digest = sha256(&manifest);
    if input.text("imageDigest").is_some_and(|expected| expected != digest) {
        let message = "The specified image digest does not match the digest that Amazon ECR calculated for the image";
        return Err(ApiError::new("ImageDigestDoesNotMatchException", message));
    }
    service.account().repository(name)?;
    let now = service.account().clock.now();
    let image = Image::new(manifest, input.text("imageManifestMediaType"), now);
    // The real registry checks that all it refers to is there.
    let answer = service.backend.put_manifest(name, &digest, &image.media_type, &image.manifest)?;
    if answer.status != 201 {
        return Err(rejected(&answer));
    }
    let mut account = service.account();
    let repository = account.repository_mut(name)?;
    let scan = repository.scan_on_push;
    let put = repository.images.put(image.clone(), tag, &repository.mutability);
    put.map_err(|refusal| refused(refusal, name, tag, &digest))?;
    if scan {
        account.scans.start(name, &digest);
    }
    Ok(json!({"image": image_answers::whole(&account, name, &image, tag)}))
}

pub(super) fn batch_get(input: &Input<'_>, service: &Service) -> Result<Value, ApiError> {
    let name = input.required("repositoryName")?;
    let account = service.account();
    let images = &account.repository(name)?.images;
    let (mut found, mut failures) = (Vec::new(), Vec::new());
    for id in ImageId::read_all(*input)? {
        match id.find(images) {
            Ok(image) => found.push(image_answers::whole(&account, name, image, id.tag.as_deref())),
            Err(failure) => failures.push(failure.shown()),
        }
    }
    Ok(json!({"images": found, "failures": failures}))
}

pub(super) fn batch_delete(input: &Input<'_>, service: &Service) -> Result<Value, ApiError> {
    let name = input.required("repositoryName")?;
    let mut account = service.account();
    let images = &mut account.repository_mut(name)?.images;
    let (mut deleted, mut failures) = (Vec::new(), Vec::new());
    for id in ImageId::read_all(*input)? {
        match delete(&id, images) {
            Ok(ids) => deleted.extend(ids),
            Err(failure) => failures.push(failure.shown()),
        }
    }
    Ok(json!({"imageIds": deleted, "failures": failures}))
}

/// By tag, the tag goes; by digest, everything. Gives what is gone.
fn delete(id: &ImageId, images: &mut Images) -> Result<Vec<Value>, image_answers::Failure> {
    let digest = id.find(images)?.digest.clone();
    if let Some(tag) = &id.tag {
        images.remove_tag(tag);
        return Ok(vec![image_answers::id(&digest, Some(tag))]);
    }
    if images.is_listed(&digest) {
        return Err(id.failure("ImageReferencedByManifestList", "Requested image referenced by manifest list"));
    }
    let tags = images.tags_of(&digest);
    images.remove(&digest);
    if tags.is_empty() {
        return Ok(vec![image_answers::id(&digest, None)]);
    }
    Ok(tags.iter().map(|tag| image_answers::id(&digest, Some(tag))).collect())
}

/// Why the real registry does not take a manifest, in ECR's words.
fn rejected(answer: &Response) -> ApiError {
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    let code = if text.contains("BLOB_UNKNOWN") {
        "LayersNotFoundException"
    } else if text.contains("MANIFEST_UNKNOWN") {
        "ReferencedImagesNotFoundException"
    } else {
        "InvalidParameterException"
    };
    ApiError::new(code, text)
}

fn refused(refusal: Refusal, name: &str, tag: Option<&str>, digest: &str) -> ApiError {
    let tag = tag.map_or_else(|| "without a tag".to_owned(), |tag| format!("and tag '{tag}'"));
    match refusal {
        Refusal::SameDigest => ApiError::new(
            "ImageAlreadyExistsException",
            format!("Image with digest '{digest}' {tag} already exists in the repository with name '{name}'"),
        ),
        Refusal::FixedTag => ApiError::new(
            "ImageTagAlreadyExistsException",
            format!("An image {tag} already exists in the '{name}' repository and cannot be overwritten because the tag is immutable"),
        ),
    }
}
