//! A whole release to the stand-in: repositories made on the way, immutable tags, one token.

use std::collections::BTreeMap;

use ecr_stand_in::{EcrStandIn, Fault, Options};
use serde_json::{Value, json};

use crate::{
    releases::project::{project, record},
    support::{
        http,
        project::{Project, Ran},
    },
};

const REGISTRY: &str = "[registries.production]\nuses = \"ecr\"\nregion = \"us-east-1\"\ncreate = true\nimmutable-tags = true\nmutable-tags = [\"1\", \"1.0\", \"latest\"]\n";

fn release(project: &Project, stand_in: &EcrStandIn, options: &[&str]) -> Ran {
    let variables = stand_in.environment();
    let variables: Vec<_> = variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let fixed = ["release", "--registry", "production", "--format", "json"];
    project.run_with(&variables, &[&fixed, options].concat())
}

#[test]
fn a_release_creates_its_repositories_and_can_be_run_again() {
    let stand_in = EcrStandIn::start(Options::default()).unwrap();
    let project = project(REGISTRY, &[("one", "127.0.0.1:1")]);
    let first = release(&project, &stand_in, &["--version", "1.0.0"]).ends(0);
    let references = record(&project)["images"][0]["references"].clone();
    let expected = format!("{}/{}/web:1.0.0", stand_in.host(), project.name);
    assert!(references.as_array().unwrap().contains(&json!(expected)), "{references}");

    let log = stand_in.requests();
    let count = |operation: &str| {
        log.iter()
            .filter(|entry| entry.operation == operation && entry.status < 300)
            .count()
    };
    assert_eq!((count("CreateRepository"), count("GetAuthorizationToken")), (2, 1));
    assert!(log.iter().all(|entry| entry.status != 403), "{log:?}");

    let again = release(&project, &stand_in, &[]).ends(0);
    let digest = |ran: &Ran| ran.step("push.version:web")["digest"].clone();
    assert_eq!(digest(&again), digest(&first));
}

/// One release after another in repositories where only some tags may be moved, on a day when ECR has trouble.
#[test]
fn moving_tags_move_versions_stay_and_passing_trouble_passes() {
    let stand_in = EcrStandIn::start(Options::default()).unwrap();
    let project = project(REGISTRY, &[("one", "127.0.0.1:1")]);
    release(&project, &stand_in, &["--version", "1.0.0"]).ends(0);
    project.file("web/content", "second\n").commit();
    // The login expires in the middle of the release.
    stand_in.fault(Fault {
        operation: Some("PUT manifests".to_owned()),
        times: 1,
        advance_seconds: 13 * 60 * 60,
        ..Fault::default()
    });
    stand_in.fault(Fault::of_operation("DescribeRepositories", 1, 400, "ThrottlingException"));
    stand_in.fault(Fault::of_operation("PUT manifests", 1, 503, "UNAVAILABLE"));
    let second = release(&project, &stand_in, &["--version", "1.0.1"]).ends(0);
    assert_eq!(stand_in.faults_left(), 0);
    let digest = second.step("push.version:web")["digest"].clone();
    let log = stand_in.requests();
    for status in [403, 503] {
        assert!(log.iter().any(|entry| entry.status == status), "no {status} in {log:?}");
    }
    let tags = |image: &str| tags(&stand_in, &format!("{}/{image}", project.name));
    let web = tags("web");
    for tag in ["1.0.1", "1.0", "1", "latest"] {
        assert_eq!(json!(web[tag]), digest, "{tag}");
    }
    assert_ne!(json!(web["1.0.0"]), digest);
}

/// Each tag with its digest, from the API.
fn tags(stand_in: &EcrStandIn, repository: &str) -> BTreeMap<String, String> {
    let headers = [
        ("X-Amz-Target", "AmazonEC2ContainerRegistry_V20150921.ListImages"),
        ("Content-Type", "application/x-amz-json-1.1"),
    ];
    let body = json!({"repositoryName": repository}).to_string();
    let answer = http::request(stand_in.port(), "POST", "/", &headers, body.as_bytes());
    let answer: Value = serde_json::from_slice(&answer.body).unwrap();
    let ids = answer["imageIds"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    ids.map(|id| (text(&id["imageTag"]), text(&id["imageDigest"]))).collect()
}
