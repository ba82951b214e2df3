//! What lies in a repository of ECR.

use serde::Serialize;

use super::{Ecr, EcrError};

/// One image, or one index of images.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EcrImage {
    /// Digest of its manifest.
    pub digest: String,
    /// Its tags, sorted; empty for one that lost them.
    pub tags: Vec<String>,
    /// What its layers take, compressed; `null` for an index.
    pub size_bytes: Option<u64>,
    /// When it was pushed, in seconds since 1970.
    pub pushed: Option<i64>,
    /// When it was last pulled, as far as ECR has noted that.
    pub pulled: Option<i64>,
}

impl Ecr {
    /// The images of a repository, the newest first.
    pub async fn images(&self, repository: &str) -> Result<Vec<EcrImage>, EcrError> {
        let request = self.client.describe_images().repository_name(repository);
        let request = request.set_registry_id(self.registry.account.clone());
        let mut pages = request.into_paginator().page_size(1000).send();
        let mut images = Vec::new();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| EcrError::of("ecr:DescribeImages", repository, &error))?;
            images.extend(page.image_details().iter().map(|image| {
                let mut tags = image.image_tags().to_vec();
                tags.sort_unstable();
                EcrImage {
                    digest: image.image_digest().unwrap_or_default().to_owned(),
                    tags,
                    size_bytes: image.image_size_in_bytes().and_then(|size| u64::try_from(size).ok()),
                    pushed: image.image_pushed_at().map(aws_sdk_ecr::primitives::DateTime::secs),
                    pulled: image.last_recorded_pull_time().map(aws_sdk_ecr::primitives::DateTime::secs),
                }
            }));
        }
        images.sort_by(|a, b| b.pushed.cmp(&a.pushed).then_with(|| a.digest.cmp(&b.digest)));
        Ok(images)
    }
}
