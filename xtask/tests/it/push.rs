//! Pushes to a real registry, through real faults: what is believed, what is tried again, and that no credential is left anywhere.

mod ecr;

use std::collections::BTreeSet;

use xtask::{
    exec::{Failure, FailureClass, StepOutput, action::push},
    pipeline::{ImageName, OciRegistry, Registry as Target, RegistryKind, RegistryName, options::PushOptions},
    tool::push::{PushJob, PushPhase},
};

use crate::support::{
    self,
    fault_proxy::{Fault, FaultProxy, Rule},
    image::{self, TestImage},
    registry::Registry,
    step::{IMAGE, TestStep},
};

const USER: &str = "XTASK_TEST_USER";
const PASSWORD: &str = "XTASK_TEST_PASSWORD";

fn job_for(kind: RegistryKind, tags: &[&str]) -> PushJob {
    PushJob {
        image: ImageName::new(IMAGE),
        registry: Target {
            name: RegistryName::new("test"),
            repository: "{{project}}/{{image}}".into(),
            allow: BTreeSet::new(),
            kind,
        },
        repository: "shop/web".into(),
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        phase: PushPhase::Whole,
        release: None,
        options: PushOptions {
            retries: 1,
            ..PushOptions::default()
        },
    }
}

fn job(host: &str, tags: &[&str]) -> PushJob {
    let registry = OciRegistry {
        host: host.to_owned(),
        username_env: None,
        password_env: None,
    };
    job_for(RegistryKind::Oci(registry), tags)
}

fn job_with_login(host: &str) -> PushJob {
    let registry = OciRegistry {
        host: host.to_owned(),
        username_env: Some(USER.into()),
        password_env: Some(PASSWORD.into()),
    };
    job_for(RegistryKind::Oci(registry), &["1.2.3"])
}

async fn passes(step: &TestStep, job: &PushJob) -> StepOutput {
    push::run(job, &step.context)
        .await
        .unwrap_or_else(|failure| panic!("{failure:?}\n{}", step.log()))
}

async fn fails(step: &TestStep, job: &PushJob) -> Failure {
    match push::run(job, &step.context).await {
        Err(failure) => failure,
        Ok(output) => panic!("{output:?}\n{}", step.log()),
    }
}

#[tokio::test]
async fn all_tags_have_the_digest_that_was_read_back() {
    let registry = Registry::start();
    let image = TestImage::of(&[]);
    let step = TestStep::new("push", &image);
    let output = passes(&step, &job(&registry.host(), &["1.2.3", "1.2"])).await;

    let digest = output.digest.unwrap();
    assert_eq!(registry.digest("shop/web", "1.2.3").as_ref(), Some(&digest));
    assert_eq!(registry.digest("shop/web", "1.2").as_ref(), Some(&digest));
    let repository = format!("{}/shop/web", registry.host());
    assert_eq!(output.references, [format!("{repository}:1.2.3"), format!("{repository}:1.2")]);
    let pushed = step.context.outputs.pushed.lock().unwrap()[IMAGE].clone();
    assert_eq!((pushed.repository, pushed.digest), (repository, digest));
    assert_eq!(
        image::names_with(&registry.host()),
        Vec::<String>::new(),
        "the names taken for pushing are given back"
    );
}

#[tokio::test]
async fn pushing_the_same_again_passes() {
    let registry = Registry::start();
    let image = TestImage::of(&[]);
    let step = TestStep::new("push", &image);
    let first = passes(&step, &job(&registry.host(), &["1.2.3"])).await;
    let second = passes(&step, &job(&registry.host(), &["1.2.3"])).await;
    assert_eq!(first.digest, second.digest);
}

#[tokio::test]
async fn a_login_comes_from_the_environment_and_stays_nowhere() {
    let secret = "correct-horse-battery-staple";
    if !support::is_rerun() {
        // The user's own configuration: it must be neither used up nor changed.
        let own = tempfile::tempdir().unwrap();
        let config = own.path().join("config.json");
        let text = r#"{"auths":{"other.example":{"auth":"b3RoZXI6b3RoZXI="}},"credsStore":"there-is-no-such-helper"}"#;
        std::fs::write(&config, text).unwrap();
        let temporary = tempfile::tempdir().unwrap();
        let folder = |folder: &tempfile::TempDir| folder.path().display().to_string();
        let (own_path, temporary_path) = (folder(&own), folder(&temporary));
        let variables = [
            (USER, Some("me")),
            (PASSWORD, Some(secret)),
            ("DOCKER_CONFIG", Some(own_path.as_str())),
            ("TMPDIR", Some(temporary_path.as_str())),
        ];
        support::rerun_with("push::a_login_comes_from_the_environment_and_stays_nowhere", &variables);
        assert_eq!(std::fs::read_to_string(config).unwrap(), text);
        let left: Vec<_> = std::fs::read_dir(temporary.path())
            .unwrap()
            .flatten()
            .map(|entry| entry.path())
            .collect();
        assert_eq!(left, Vec::<std::path::PathBuf>::new(), "temporary files are left");
        return;
    }
    let registry = Registry::with_login("me", secret);
    let image = TestImage::of(&[]);
    let step = TestStep::new("push", &image);
    let output = passes(&step, &job_with_login(&registry.host())).await;
    let encoded = "bWU6Y29ycmVjdC1ob3JzZS1iYXR0ZXJ5LXN0YXBsZQ==";
    for text in [secret, encoded] {
        assert_eq!(step.files_with(text), "", "a credential is in the files of the run");
        assert!(!format!("{output:?} {:?}", step.context).contains(text));
    }
}

#[tokio::test]
async fn a_wrong_password_is_a_matter_of_authorisation() {
    if !support::is_rerun() {
        let variables = [(USER, Some("me")), (PASSWORD, Some("wrong"))];
        return support::rerun_with("push::a_wrong_password_is_a_matter_of_authorisation", &variables);
    }
    let registry = Registry::with_login("me", "right");
    let image = TestImage::of(&[]);
    let step = TestStep::new("push", &image);
    let failure = fails(&step, &job_with_login(&registry.host())).await;
    assert_eq!(failure.class, FailureClass::Authorisation);
    assert_eq!(failure.class.exit_code(), 7);
    assert!(failure.hint.unwrap().contains(&format!("`{USER}` and `{PASSWORD}`")));
    assert_eq!(
        step.log().matches(" docker push ").count(),
        1,
        "it is not tried again: {}",
        step.log()
    );
}

#[tokio::test]
async fn a_login_that_is_not_set_is_named() {
    let image = TestImage::of(&[]);
    let step = TestStep::new("push", &image);
    let failure = fails(&step, &job_with_login("127.0.0.1:1")).await;
    assert_eq!(failure.class, FailureClass::Authorisation);
    assert!(
        failure.message.contains(&format!("`{USER}`, which is not set")),
        "{}",
        failure.message
    );
}

#[tokio::test]
async fn a_registry_that_is_down_is_tried_again_and_then_a_matter_of_the_network() {
    let registry = Registry::start();
    let host = registry.host();
    drop(registry);
    let image = TestImage::of(&[]);
    let step = TestStep::new("push", &image);
    let failure = fails(&step, &job(&host, &["1.2.3"])).await;
    assert_eq!(failure.class, FailureClass::Network);
    assert!(failure.message.contains("(2 tries)"), "{}", failure.message);
    assert_eq!(image::names_with(&host), Vec::<String>::new());
}

/// The fault is forced: a registry that fails once, at the last request of a push, cannot be had otherwise.
async fn with_fault(fault: Fault) -> (StepOutput, TestStep, Registry) {
    let registry = Registry::start();
    let rule = Rule {
        method: "PUT",
        path: "/manifests/",
        times: 1,
        fault,
    };
    let proxy = FaultProxy::start(registry.port(), vec![rule]);
    let image = TestImage::of(&[]);
    let step = TestStep::new("push", &image);
    let output = passes(&step, &job(&proxy.host(), &["1.2.3"])).await;
    proxy.assert_used_up();
    (output, step, registry)
}

#[tokio::test]
async fn an_error_of_the_server_is_tried_again() {
    for status in [500, 503, 429] {
        let (output, step, registry) = with_fault(Fault::Refuse(status, "UNKNOWN", "forced")).await;
        assert_eq!(output.digest, registry.digest("shop/web", "1.2.3"));
        assert_eq!(step.log().matches("$ docker push").count(), 2, "{status}: {}", step.log());
    }
}

#[tokio::test]
async fn an_answer_that_is_lost_after_the_push_arrived_is_no_failure() {
    let (output, step, registry) = with_fault(Fault::LoseAnswer).await;
    assert_eq!(output.digest, registry.digest("shop/web", "1.2.3"));
    assert_eq!(
        step.log().matches("$ docker push").count(),
        1,
        "nothing is pushed twice: {}",
        step.log()
    );
}

/// Forced: ECR's refusal to move a tag of an immutable repository, in its own words.
const IMMUTABLE: Fault = Fault::Refuse(
    400,
    "TAG_INVALID",
    "The image tag '1.2.3' already exists in the 'shop/web' repository and cannot be overwritten because the tag is immutable.",
);

fn refusing(registry: &Registry) -> FaultProxy {
    let rule = Rule {
        method: "PUT",
        path: "/manifests/",
        times: 1,
        fault: IMMUTABLE,
    };
    FaultProxy::start(registry.port(), vec![rule])
}

#[tokio::test]
async fn an_immutable_tag_with_other_content_is_a_conflict() {
    let registry = Registry::start();
    let proxy = refusing(&registry);
    let (old, new) = (TestImage::of(&[]), TestImage::of(&[]));
    let there = passes(&TestStep::new("push", &old), &job(&registry.host(), &["1.2.3"])).await;
    let failure = fails(&TestStep::new("push", &new), &job(&proxy.host(), &["1.2.3"])).await;
    assert_eq!(failure.class, FailureClass::Conflict, "{}", failure.message);
    for digest in [&there.digest.unwrap(), &old.id, &new.id] {
        assert!(failure.message.contains(digest), "{digest}: {}", failure.message);
    }
}

#[tokio::test]
async fn an_immutable_tag_with_the_same_content_passes() {
    let registry = Registry::start();
    let proxy = refusing(&registry);
    let image = TestImage::of(&[]);
    let first = passes(&TestStep::new("push", &image), &job(&registry.host(), &["1.2.3"])).await;
    let second = passes(&TestStep::new("push", &image), &job(&proxy.host(), &["1.2.3"])).await;
    proxy.assert_used_up();
    assert_eq!(first.digest, second.digest);
}

#[tokio::test]
async fn another_image_under_the_tag_is_a_conflict() {
    // Forced: somebody else's push between ours and the reading back is played by an answer with another image's digest in it.
    let registry = Registry::start();
    let image = TestImage::of(&[]);
    let replace = Fault::Replace(image.id.clone(), format!("sha256:{}", "0".repeat(64)));
    let rule = Rule {
        method: "GET",
        path: "/manifests/",
        times: 1,
        fault: replace,
    };
    let proxy = FaultProxy::start(registry.port(), vec![rule]);
    let step = TestStep::new("push", &image);
    let failure = fails(&step, &job(&proxy.host(), &["1.2.3"])).await;
    assert_eq!(failure.class, FailureClass::Conflict, "{}", failure.message);
    assert!(failure.message.contains(&image.id), "{}", failure.message);
}
