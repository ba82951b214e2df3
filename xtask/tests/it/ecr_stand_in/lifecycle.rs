//! Lifecycle policies: kept, looked ahead, and acting when a day has passed.

use std::time::Duration;

use aws_sdk_ecr::{
    operation::get_lifecycle_policy_preview::GetLifecyclePolicyPreviewOutput,
    types::{ImageActionType, LifecyclePolicyPreviewStatus},
};
use serde_json::json;

use super::{Fixture, code};

fn policy() -> String {
    let rule = |priority: u64, selection| json!({"rulePriority": priority, "selection": selection, "action": {"type": "expire"}});
    let releases = json!({"tagStatus": "tagged", "tagPatternList": ["1.*"], "countType": "imageCountMoreThan", "countNumber": 1});
    let others = json!({"tagStatus": "any", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 7});
    json!({"rules": [rule(1, releases), rule(2, others)]}).to_string()
}

impl Fixture {
    async fn preview(&self) -> GetLifecyclePolicyPreviewOutput {
        let request = self.sdk.get_lifecycle_policy_preview().repository_name("web");
        request.max_results(1).send().await.unwrap()
    }

    async fn held(&self) -> Vec<String> {
        let answer = self.sdk.describe_images().repository_name("web").send().await.unwrap();
        answer
            .image_details()
            .iter()
            .flat_map(|detail| detail.image_tags().to_vec())
            .collect()
    }
}

#[tokio::test]
async fn a_preview_says_what_would_go_and_a_day_later_it_is_gone() {
    let fixture = Fixture::new().await;
    fixture.repository("web").await;
    let first = fixture.push("web", "1.0", "first").await;
    fixture.push("web", "1.1", "second").await;
    fixture.push("web", "dev", "third").await;
    let start = || fixture.sdk.start_lifecycle_policy_preview().repository_name("web");
    assert_eq!(code(start().send().await), "LifecyclePolicyNotFoundException");
    let before = fixture.sdk.get_lifecycle_policy_preview().repository_name("web").send().await;
    assert_eq!(code(before), "LifecyclePolicyPreviewNotFoundException");

    start().lifecycle_policy_text(policy()).send().await.unwrap();
    assert_eq!(
        code(start().lifecycle_policy_text(policy()).send().await),
        "LifecyclePolicyPreviewInProgressException"
    );
    assert_eq!(fixture.preview().await.status(), Some(&LifecyclePolicyPreviewStatus::InProgress));
    let done = fixture.preview().await;
    assert_eq!(done.status(), Some(&LifecyclePolicyPreviewStatus::Complete));
    let [result] = done.preview_results() else { panic!("{done:?}") };
    assert_eq!(
        (result.image_digest(), result.applied_rule_priority()),
        (Some(first.as_str()), Some(1))
    );
    assert_eq!(result.action().unwrap().r#type(), Some(&ImageActionType::Expire));
    assert_eq!(fixture.held().await, ["1.0", "1.1", "dev"], "a preview changes nothing");

    let put = fixture.sdk.put_lifecycle_policy().repository_name("web");
    put.lifecycle_policy_text(policy()).send().await.unwrap();
    fixture.stand_in.advance(Duration::from_hours(24));
    assert_eq!(fixture.held().await, ["1.1", "dev"]);
    fixture.stand_in.advance(Duration::from_hours(24 * 7));
    assert_eq!(fixture.held().await, ["1.1"], "the first rule keeps it from the second");
}

#[tokio::test]
async fn a_policy_is_kept_until_it_is_deleted_and_a_wrong_one_is_not() {
    let fixture = Fixture::new().await;
    fixture.repository("web").await;
    let put = |text: &str| {
        let request = fixture.sdk.put_lifecycle_policy().repository_name("web");
        request.lifecycle_policy_text(text).send()
    };
    assert_eq!(code(put(r#"{"rules": []}"#).await), "InvalidParameterException");
    put(&policy()).await.unwrap();
    let get = || fixture.sdk.get_lifecycle_policy().repository_name("web").send();
    assert_eq!(get().await.unwrap().lifecycle_policy_text(), Some(policy().as_str()));
    fixture.sdk.delete_lifecycle_policy().repository_name("web").send().await.unwrap();
    assert_eq!(code(get().await), "LifecyclePolicyNotFoundException");
}
