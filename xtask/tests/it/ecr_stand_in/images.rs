//! Images through the API: the same as those of the registry's half.

use aws_sdk_ecr::types::{ImageFailureCode, ImageIdentifier, TagStatus};

use ecr_stand_in::Fault;
use xtask::tool::ecr::Promotion;

use super::{Fixture, MANIFEST, code};

fn by_tag(tag: &str) -> ImageIdentifier {
    ImageIdentifier::builder().image_tag(tag).build()
}

fn by_digest(digest: &str) -> ImageIdentifier {
    ImageIdentifier::builder().image_digest(digest).build()
}

impl Fixture {
    async fn put(&self, manifest: &str, tag: &str, digest: Option<&str>) -> Result<(), String> {
        let request = self.sdk.put_image().repository_name("web").image_manifest(manifest).image_tag(tag);
        let result = request.set_image_digest(digest.map(str::to_owned)).send().await;
        if result.is_ok() { Ok(()) } else { Err(code(result)) }
    }

    async fn tags(&self) -> Vec<Vec<String>> {
        let answer = self.sdk.describe_images().repository_name("web").send().await.unwrap();
        answer.image_details().iter().map(|detail| detail.image_tags().to_vec()).collect()
    }
}

#[tokio::test]
async fn a_tag_is_added_with_the_same_bytes_and_seen_from_both_halves() {
    let fixture = Fixture::new().await;
    fixture.ecr(true, true).host_of("web").await.unwrap();
    let digest = fixture.push("web", "1.0.0", "first").await;
    let request = fixture.sdk.batch_get_image().repository_name("web");
    let found = request.image_ids(by_tag("1.0.0")).image_ids(by_tag("2.0.0")).send().await.unwrap();
    let [image] = found.images() else { panic!("{found:?}") };
    assert_eq!(image.image_manifest_media_type(), Some(MANIFEST));
    assert_eq!(image.image_id().unwrap().image_digest(), Some(digest.as_str()));
    assert_eq!(found.failures()[0].failure_code(), Some(&ImageFailureCode::ImageNotFound));

    let manifest = image.image_manifest().unwrap();
    fixture.put(manifest, "1.0", Some(&digest)).await.unwrap();
    let head = fixture.registry("HEAD", "/v2/web/manifests/1.0", "", b"").await;
    assert_eq!((head.status, head.header("docker-content-digest")), (200, Some(digest.as_str())));
    let list = fixture.registry("GET", "/v2/web/tags/list", "", b"").await;
    let list: serde_json::Value = serde_json::from_slice(&list.body).unwrap();
    assert_eq!(list["tags"], serde_json::json!(["1.0", "1.0.0"]));

    assert_eq!(fixture.put(manifest, "1.0", None).await.unwrap_err(), "ImageAlreadyExistsException");
    let other = fixture.manifest("web", "second").await;
    assert_eq!(
        fixture.put(&other, "1.0", None).await.unwrap_err(),
        "ImageTagAlreadyExistsException"
    );
    let wrong = fixture.put(&other, "3", Some(&digest)).await.unwrap_err();
    assert_eq!(wrong, "ImageDigestDoesNotMatchException");
    assert_eq!(fixture.tags().await, [["1.0", "1.0.0"]], "what was refused is not there");
}

#[tokio::test]
async fn a_manifest_without_its_blobs_is_refused() {
    let fixture = Fixture::new().await;
    fixture.repository("web").await;
    fixture.repository("api").await;
    // Its blob is in another repository.
    let manifest = fixture.manifest("api", "first").await;
    assert_eq!(fixture.put(&manifest, "1", None).await.unwrap_err(), "LayersNotFoundException");
}

#[tokio::test]
async fn deleting_by_tag_leaves_the_other_tags() {
    let fixture = Fixture::new().await;
    fixture.repository("web").await;
    let digest = fixture.push("web", "1", "first").await;
    fixture.push("web", "latest", "first").await;
    let delete = |id| fixture.sdk.batch_delete_image().repository_name("web").image_ids(id).send();
    let answer = delete(by_tag("latest")).await.unwrap();
    assert_eq!(answer.image_ids()[0].image_tag(), Some("latest"));
    assert_eq!(fixture.tags().await, [["1"]]);
    let gone = fixture.registry("GET", "/v2/web/manifests/latest", "", b"").await;
    let held = fixture.registry("GET", "/v2/web/manifests/1", "", b"").await;
    assert_eq!((gone.status, held.status), (404, 200));

    fixture.push("web", "2", "first").await;
    let answer = delete(by_digest(&digest)).await.unwrap();
    assert_eq!(answer.image_ids().len(), 2, "{answer:?}");
    assert!(fixture.tags().await.is_empty());
    let by_digest = fixture.registry("GET", &format!("/v2/web/manifests/{digest}"), "", b"").await;
    assert_eq!(by_digest.status, 404);
    let answer = delete(by_tag("1")).await.unwrap();
    assert_eq!(answer.failures()[0].failure_code(), Some(&ImageFailureCode::ImageNotFound));
}

#[tokio::test]
async fn images_come_in_pages_and_by_whether_they_are_tagged() {
    let fixture = Fixture::new().await;
    fixture.repository("web").await;
    for text in ["1", "2", "3"] {
        fixture.push("web", text, text).await;
    }
    let untagged = fixture.push("web", "", "4").await;
    let pages = fixture
        .sdk
        .describe_images()
        .repository_name("web")
        .into_paginator()
        .page_size(3)
        .send();
    let sizes = pages.collect::<Result<Vec<_>, _>>().await.unwrap();
    let sizes: Vec<_> = sizes.iter().map(|page| page.image_details().len()).collect();
    assert_eq!(sizes, [3, 1]);

    let filter = aws_sdk_ecr::types::ListImagesFilter::builder()
        .tag_status(TagStatus::Untagged)
        .build();
    let listed = fixture
        .sdk
        .list_images()
        .repository_name("web")
        .filter(filter)
        .send()
        .await
        .unwrap();
    assert_eq!(listed.image_ids(), [by_digest(&untagged)]);
    let missing = fixture
        .sdk
        .describe_images()
        .repository_name("web")
        .image_ids(by_tag("5"))
        .send()
        .await;
    assert_eq!(code(missing), "ImageNotFoundException");
}

/// What moto cannot show: the digest is the registry's own, and an immutable tag is refused by the server.
#[tokio::test]
async fn our_client_promotes_and_keeps_the_digest() {
    let fixture = Fixture::new().await;
    fixture.ecr(true, true).host_of("web").await.unwrap();
    let digest = fixture.push("web", "1.0.0-rc1", "first").await;
    let other = fixture.push("web", "2.0.0-rc1", "second").await;
    let ecr = fixture.ecr(false, true);
    let promoted = ecr.promote("web", ("1.0.0-rc1", "1.0.0"), false).await.unwrap();
    assert_eq!(promoted, Promotion::Done { digest: digest.clone() });
    let head = fixture.registry("HEAD", "/v2/web/manifests/1.0.0", "", b"").await;
    assert_eq!(head.header("docker-content-digest"), Some(digest.as_str()));

    let again = ecr.promote("web", ("1.0.0-rc1", "1.0.0"), false).await.unwrap();
    assert_eq!(again, Promotion::Already { digest: digest.clone() });
    // Told to move it, only the server's refusal is left.
    let refused = ecr.promote("web", ("2.0.0-rc1", "1.0.0"), true).await.unwrap();
    let taken = Promotion::Taken {
        there: digest,
        wanted: other,
    };
    assert_eq!(refused, taken);
    let refusals = fixture.stand_in.requests();
    let put = refusals.iter().rfind(|entry| entry.operation == "PutImage").unwrap();
    assert_eq!(put.status, 400);

    fixture
        .stand_in
        .fault(Fault::of_operation("PutImage", 1, 400, "LimitExceededException"));
    assert!(ecr.promote("web", ("1.0.0-rc1", "1.0"), false).await.is_err());
}
