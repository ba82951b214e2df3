//! Pushes to ECR: its API is moto's, its registry a real one behind the password that moto's tokens hold.
//!
//! moto's answers name a host of Amazon's; a proxy puts the registry's in its place. That also proves that images go where the API says.

use xtask::{
    exec::FailureClass,
    pipeline::{EcrRegistry, EcrRepository, RegistryKind},
    tool::ecr::{Ecr, EcrErrorKind},
};

use super::{fails, job_for, passes};
use crate::support::{
    self,
    fault_proxy::{Fault, FaultProxy, Rule},
    image::TestImage,
    moto::{self, Moto},
    registry::Registry,
    step::TestStep,
};

fn ecr(create: bool) -> EcrRegistry {
    EcrRegistry {
        region: Some("us-east-1".into()),
        create,
        repositories: EcrRepository {
            immutable_tags: true,
            scan_on_push: true,
            ..EcrRepository::default()
        },
        ..EcrRegistry::default()
    }
}

/// Runs a test again with credentials and an ECR endpoint.
fn rerun(test: &str, port: u16) {
    let endpoint = format!("http://127.0.0.1:{port}");
    let variables = [
        ("AWS_ENDPOINT_URL_ECR", Some(endpoint.as_str())),
        ("AWS_ACCESS_KEY_ID", Some("test")),
        ("AWS_SECRET_ACCESS_KEY", Some("test")),
        ("AWS_SESSION_TOKEN", None),
        ("AWS_PROFILE", None),
        ("AWS_REGION", None),
    ];
    support::rerun_with(&format!("push::ecr::{test}"), &variables);
}

#[tokio::test]
async fn a_repository_is_created_where_that_is_asked_for() {
    if !support::is_rerun() {
        let moto = Moto::start();
        return rerun("a_repository_is_created_where_that_is_asked_for", moto.port());
    }
    let strict = Ecr::connect(&ecr(false)).await.unwrap();
    let missing = strict.host_of("shop/web").await.unwrap_err();
    assert_eq!(missing.kind, EcrErrorKind::NoRepository, "{missing}");

    let creating = Ecr::connect(&ecr(true)).await.unwrap();
    assert_eq!(creating.host_of("shop/web").await.unwrap(), moto::HOST);
    assert_eq!(strict.host_of("shop/web").await.unwrap(), moto::HOST, "now it is there");
    let login = creating.authorization().await.unwrap().login;
    assert_eq!((login.user.as_str(), login.password.expose()), ("AWS", moto::PASSWORD));
}

#[tokio::test]
async fn a_missing_repository_fails_with_the_way_to_make_it() {
    if !support::is_rerun() {
        let moto = Moto::start();
        return rerun("a_missing_repository_fails_with_the_way_to_make_it", moto.port());
    }
    let image = TestImage::of(&[]);
    let step = TestStep::new("push", &image);
    let failure = fails(&step, &job_for(RegistryKind::Ecr(ecr(false)), &["1.2.3"])).await;
    assert_eq!(failure.class, FailureClass::Step);
    assert!(failure.hint.unwrap().contains("`create = true`"));
}

#[tokio::test]
async fn an_image_goes_where_the_api_says() {
    if !support::is_rerun() {
        let moto = Moto::start();
        let registry = Registry::with_login("AWS", moto::PASSWORD);
        let rule = Rule {
            method: "POST",
            path: "/",
            times: 100,
            fault: Fault::Replace(moto::HOST.into(), registry.host()),
        };
        let proxy = FaultProxy::start(moto.port(), vec![rule]);
        return rerun("an_image_goes_where_the_api_says", proxy.port);
    }
    let image = TestImage::of(&[]);
    let step = TestStep::new("push", &image);
    let output = passes(&step, &job_for(RegistryKind::Ecr(ecr(true)), &["1.2.3", "latest"])).await;
    assert!(output.digest.unwrap().starts_with("sha256:"));
    assert!(output.references[0].starts_with("127.0.0.1:"), "{:?}", output.references);
    assert_eq!(step.files_with(moto::PASSWORD), "", "the token is in the files of the run");
}

#[tokio::test]
async fn a_token_that_is_refused_is_fetched_anew_once() {
    // Forced: moto's tokens never expire in a registry.
    if !support::is_rerun() {
        let moto = Moto::start();
        let registry = Registry::with_login("AWS", moto::PASSWORD);
        let refusal = Rule {
            method: "PUT",
            path: "/manifests/",
            times: 1,
            fault: Fault::Refuse(403, "DENIED", "Your authorization token has expired. Reauthenticate and try again."),
        };
        let registry_proxy = FaultProxy::start(registry.port(), vec![refusal]);
        let redirect = Rule {
            method: "POST",
            path: "/",
            times: 100,
            fault: Fault::Replace(moto::HOST.into(), registry_proxy.host()),
        };
        let api_proxy = FaultProxy::start(moto.port(), vec![redirect]);
        rerun("a_token_that_is_refused_is_fetched_anew_once", api_proxy.port);
        return registry_proxy.assert_used_up();
    }
    let image = TestImage::of(&[]);
    let step = TestStep::new("push", &image);
    passes(&step, &job_for(RegistryKind::Ecr(ecr(true)), &["1.2.3"])).await;
    assert!(step.log().contains("(trying again with a new login)"), "{}", step.log());
}

#[tokio::test]
async fn without_credentials_it_says_what_was_tried() {
    if !support::is_rerun() {
        let home = tempfile::tempdir().unwrap();
        let home = home.path().display().to_string();
        let mut variables = vec![("HOME", Some(home.as_str())), ("AWS_EC2_METADATA_DISABLED", Some("true"))];
        let keys = [
            "AWS_ACCESS_KEY_ID",
            "AWS_SECRET_ACCESS_KEY",
            "AWS_PROFILE",
            "AWS_WEB_IDENTITY_TOKEN_FILE",
        ];
        variables.extend(keys.map(|name| (name, None)));
        return support::rerun_with("push::ecr::without_credentials_it_says_what_was_tried", &variables);
    }
    let image = TestImage::of(&[]);
    let step = TestStep::new("push", &image);
    let failure = fails(&step, &job_for(RegistryKind::Ecr(ecr(true)), &["1.2.3"])).await;
    assert_eq!(failure.class, FailureClass::Authorisation, "{failure:?}");
    assert!(failure.hint.unwrap().contains("`AWS_PROFILE`"));
}

#[tokio::test]
async fn an_api_that_fails_is_a_matter_of_the_network() {
    // Forced: moto never fails.
    if !support::is_rerun() {
        let moto = Moto::start();
        let rule = Rule {
            method: "POST",
            path: "/",
            times: 100,
            fault: Fault::Refuse(503, "UNKNOWN", "forced"),
        };
        let proxy = FaultProxy::start(moto.port(), vec![rule]);
        return rerun("an_api_that_fails_is_a_matter_of_the_network", proxy.port);
    }
    let image = TestImage::of(&[]);
    let step = TestStep::new("push", &image);
    let failure = fails(&step, &job_for(RegistryKind::Ecr(ecr(true)), &["1.2.3"])).await;
    assert_eq!(failure.class, FailureClass::Network, "{failure:?}");
}
