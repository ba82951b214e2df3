//! Another tag for an image that is there, without a build, a pull or a push: the manifest's own bytes under another name, so that the digest stays.
//!
//! An index of several platforms is a manifest like any other here: what it lists lies in the same repository already.

use aws_sdk_ecr::{
    operation::put_image::PutImageError,
    types::{Image, ImageIdentifier},
};

use super::{Ecr, EcrError, EcrErrorKind};

/// What became of a promotion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Promotion {
    /// The tag is set.
    Done {
        /// The digest it stands for.
        digest: String,
    },
    /// The tag stood for that image before.
    Already {
        /// The digest it stands for.
        digest: String,
    },
    /// There is no image under the tag it was to come from.
    NoSource,
    /// The tag stands for another image.
    Taken {
        /// What it stands for.
        there: String,
        /// What it was to stand for.
        wanted: String,
    },
}

impl Ecr {
    /// Sets the tag `to` on the image that has the tag `from`. With `moves`, also where it stands for another image.
    pub async fn promote(&self, repository: &str, (from, to): (&str, &str), moves: bool) -> Result<Promotion, EcrError> {
        let Some(source) = self.image(repository, from).await? else {
            return Ok(Promotion::NoSource);
        };
        let wanted = digest(&source);
        if let Some(promotion) = self.standing(repository, to, &wanted).await?
            && !(moves && matches!(promotion, Promotion::Taken { .. }))
        {
            return Ok(promotion);
        }
        let request = self
            .client
            .put_image()
            .repository_name(repository)
            .set_registry_id(self.registry.account.clone())
            .image_tag(to)
            .image_digest(&wanted)
            .set_image_manifest(source.image_manifest().map(str::to_owned))
            .set_image_manifest_media_type(source.image_manifest_media_type().map(str::to_owned));
        let answer = request.send().await;
        let Err(error) = answer else {
            return Ok(Promotion::Done { digest: wanted });
        };
        // Somebody else was quicker, or the tag cannot be moved: what stands there now decides. ECR refuses an immutable tag even for the same image.
        let is_there = |error: &PutImageError| error.is_image_already_exists_exception() || error.is_image_tag_already_exists_exception();
        if error.as_service_error().is_some_and(is_there)
            && let Some(promotion) = self.standing(repository, to, &wanted).await?
        {
            return Ok(promotion);
        }
        Err(EcrError::of("ecr:PutImage", repository, &error))
    }

    /// What a tag stands for already; `None` if it is free.
    async fn standing(&self, repository: &str, tag: &str, wanted: &str) -> Result<Option<Promotion>, EcrError> {
        let there = self.image(repository, tag).await?.map(|image| digest(&image));
        Ok(there.map(|there| {
            if there == wanted {
                Promotion::Already { digest: there }
            } else {
                let wanted = wanted.to_owned();
                Promotion::Taken { there, wanted }
            }
        }))
    }

    async fn image(&self, repository: &str, tag: &str) -> Result<Option<Image>, EcrError> {
        const ACTION: &str = "ecr:BatchGetImage";
        let request = self.client.batch_get_image().repository_name(repository);
        let request = request.image_ids(ImageIdentifier::builder().image_tag(tag).build());
        let answer = request.set_registry_id(self.registry.account.clone()).send().await;
        let answer = answer.map_err(|error| EcrError::of(ACTION, repository, &error))?;
        if let Some(image) = answer.images().first() {
            return Ok(Some(image.clone()));
        }
        // A call that is answered well may have failed for the one image it was about.
        let failure = answer.failures().first().and_then(|failure| failure.failure_code());
        match failure.map(aws_sdk_ecr::types::ImageFailureCode::as_str) {
            None | Some("ImageNotFound") => Ok(None),
            Some(code) => Err(EcrError {
                kind: EcrErrorKind::Other,
                action: ACTION.to_owned(),
                resource: format!("{repository}:{tag}"),
                detail: code.to_owned(),
            }),
        }
    }
}

fn digest(image: &Image) -> String {
    let id = image.image_id().and_then(ImageIdentifier::image_digest);
    id.unwrap_or_default().to_owned()
}
