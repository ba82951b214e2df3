//! How images are named in inputs and shown in answers.

use serde_json::{Value, json};

use crate::{
    model::{Image, Images},
    service::Account,
};

use super::{ApiError, Input, repositories::head};

/// ECR's limit for one request.
const MOST: usize = 100;

/// A digest, a tag, or both.
#[derive(Clone, Debug)]
pub(super) struct ImageId {
    pub(super) digest: Option<String>,
    pub(super) tag: Option<String>,
}

/// One image of a batch that cannot be had; the others can.
#[derive(Clone, Debug)]
pub(super) struct Failure {
    id: ImageId,
    code: &'static str,
    reason: &'static str,
}

impl ImageId {
    /// The `imageIds` of an input; at least one.
    pub(super) fn read_all(input: Input<'_>) -> Result<Vec<Self>, ApiError> {
        let ids = input.list("imageIds");
        if ids.is_empty() || ids.len() > MOST {
            return Err(ApiError::invalid(format!("'imageIds' must have from 1 to {MOST} members")));
        }
        Ok(ids.iter().map(Self::read).collect())
    }

    /// One image's.
    pub(super) fn read(value: &Value) -> Self {
        let text = |name: &str| value[name].as_str().map(str::to_owned);
        Self {
            digest: text("imageDigest"),
            tag: text("imageTag"),
        }
    }

    /// The image it names.
    pub(super) fn find<'a>(&self, images: &'a Images) -> Result<&'a Image, Failure> {
        let reference = self.tag.as_ref().or(self.digest.as_ref());
        let Some(reference) = reference else {
            return Err(self.failure(
                "MissingDigestAndTag",
                "Invalid request parameters: both tag and digest cannot be null",
            ));
        };
        let found = images.find(reference);
        let image = found.ok_or_else(|| self.failure("ImageNotFound", "Requested image not found"))?;
        if self.digest.as_ref().is_some_and(|digest| *digest != image.digest) {
            return Err(self.failure("ImageTagDoesNotMatchDigest", "Tag does not match the digest"));
        }
        Ok(image)
    }

    /// Why it is not done.
    pub(super) fn failure(&self, code: &'static str, reason: &'static str) -> Failure {
        Failure {
            id: self.clone(),
            code,
            reason,
        }
    }
}

impl Failure {
    /// What is wrong.
    pub(super) fn reason(&self) -> &'static str {
        self.reason
    }

    /// As an answer shows it.
    pub(super) fn shown(&self) -> Value {
        let mut id = json!({});
        for (name, value) in [("imageDigest", &self.id.digest), ("imageTag", &self.id.tag)] {
            if let Some(value) = value {
                id[name] = value.as_str().into();
            }
        }
        json!({"imageId": id, "failureCode": self.code, "failureReason": self.reason})
    }
}

/// An image's id.
pub(super) fn id(digest: &str, tag: Option<&str>) -> Value {
    let mut id = json!({"imageDigest": digest});
    if let Some(tag) = tag {
        id["imageTag"] = tag.into();
    }
    id
}

/// An image with its manifest.
pub(super) fn whole(account: &Account, repository: &str, image: &Image, tag: Option<&str>) -> Value {
    let mut answer = head(account, repository);
    answer["imageId"] = id(&image.digest, tag);
    answer["imageManifest"] = String::from_utf8_lossy(&image.manifest).into();
    answer["imageManifestMediaType"] = image.media_type.as_str().into();
    answer
}

/// An image with its particulars.
pub(super) fn detail(account: &Account, repository: &str, image: &Image, images: &Images) -> Value {
    let mut answer = head(account, repository);
    answer["imageDigest"] = image.digest.as_str().into();
    answer["imageSizeInBytes"] = images.size_of(image).into();
    answer["imagePushedAt"] = image.pushed.as_secs_f64().into();
    answer["imageManifestMediaType"] = image.media_type.as_str().into();
    if let Some(media_type) = image.artifact_media_type() {
        answer["artifactMediaType"] = media_type.into();
    }
    if let Some(pulled) = image.pulled {
        answer["lastRecordedPullTime"] = pulled.as_secs_f64().into();
    }
    let tags = images.tags_of(&image.digest);
    if !tags.is_empty() {
        answer["imageTags"] = tags.into();
    }
    answer
}
