//! Amazon ECR's API: the login, and the repository an image is pushed to.
//!
//! The only user of the AWS SDK. The SDK waits for ever by default, so every call has a deadline; and its `Debug` of a login prints the token,
//! so that is wrapped the moment it arrives. Where an image is pushed is what the API says (`repositoryUri`), never a name made here: partitions,
//! FIPS and dual-stack hosts differ.

mod authorization;
mod error;
mod images;
pub mod lifecycle;
mod promotion;
mod repositories;
mod repository_state;

pub use authorization::Authorization;
pub use error::{EcrError, EcrErrorKind};
pub use images::EcrImage;
pub use promotion::Promotion;
pub use repositories::Existing;
pub use repository_state::{Call, Change, RepositoryState};

use std::time::Duration;

use aws_config::{BehaviorVersion, Region, timeout::TimeoutConfig};
use aws_sdk_ecr::Client;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};

use crate::pipeline::EcrRegistry;

const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);
const CALL_TIMEOUT: Duration = Duration::from_mins(1);

/// A client for one `[registries.NAME]` of the kind `ecr`.
#[derive(Clone, Debug)]
pub struct Ecr {
    client: Client,
    registry: EcrRegistry,
    region: String,
}

impl Ecr {
    /// A client with the standard chain's credentials; asks nothing of ECR yet. `AWS_ENDPOINT_URL_ECR` is honoured.
    pub async fn connect(registry: &EcrRegistry) -> Result<Self, EcrError> {
        let mut loader = loader();
        if let Some(region) = &registry.region {
            loader = loader.region(Region::new(region.clone()));
        }
        Self::from_config(registry, &loader.load().await)
    }

    /// A client with a configuration made elsewhere.
    pub fn from_config(registry: &EcrRegistry, config: &aws_config::SdkConfig) -> Result<Self, EcrError> {
        let region = config.region().ok_or_else(EcrError::no_region)?.to_string();
        Ok(Self {
            client: Client::new(config),
            registry: registry.clone(),
            region,
        })
    }

    /// The region it asks.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// A token for the registry: good for 12 hours, or for as long as the role's session lasts.
    pub async fn authorization(&self) -> Result<Authorization, EcrError> {
        const ACTION: &str = "ecr:GetAuthorizationToken";
        let answer = self.client.get_authorization_token().send().await;
        let answer = answer.map_err(|error| EcrError::of(ACTION, "*", &error))?;
        let data = answer
            .authorization_data()
            .first()
            .ok_or_else(|| EcrError::unusable(ACTION, "the answer holds no token"))?;
        Authorization::new(data).ok_or_else(|| EcrError::unusable(ACTION, "the token is not the base64 of `user:password`"))
    }

    /// Host part of where `repository` is pushed to. If it does not exist and the registry says `create = true`, it is created, as it is declared but for
    /// what stands in files.
    pub async fn host_of(&self, repository: &str) -> Result<String, EcrError> {
        let found = match self.describe(repository).await {
            Err(error) if error.kind == EcrErrorKind::NoRepository && self.registry.create => {
                let wanted = RepositoryState::declared(&self.registry.repositories);
                let created = self.create(repository, &wanted).await?;
                if wanted.lifecycle.is_some() {
                    self.mend(&created, &wanted, &Call::PutLifecycle).await?;
                }
                created
            }
            other => other?,
        };
        host(&found.uri, repository)
    }

    /// As [`host_of`](Self::host_of), but creates nothing: `None` where that would.
    pub async fn host_if_exists(&self, repository: &str) -> Result<Option<String>, EcrError> {
        match self.describe(repository).await {
            Err(error) if error.kind == EcrErrorKind::NoRepository && self.registry.create => Ok(None),
            other => host(&other?.uri, repository).map(Some),
        }
    }

    async fn describe(&self, repository: &str) -> Result<Existing, EcrError> {
        const ACTION: &str = "ecr:DescribeRepositories";
        let request = self.client.describe_repositories().repository_names(repository);
        let answer = request.set_registry_id(self.registry.account.clone()).send().await;
        let answer = answer.map_err(|error| EcrError::of(ACTION, repository, &error))?;
        let found = answer.repositories().first().map(Existing::new);
        found.ok_or_else(|| EcrError::unusable(ACTION, "the answer holds no repository"))
    }
}

/// The SDK's standard chain, with the one TLS stack that is built in, and deadlines.
pub fn loader() -> aws_config::ConfigLoader {
    let http = aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https();
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(5))
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .operation_timeout(CALL_TIMEOUT)
        .build();
    aws_config::defaults(BehaviorVersion::latest())
        .http_client(http)
        .timeout_config(timeouts)
}

/// Host part of where a repository is pushed to.
fn host(uri: &str, repository: &str) -> Result<String, EcrError> {
    let host = uri.strip_suffix(repository).and_then(|host| host.strip_suffix('/'));
    host.map(str::to_owned)
        .ok_or_else(|| EcrError::unusable("ecr:DescribeRepositories", &format!("`{uri}` is not where `{repository}` can be")))
}
