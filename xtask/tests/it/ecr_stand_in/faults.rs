//! Faults on demand, and the log of what was asked.

use ecr_stand_in::{EcrStandIn, Fault, LogEntry, Options};
use serde_json::{Value, json};
use xtask::tool::ecr::EcrErrorKind;

use super::{Fixture, code};
use crate::support::http;

#[tokio::test]
async fn a_fault_is_met_as_often_as_it_was_asked_for() {
    let fixture = Fixture::new().await;
    fixture.repository("web").await;
    fixture
        .stand_in
        .fault(Fault::of_operation("DescribeRepositories", 1, 400, "ThrottlingException"));
    let busy = fixture.ecr(false, false).host_of("web").await.unwrap_err();
    assert_eq!(busy.kind, EcrErrorKind::Passing, "{busy}");
    fixture.repository("web").await;

    fixture.post(
        "/_faults",
        &json!({"path": "/manifests/1", "times": 1, "status": 503, "code": "UNAVAILABLE", "message": "later"}),
    );
    assert_eq!(fixture.stand_in.faults_left(), 1);
    let manifest = fixture.manifest("web", "first").await;
    let put = || fixture.registry("PUT", "/v2/web/manifests/1", super::MANIFEST, manifest.as_bytes());
    let refused = put().await;
    assert_eq!(refused.status, 503);
    let body: Value = serde_json::from_slice(&refused.body).unwrap();
    assert_eq!(body["errors"][0]["code"], "UNAVAILABLE");
    assert_eq!(put().await.status, 201);
    assert_eq!(fixture.stand_in.faults_left(), 0);
}

#[tokio::test]
async fn a_delay_alone_changes_nothing() {
    let fixture = Fixture::new().await;
    fixture.post("/_faults", &json!({"operation": "ListImages", "times": 1, "delay_ms": 1}));
    let listed = fixture.sdk.list_images().repository_name("web").send().await;
    assert_eq!(code(listed), "RepositoryNotFoundException");
    assert_eq!(fixture.stand_in.faults_left(), 0);
}

#[tokio::test]
async fn all_that_is_asked_is_in_the_log_in_its_order() {
    let fixture = Fixture::new().await;
    fixture.repository("shop/web").await;
    fixture.registry("HEAD", "/v2/shop/web/manifests/1", "", b"").await;
    let expected = [
        ("DescribeRepositories", Some("shop/web"), 400),
        ("CreateRepository", Some("shop/web"), 200),
        ("GetAuthorizationToken", None, 200),
        ("HEAD manifests", Some("shop/web"), 404),
    ];
    let log = fixture.stand_in.requests();
    let short = |entry: &LogEntry| (entry.operation.clone(), entry.repository.clone(), entry.status);
    let expected = expected.map(|(operation, repository, status)| (operation.to_owned(), repository.map(str::to_owned), status));
    assert_eq!(log.iter().map(short).collect::<Vec<_>>(), expected);

    let served = http::request(fixture.stand_in.port(), "GET", "/_requests", &[], b"");
    let served: Value = serde_json::from_slice(&served.body).unwrap();
    assert_eq!(served, json!(log), "what is asked of the log is not in it");
}

#[test]
fn what_makes_no_sense_is_refused() {
    let stand_in = EcrStandIn::start(Options::default()).unwrap();
    for (path, body, status) in [
        ("/_faults", r#"{"opration": "PutImage"}"#, 400),
        ("/_faults", r#"{"operation": "PutImage", "status": 500}"#, 400),
        ("/_faults", r#"{"times": 1, "status": 500}"#, 400),
        ("/_scans", r#"{"repository": "web", "image": "*"}"#, 400),
        ("/_clock", r#"{"advance": "soon"}"#, 400),
        ("/_scans", "", 400),
        ("/_other", "{}", 404),
        ("/", "{}", 400),
    ] {
        let answer = http::request(stand_in.port(), "POST", path, &[], body.as_bytes());
        assert_eq!(answer.status, status, "{path} {answer:?}");
    }
}
