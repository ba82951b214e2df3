//! A whole release to the stand-in: repositories made on the way, immutable tags, one token.

use ecr_stand_in::{EcrStandIn, Options};
use serde_json::json;

use crate::{
    releases::project::{project, record},
    support::project::{Project, Ran},
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
