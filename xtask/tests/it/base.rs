//! Base images with the real engine, a real registry and, for stand-ins, mmdebstrap and Debian's packages.

mod fixture;
mod stand_in;

use xtask::{exec::FailureClass, plan::BaseJob};

use fixture::{Search, docker, unique};

use crate::support::{
    fault_proxy::{Fault, FaultProxy, Rule},
    image::TestImage,
    registry::Registry,
};

/// No registry has it, and asking for it takes no time: nothing listens on port 1.
fn nowhere() -> String {
    format!("127.0.0.1:1/{}:1", unique("nowhere"))
}

fn job(reference: &str, mirrors: &[String]) -> BaseJob {
    BaseJob {
        reference: reference.to_owned(),
        mirrors: mirrors.to_vec(),
        fallback: None,
        allow_fallback: false,
        pull: false,
    }
}

/// Pushes an image; gives its name there and its digest.
fn publish(registry: &Registry, image: &TestImage) -> (String, String) {
    let repository = unique("mirror");
    let name = format!("{}/{repository}:1", registry.host());
    docker(&["tag", &image.id, &name]);
    docker(&["push", "--quiet", &name]);
    docker(&["image", "rm", &name]);
    (name, registry.digest(&repository, "1").unwrap())
}

#[tokio::test]
async fn the_first_mirror_that_has_it_is_taken_and_pinned() {
    let registry = Registry::start();
    let (mirror, digest) = publish(&registry, &TestImage::of(&[]));
    let search = Search::new();
    let reference = nowhere();
    let output = search.run(&job(&reference, &[nowhere(), mirror.clone()])).await.unwrap();
    assert_eq!(search.resolved(&reference), Some(format!("{mirror}@{digest}")));
    assert_eq!((output.digest, output.notes), (Some(digest), vec![format!("from `{mirror}`")]));
    docker(&["image", "rm", &mirror]);
}

#[tokio::test]
async fn a_mirror_that_is_gone_still_counts_if_it_was_pulled_from_before() {
    let registry = Registry::start();
    let (mirror, digest) = publish(&registry, &TestImage::of(&[]));
    let reference = nowhere();
    Search::new().run(&job(&reference, std::slice::from_ref(&mirror))).await.unwrap();
    drop(registry);

    let search = Search::new();
    let output = search.run(&job(&reference, std::slice::from_ref(&mirror))).await.unwrap();
    assert_eq!(search.resolved(&reference), Some(format!("{mirror}@{digest}")));
    assert_eq!(output.notes, [format!("from `{mirror}`, pulled earlier: it cannot be asked now")]);
    let must_pull = BaseJob {
        pull: true,
        ..job(&reference, std::slice::from_ref(&mirror))
    };
    assert!(Search::new().run(&must_pull).await.is_err());
    docker(&["image", "rm", &mirror]);
}

#[tokio::test]
async fn an_image_that_somebody_named_like_a_mirror_is_not_the_mirrors() {
    let image = TestImage::of(&[]);
    let mirror = nowhere();
    docker(&["tag", &image.id, &mirror]);
    let failure = Search::new().run(&job(&nowhere(), std::slice::from_ref(&mirror))).await;
    docker(&["image", "rm", &mirror]);
    assert_eq!(failure.unwrap_err().class, FailureClass::Network);
}

#[tokio::test]
async fn what_the_engine_has_is_used_without_asking_unless_it_must_be_pulled() {
    let image = TestImage::of(&[]);
    let search = Search::new();
    let reference = nowhere();
    docker(&["tag", &image.id, &reference]);
    let output = search.run(&job(&reference, &[])).await.unwrap();
    assert_eq!(search.resolved(&reference).as_ref(), Some(&reference));
    assert_eq!(output.notes, [format!("from the engine, which has `{reference}` already")]);
    assert!(!search.step.log().contains("docker pull"), "{}", search.step.log());

    let must_pull = BaseJob {
        pull: true,
        ..job(&reference, &[])
    };
    let failure = search.run(&must_pull).await;
    docker(&["image", "rm", &reference]);
    assert_eq!(failure.unwrap_err().class, FailureClass::Network);
}

#[tokio::test]
async fn each_attempt_is_named_with_its_reason() {
    let registry = Registry::start();
    let (mirror, reference) = (format!("{}/absent:1", registry.host()), nowhere());
    let failure = Search::new()
        .run(&job(&reference, std::slice::from_ref(&mirror)))
        .await
        .unwrap_err();
    assert_eq!(failure.class, FailureClass::Network);
    let lines: Vec<&str> = failure.message.lines().collect();
    assert_eq!(lines[0], format!("base image `{reference}` cannot be had"));
    assert!(
        lines[1].starts_with(&format!("`{mirror}`: manifest for {mirror} not found")),
        "{}",
        lines[1]
    );
    assert_eq!(lines[2], format!("`{reference}`: 127.0.0.1:1: connect: connection refused"));
    assert_eq!(
        failure.hint,
        Some(format!("give a mirror in `[bases.\"{reference}\"] mirrors`, or a `fallback`"))
    );
}

#[tokio::test]
async fn passing_trouble_of_a_registry_is_waited_out() {
    let registry = Registry::start();
    let (mirror, digest) = publish(&registry, &TestImage::of(&[]));
    let repository = mirror.trim_start_matches(&registry.host()).to_owned();
    let proxy = FaultProxy::start(
        registry.port(),
        vec![
            Rule {
                method: "HEAD",
                path: "/manifests/",
                times: 1,
                fault: Fault::Refuse(503, "UNAVAILABLE", "come back later"),
            },
            Rule {
                method: "GET",
                path: "/manifests/",
                times: 1,
                fault: Fault::Refuse(503, "UNAVAILABLE", "come back later"),
            },
        ],
    );
    let mirror = format!("{}{repository}", proxy.host());
    let (search, reference) = (Search::new(), nowhere());
    search.run(&job(&reference, std::slice::from_ref(&mirror))).await.unwrap();
    proxy.assert_used_up();
    assert_eq!(search.resolved(&reference), Some(format!("{mirror}@{digest}")));
    docker(&["image", "rm", &mirror]);
}

/// A stand-in for docker, because the real engine is not to be stopped.
#[tokio::test]
async fn an_engine_that_does_not_answer_is_the_machines_fault() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("docker");
    crate::support::script(
        &program,
        "echo 'Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?' >&2; exit 1",
    );
    for mirrors in [vec![], vec![nowhere()]] {
        let search = Search::with_programs(&[("docker", &program)]);
        let failure = search.run(&job(&nowhere(), &mirrors)).await.unwrap_err();
        assert_eq!(failure.class, FailureClass::Machine);
        assert_eq!(failure.message, "the docker engine does not answer");
    }
}
