//! A release to Amazon ECR: its API is moto's, its registry a real one behind the password that moto's tokens hold. A proxy puts the registry's host
//! in the place of Amazon's.

use serde_json::json;

use crate::support::{
    fault_proxy::{Fault, FaultProxy, Rule},
    moto::{self, Moto},
    project::{Project, Ran},
    registry::Registry,
};

use super::project::{project, record};

/// Amazon ECR, as far as it can be had here.
struct Account {
    _moto: Moto,
    registry: Registry,
    api: FaultProxy,
}

impl Account {
    fn new() -> Self {
        let moto = Moto::start();
        let registry = Registry::with_login("AWS", moto::PASSWORD);
        let redirect = Rule {
            method: "POST",
            path: "/",
            times: 1000,
            fault: Fault::Replace(moto::HOST.into(), registry.host()),
        };
        Self {
            api: FaultProxy::start(moto.port(), vec![redirect]),
            registry,
            _moto: moto,
        }
    }

    fn run(&self, project: &Project, arguments: &[&str]) -> Ran {
        let endpoint = format!("http://127.0.0.1:{}", self.api.port);
        let variables = [
            ("AWS_ENDPOINT_URL_ECR", endpoint.as_str()),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
        ];
        project.run_with(&variables, arguments)
    }
}

#[test]
fn repositories_are_created_and_all_phases_find_their_way_in() {
    let ecr = Account::new();
    let project = project(
        "[registries.production]\nuses = \"ecr\"\nregion = \"us-east-1\"\ncreate = true\n",
        &[("one", "127.0.0.1:1")],
    );
    let release = |options: &[&str]| {
        ecr.run(
            &project,
            &[&["release", "--registry", "production", "--format", "json"], options].concat(),
        )
    };
    let first = release(&["--version", "1.0.0"]).ends(0);
    let calls = ecr.api.used();
    let digest = first.step("push.version:web")["digest"].clone();
    assert_eq!(json!(ecr.registry.digest(&format!("{}/web", project.name), "1.0.0")), digest);
    let tags = ecr.registry.tags(&format!("{}/web", project.name));
    let sha = project.git(&["rev-parse", "--short=7", "HEAD"]);
    assert_eq!(
        tags.into_keys().collect::<Vec<_>>(),
        ["1", "1.0", "1.0.0", "latest", &format!("sha-{sha}")]
    );
    let references = record(&project)["images"][0]["references"].clone();
    assert_eq!(references[1], format!("{}/{}/web:1.0.0", ecr.registry.host(), project.name));

    // Two repositories: each is looked for before the release, looked for and created in it, and one token is fetched.
    assert_eq!(calls, 2 * 3 + 1);
    assert!(
        project.files_with(moto::PASSWORD).is_empty(),
        "the token is in the files of the run"
    );

    let again = release(&[]).ends(0);
    assert_eq!(again.step("push.version:web")["digest"], digest);
    // Now they are there, so that the registry can be asked before the release, too.
    assert_eq!(ecr.api.used() - calls, 2 * 2 + 2);
}

#[test]
fn a_moving_tag_that_cannot_move_is_found_out_before_anything_is_released() {
    let ecr = Account::new();
    let project = project(
        "[registries.production]\nuses = \"ecr\"\nregion = \"us-east-1\"\ncreate = true\nimmutable-tags = true\nmutable-tags = [\"latest\"]\n",
        &[("one", "127.0.0.1:1")],
    );
    let release = |options: &[&str]| ecr.run(&project, &[&["release", "web", "--registry", "production"], options].concat());
    release(&["--version", "1.0.0"]).ends(0);
    project.file("web/content", "second\n").commit();
    let ran = release(&["--bump", "patch"]).ends(5);
    let ran = ran.says(&[
        "/web:1.0` would have to move to this version, and the tags of registry `production` are immutable",
        "except the tag by `mutable-tags` of the registry",
    ]);
    assert!(!ran.stderr.contains(":latest`"), "it is excepted: {}", ran.stderr);
    assert_eq!(ecr.registry.digest(&format!("{}/web", project.name), "1.0.1"), None);
    // A major version moves no tag but that one.
    release(&["--bump", "major"]).ends(0);
}

#[test]
fn without_credentials_nothing_is_built() {
    let project = project(
        "[registries.production]\nuses = \"ecr\"\nregion = \"us-east-1\"\n",
        &[("one", "127.0.0.1:1")],
    );
    let variables = [("AWS_EC2_METADATA_DISABLED", "true")];
    let ran = project.run_with(
        &variables,
        &["release", "--registry", "production", "--version", "1.0.0", "--format", "json"],
    );
    let ran = ran
        .ends(7)
        .says(&["`release` is refused", "no credentials were found", "`AWS_PROFILE`"]);
    assert_eq!(ran.stdout, "", "nothing was run");
}
