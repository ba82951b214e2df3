//! The real docker engine pushes and pulls, and meets ECR's rules.

use std::time::Duration;

use aws_sdk_ecr::{
    operation::describe_images::DescribeImagesOutput,
    types::{ImageTagMutability, ImageTagMutabilityExclusionFilter, ImageTagMutabilityExclusionFilterType},
};
use ecr_stand_in::Options;
use xtask::tool::manifest::sha256;

use super::{Docker, Fixture};
use crate::support::image::TestImage;

/// A name in the stand-in for an image; taken away when dropped.
struct Name<'a>(&'a Docker, String);

impl<'a> Name<'a> {
    fn of(docker: &'a Docker, fixture: &Fixture, image: &TestImage, rest: &str) -> Self {
        let name = format!("{}/{rest}", fixture.stand_in.host());
        docker.succeeds(&["tag", &image.id, &name]);
        Self(docker, name)
    }
}

impl Drop for Name<'_> {
    fn drop(&mut self) {
        self.0.run(&["image", "rm", "--force", &self.1]);
    }
}

#[tokio::test]
async fn what_is_pushed_is_pulled_and_is_in_the_api() {
    let fixture = Fixture::new().await;
    fixture.repository("shop/web").await;
    let docker = Docker::logged_in(&fixture).await;
    // Larger than any buffer on the way, compressed, too.
    let large: String = (0..30_000_u32).map(|number| sha256(&number.to_le_bytes())).collect();
    let image = TestImage::of(&[("/content", "first"), ("/large", &large)]);
    let name = Name::of(&docker, &fixture, &image, "shop/web:1.0.0");
    docker.succeeds(&["push", "--quiet", &name.1]);

    let described = fixture.sdk.describe_images().repository_name("shop/web").send().await.unwrap();
    let [detail] = described.image_details() else {
        panic!("{described:?}")
    };
    assert_eq!(detail.image_tags(), ["1.0.0"]);
    assert!(detail.image_size_in_bytes().unwrap() > 500_000);
    let digest = detail.image_digest().unwrap();

    docker.succeeds(&["image", "rm", "--force", &image.id]);
    docker.succeeds(&["pull", "--quiet", &format!("{}/shop/web@{digest}", fixture.stand_in.host())]);
    docker.succeeds(&["pull", "--quiet", &name.1]);
    assert_eq!(
        docker.succeeds(&["image", "inspect", "--format", "{{.Id}}", &name.1]).trim(),
        image.id
    );
    let again = fixture.sdk.describe_images().repository_name("shop/web").send().await.unwrap();
    let pulled = |answer: &DescribeImagesOutput| answer.image_details()[0].last_recorded_pull_time().is_some();
    assert_eq!((pulled(&described), pulled(&again)), (false, true));
    docker.fails(&["pull", &format!("{}/shop/web:2", fixture.stand_in.host())], "not found");
    docker.succeeds(&["image", "rm", "--force", &image.id]);
}

#[tokio::test]
async fn a_repository_that_was_not_created_is_refused() {
    let fixture = Fixture::new().await;
    let docker = Docker::logged_in(&fixture).await;
    let image = TestImage::of(&[]);
    let name = Name::of(&docker, &fixture, &image, "nowhere:1");
    docker.fails(
        &["push", &name.1],
        "The repository with name 'nowhere' does not exist in the registry with id '123456789012'",
    );
}

#[tokio::test]
async fn an_immutable_tag_stays_and_an_excluded_one_moves() {
    let fixture = Fixture::new().await;
    fixture.ecr(true, true).host_of("web").await.unwrap();
    let docker = Docker::logged_in(&fixture).await;
    let (first, second) = (TestImage::of(&[]), TestImage::of(&[]));
    let fixed = Name::of(&docker, &fixture, &first, "web:1.0.0");
    docker.succeeds(&["push", "--quiet", &fixed.1]);
    docker.succeeds(&["push", "--quiet", &fixed.1]);
    docker.succeeds(&["tag", &second.id, &fixed.1]);
    let said = "The image tag '1.0.0' already exists in the 'web' repository and cannot be overwritten because the tag is immutable";
    docker.fails(&["push", &fixed.1], said);

    let filter = ImageTagMutabilityExclusionFilter::builder()
        .filter_type(ImageTagMutabilityExclusionFilterType::Wildcard)
        .filter("lat*");
    let request = fixture.sdk.put_image_tag_mutability().repository_name("web");
    let request = request
        .image_tag_mutability(ImageTagMutability::ImmutableWithExclusion)
        .image_tag_mutability_exclusion_filters(filter.build().unwrap());
    request.send().await.unwrap();
    docker.fails(&["push", &fixed.1], said);
    for image in [&first, &second] {
        let latest = Name::of(&docker, &fixture, image, "web:latest");
        docker.succeeds(&["push", "--quiet", &latest.1]);
    }
}

#[tokio::test]
async fn where_it_is_asked_for_even_the_same_digest_is_refused() {
    let options = Options {
        refuse_same_digest: true,
        ..Options::default()
    };
    let fixture = Fixture::with(options).await;
    fixture.ecr(true, true).host_of("web").await.unwrap();
    let docker = Docker::logged_in(&fixture).await;
    let image = TestImage::of(&[]);
    let name = Name::of(&docker, &fixture, &image, "web:1.0.0");
    docker.succeeds(&["push", "--quiet", &name.1]);
    docker.fails(&["push", &name.1], "the tag is immutable");
}

#[tokio::test]
async fn a_login_is_needed_and_expires() {
    let fixture = Fixture::new().await;
    fixture.repository("web").await;
    let docker = Docker::logged_in(&fixture).await;
    let image = TestImage::of(&[]);
    let name = Name::of(&docker, &fixture, &image, "web:1");
    let nobody = Docker {
        config: tempfile::tempdir().unwrap(),
    };
    nobody.fails(&["push", &name.1], "no basic auth credentials");
    docker.succeeds(&["push", "--quiet", &name.1]);
    fixture.stand_in.advance(Duration::from_hours(12));
    docker.fails(
        &["push", &name.1],
        "Your authorization token has expired. Reauthenticate and try again.",
    );
    let again = Docker::logged_in(&fixture).await;
    again.succeeds(&["push", "--quiet", &name.1]);
}
