//! Repositories and logins through the API.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sdk_ecr::{
    operation::describe_repositories::DescribeRepositoriesOutput,
    types::{ImageTagMutability, Tag},
};
use ecr_stand_in::Options;
use xtask::tool::ecr::EcrErrorKind;

use super::{Fixture, code};

#[tokio::test]
async fn our_client_creates_what_is_missing_where_it_may() {
    let fixture = Fixture::new().await;
    let missing = fixture.ecr(false, true).host_of("shop/web").await.unwrap_err();
    assert_eq!(missing.kind, EcrErrorKind::NoRepository);
    assert_eq!(fixture.ecr(true, true).host_if_exists("shop/web").await.unwrap(), None);
    let host = fixture.ecr(true, true).host_of("shop/web").await.unwrap();
    assert_eq!(host, fixture.stand_in.host());
    assert_eq!(fixture.ecr(false, true).host_of("shop/web").await.unwrap(), host);
    let described = fixture.sdk.describe_repositories().send().await.unwrap();
    let [repository] = described.repositories() else {
        panic!("{described:?}")
    };
    assert_eq!(repository.image_tag_mutability(), Some(&ImageTagMutability::Immutable));
    let again = fixture.sdk.create_repository().repository_name("shop/web").send().await;
    assert_eq!(code(again), "RepositoryAlreadyExistsException");
}

#[tokio::test]
async fn a_repositorys_uri_has_the_host_that_was_asked_for() {
    let options = Options {
        host: Some("registry.example:5000".to_owned()),
        ..Options::default()
    };
    let fixture = Fixture::with(options).await;
    assert_eq!(fixture.ecr(true, true).host_of("web").await.unwrap(), "registry.example:5000");
}

#[tokio::test]
async fn a_logins_end_is_in_its_answer() {
    let options = Options {
        lifetime: Duration::from_mins(10),
        ..Options::default()
    };
    let fixture = Fixture::with(options).await;
    let before = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64();
    let answer = fixture.sdk.get_authorization_token().send().await.unwrap();
    let expires = answer.authorization_data()[0].expires_at().unwrap().as_secs_f64();
    assert!((before + 599.0..).contains(&expires), "{before} {expires}");
    fixture.post("/_clock", &serde_json::json!({"advance": "1h"}));
    let answer = fixture.sdk.get_authorization_token().send().await.unwrap();
    let later = answer.authorization_data()[0].expires_at().unwrap().as_secs_f64();
    assert!(later - expires >= 3600.0, "{expires} {later}");
}

#[tokio::test]
async fn repositories_come_in_pages() {
    let fixture = Fixture::new().await;
    for name in ["one", "two", "three", "four", "five"] {
        fixture.repository(name).await;
    }
    let pages = fixture.sdk.describe_repositories().into_paginator().page_size(2).send();
    let pages: Vec<_> = pages.collect::<Result<Vec<_>, _>>().await.unwrap();
    let names = pages.iter().flat_map(DescribeRepositoriesOutput::repositories);
    let names: Vec<_> = names.map(|repository| repository.repository_name().unwrap()).collect();
    assert_eq!(
        (pages.len(), names.as_slice()),
        (3, ["five", "four", "one", "three", "two"].as_slice())
    );
}

#[tokio::test]
async fn a_repository_with_images_is_deleted_by_force_only() {
    let fixture = Fixture::new().await;
    fixture.repository("web").await;
    fixture.push("web", "1", "first").await;
    let delete = || fixture.sdk.delete_repository().repository_name("web");
    assert_eq!(code(delete().send().await), "RepositoryNotEmptyException");
    delete().force(true).send().await.unwrap();
    assert_eq!(code(delete().send().await), "RepositoryNotFoundException");
    fixture.repository("web").await;
    let images = fixture.sdk.list_images().repository_name("web").send().await.unwrap();
    assert!(images.image_ids().is_empty(), "nothing comes back: {images:?}");
}

#[tokio::test]
async fn settings_are_kept() {
    let fixture = Fixture::new().await;
    fixture.repository("web").await;
    let sdk = &fixture.sdk;
    let policy = || sdk.get_repository_policy().repository_name("web").send();
    assert_eq!(code(policy().await), "RepositoryPolicyNotFoundException");
    let set = |text| sdk.set_repository_policy().repository_name("web").policy_text(text).send();
    assert_eq!(code(set("no JSON").await), "InvalidParameterException");
    set("{}").await.unwrap();
    assert_eq!(policy().await.unwrap().policy_text(), Some("{}"));
    sdk.delete_repository_policy().repository_name("web").send().await.unwrap();
    assert_eq!(code(policy().await), "RepositoryPolicyNotFoundException");

    let arn = "arn:aws:ecr:us-east-1:123456789012:repository/web";
    let tag = Tag::builder().key("team").value("shop").build().unwrap();
    sdk.tag_resource().resource_arn(arn).tags(tag.clone()).send().await.unwrap();
    let listed = || sdk.list_tags_for_resource().resource_arn(arn).send();
    assert_eq!(listed().await.unwrap().tags(), [tag]);
    sdk.untag_resource().resource_arn(arn).tag_keys("team").send().await.unwrap();
    assert!(listed().await.unwrap().tags().is_empty());

    let elsewhere = sdk.describe_repositories().registry_id("210987654321").send().await;
    assert_eq!(code(elsewhere), "RepositoryNotFoundException");
}
