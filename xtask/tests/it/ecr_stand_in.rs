//! The stand-in for ECR, asked by those it is made for: the real AWS SDK, our client, the real docker engine, a whole release.

mod engine;
mod faults;
mod images;
mod lifecycle;
mod release;
mod repositories;
mod scans;

use std::{
    fmt::Debug,
    process::{Command, Output},
};

use aws_sdk_ecr::{
    Client,
    config::{Credentials, Region, retry::RetryConfig},
    error::{ProvideErrorMetadata, SdkError},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ecr_stand_in::{EcrStandIn, Options};
use serde_json::json;
use tempfile::TempDir;
use xtask::{
    pipeline::{EcrRegistry, EcrRepository},
    tool::{
        ecr::{self, Ecr},
        manifest::sha256,
    },
};

use crate::support::http::{self, Response};

const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// A stand-in, and those who ask it.
struct Fixture {
    stand_in: EcrStandIn,
    config: aws_config::SdkConfig,
    sdk: Client,
}

impl Fixture {
    async fn new() -> Self {
        Self::with(Options::default()).await
    }

    async fn with(options: Options) -> Self {
        let stand_in = EcrStandIn::start(options).unwrap();
        let loader = ecr::loader()
            .region(Region::new("us-east-1"))
            .endpoint_url(stand_in.endpoint())
            .retry_config(RetryConfig::disabled())
            .credentials_provider(Credentials::new("test", "test", None, None, "test"));
        let config = loader.load().await;
        Self {
            stand_in,
            sdk: Client::new(&config),
            config,
        }
    }

    /// Our own client.
    fn ecr(&self, create: bool, immutable_tags: bool) -> Ecr {
        let registry = EcrRegistry {
            region: None,
            account: None,
            create,
            repositories: EcrRepository {
                immutable_tags,
                ..EcrRepository::default()
            },
        };
        Ecr::from_config(&registry, &self.config).unwrap()
    }

    /// A repository whose tags can be moved.
    async fn repository(&self, name: &str) {
        self.ecr(true, false).host_of(name).await.unwrap();
    }

    /// `Basic …` of a new login.
    async fn authorization(&self) -> String {
        let login = self.ecr(false, false).authorization().await.unwrap().login;
        format!("Basic {}", STANDARD.encode(format!("{}:{}", login.user, login.password.expose())))
    }

    /// Sends a request to the registry's half.
    async fn registry(&self, method: &str, path: &str, content_type: &str, body: &[u8]) -> Response {
        let authorization = self.authorization().await;
        let headers = [
            ("Authorization", authorization.as_str()),
            ("Content-Type", content_type),
            // The registry behind does not show an OCI manifest to those who do not ask for it.
            ("Accept", MANIFEST),
        ];
        http::request(self.stand_in.port(), method, path, &headers, body)
    }

    /// Pushes an image made of a text; gives its digest.
    async fn push(&self, repository: &str, reference: &str, text: &str) -> String {
        let manifest = self.manifest(repository, text).await;
        let digest = sha256(manifest.as_bytes());
        let reference = if reference.is_empty() { &digest } else { reference };
        let path = format!("/v2/{repository}/manifests/{reference}");
        let put = self.registry("PUT", &path, MANIFEST, manifest.as_bytes()).await;
        assert_eq!(put.status, 201, "{put:?}");
        digest
    }

    /// A manifest whose one blob, a text, is uploaded.
    async fn manifest(&self, repository: &str, text: &str) -> String {
        let started = self.registry("POST", &format!("/v2/{repository}/blobs/uploads/"), "", b"").await;
        assert_eq!(started.status, 202, "{started:?}");
        let location = started.header("location").unwrap();
        let path = &location[location.find("/v2/").unwrap()..];
        let digest = sha256(text.as_bytes());
        let target = format!("{path}&digest={digest}");
        let put = self.registry("PUT", &target, "application/octet-stream", text.as_bytes()).await;
        assert_eq!(put.status, 201, "{put:?}");
        let config = json!({"mediaType": "application/vnd.oci.image.config.v1+json", "digest": digest, "size": text.len()});
        json!({"schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": []}).to_string()
    }

    /// Posts to one of the stand-in's own paths.
    fn post(&self, path: &str, body: &serde_json::Value) {
        let answer = http::request(self.stand_in.port(), "POST", path, &[], body.to_string().as_bytes());
        assert_eq!(answer.status, 200, "{answer:?}");
    }
}

/// The docker engine's client, logged in to one registry.
struct Docker {
    config: TempDir,
}

impl Docker {
    async fn logged_in(fixture: &Fixture) -> Self {
        let login = fixture.ecr(false, false).authorization().await.unwrap().login;
        let auth = STANDARD.encode(format!("{}:{}", login.user, login.password.expose()));
        let config = tempfile::tempdir().unwrap();
        let text = json!({"auths": {fixture.stand_in.host(): {"auth": auth}}}).to_string();
        std::fs::write(config.path().join("config.json"), text).unwrap();
        Self { config }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new("docker");
        command.args(arguments).env("DOCKER_CONFIG", self.config.path());
        command.output().unwrap()
    }

    #[track_caller]
    fn succeeds(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// Fails, and says so.
    #[track_caller]
    fn fails(&self, arguments: &[&str], part: &str) {
        let output = self.run(arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && said.contains(part), "{arguments:?}: {said}");
    }
}

/// The name of the exception that a call failed with.
#[track_caller]
fn code<T: Debug, E: ProvideErrorMetadata + Debug>(result: Result<T, SdkError<E>>) -> String {
    let error = result.unwrap_err();
    error.code().unwrap_or_default().to_owned()
}
