//! Scans that go as it was written down.

use std::collections::VecDeque;

use aws_sdk_ecr::{operation::describe_image_scan_findings::DescribeImageScanFindingsOutput, types::ImageIdentifier};
use ecr_stand_in::ScanScript;
use serde_json::json;

use super::{Fixture, code};

fn id() -> ImageIdentifier {
    ImageIdentifier::builder().image_tag("1").build()
}

impl Fixture {
    async fn with_image() -> Self {
        let fixture = Self::new().await;
        fixture.repository("web").await;
        fixture.push("web", "1", "first").await;
        fixture
    }

    async fn findings(&self) -> DescribeImageScanFindingsOutput {
        let request = self.sdk.describe_image_scan_findings().repository_name("web").image_id(id());
        request.send().await.unwrap()
    }

    async fn state(&self) -> String {
        let answer = self.findings().await;
        answer.image_scan_status().unwrap().status().unwrap().as_str().to_owned()
    }
}

#[tokio::test]
async fn a_basic_scan_ends_with_findings_in_pages() {
    let fixture = Fixture::with_image().await;
    let finding = |name: &str, severity: &str| json!({"name": name, "severity": severity});
    let findings = [finding("CVE-1", "CRITICAL"), finding("CVE-2", "LOW"), finding("CVE-3", "LOW")];
    fixture.post(
        "/_scans",
        &json!({"repository": "web", "image": "1", "states": ["IN_PROGRESS", "COMPLETE"], "findings": findings}),
    );
    assert_eq!(fixture.state().await, "IN_PROGRESS");
    let request = fixture.sdk.describe_image_scan_findings().repository_name("web").image_id(id());
    let pages = request
        .into_paginator()
        .page_size(2)
        .send()
        .collect::<Result<Vec<_>, _>>()
        .await
        .unwrap();
    let found = pages.iter().map(|page| page.image_scan_findings().unwrap());
    let names: Vec<Vec<_>> = found
        .clone()
        .map(|page| page.findings().iter().map(|finding| finding.name().unwrap()).collect())
        .collect();
    assert_eq!(names, [vec!["CVE-1", "CVE-2"], vec!["CVE-3"]]);
    for page in found {
        let counts = page.finding_severity_counts().unwrap();
        assert_eq!(counts.values().sum::<i32>(), 3, "{counts:?}");
    }
}

#[tokio::test]
async fn scans_fail_and_go_on_for_ever() {
    for last in ["FAILED", "UNSUPPORTED_IMAGE", "ACTIVE"] {
        let fixture = Fixture::with_image().await;
        fixture.stand_in.script_scan(ScanScript {
            repository: "web".to_owned(),
            image: "*".to_owned(),
            states: VecDeque::from([last.to_owned()]),
            findings: vec![json!({"title": "CVE-1", "severity": "HIGH"})],
            description: "as it was written".to_owned(),
        });
        assert_eq!(fixture.state().await, last);
        let answer = fixture.findings().await;
        let found = answer.image_scan_findings();
        let enhanced = found.map(|found| found.enhanced_findings().len());
        assert_eq!(enhanced, (last == "ACTIVE").then_some(1), "{answer:?}");
    }
}

#[tokio::test]
async fn what_nobody_asked_to_scan_has_no_scan() {
    let fixture = Fixture::with_image().await;
    let request = fixture.sdk.describe_image_scan_findings().repository_name("web").image_id(id());
    assert_eq!(code(request.send().await), "ScanNotFoundException");
    let start = fixture.sdk.start_image_scan().repository_name("web").image_id(id()).send().await;
    assert_eq!(
        start.unwrap().image_scan_status().unwrap().status().unwrap().as_str(),
        "IN_PROGRESS"
    );
    assert_eq!(fixture.state().await, "COMPLETE");
}
