//! How a registry is reached: its host, and the docker configuration its commands run with.

use crate::{
    pipeline::RegistryKind,
    tool::{CommandLine, docker_config::Login, push::PushJob},
};

use super::{
    super::super::{Failure, StepContext},
    config_folder::ConfigFolder,
    logins::Logins,
};

/// The way into one registry, for one push step. Its temporary docker configuration goes when this goes, however the step ends.
pub(super) struct Access<'a> {
    job: &'a PushJob,
    context: &'a StepContext,
    host: String,
    /// `None`: the user's own docker login is used.
    own: Option<(Login, ConfigFolder)>,
    renewed: bool,
}

impl<'a> Access<'a> {
    /// Finds out host and login. For ECR, makes sure that the repository exists.
    pub(super) async fn open(job: &'a PushJob, context: &'a StepContext) -> Result<Self, Failure> {
        let host = match &job.registry.kind {
            RegistryKind::Oci(oci) => oci.host.clone(),
            RegistryKind::Ecr(ecr) => {
                let logins = &context.outputs.logins;
                logins.ecr_host(&job.registry.name, ecr, &job.repository).await?
            }
        };
        Self::at(host, job, context).await
    }

    /// As [`open`](Self::open), but changes nothing: `None` for an ECR repository that a push will create.
    pub(super) async fn open_existing(job: &'a PushJob, context: &'a StepContext) -> Result<Option<Self>, Failure> {
        let host = match &job.registry.kind {
            RegistryKind::Oci(oci) => Some(oci.host.clone()),
            RegistryKind::Ecr(ecr) => {
                let logins = &context.outputs.logins;
                logins.ecr_host_if_exists(&job.registry.name, ecr, &job.repository).await?
            }
        };
        match host {
            Some(host) => Self::at(host, job, context).await.map(Some),
            None => Ok(None),
        }
    }

    async fn at(host: String, job: &'a PushJob, context: &'a StepContext) -> Result<Self, Failure> {
        let login = match &job.registry.kind {
            RegistryKind::Oci(oci) => Logins::oci(&job.registry.name, oci)?,
            RegistryKind::Ecr(ecr) => Some(context.outputs.logins.ecr(&job.registry.name, ecr, None).await?),
        };
        let own = login
            .map(|login| ConfigFolder::create(&host, &login).map(|folder| (login, folder)))
            .transpose()?;
        Ok(Self {
            job,
            context,
            host,
            own,
            renewed: false,
        })
    }

    /// Host, and port if there is one.
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    /// A docker command line, run with this access.
    pub(super) fn apply(&self, command: CommandLine) -> CommandLine {
        match &self.own {
            None => command,
            Some((_, folder)) => folder.apply(command),
        }
    }

    /// Gets a new login where that can help: once, for ECR, whose tokens expire. Says whether it did.
    pub(super) async fn renew(&mut self) -> Result<bool, Failure> {
        let (RegistryKind::Ecr(ecr), Some((stale, _)), true) = (&self.job.registry.kind, &self.own, self.can_renew()) else {
            return Ok(false);
        };
        let login = self.context.outputs.logins.ecr(&self.job.registry.name, ecr, Some(stale)).await?;
        let folder = ConfigFolder::create(&self.host, &login)?;
        self.own = Some((login, folder));
        self.renewed = true;
        Ok(true)
    }

    /// Whether anybody's login is used at all.
    pub(super) fn has_login(&self) -> bool {
        self.own.is_some() || ConfigFolder::users_own_has_login(&self.host)
    }

    /// Whether [`renew`](Self::renew) may help yet.
    pub(super) fn can_renew(&self) -> bool {
        matches!(self.job.registry.kind, RegistryKind::Ecr(_)) && self.own.is_some() && !self.renewed
    }

    /// What to do if the registry does not let us in.
    pub(super) fn advice(&self) -> String {
        match &self.job.registry.kind {
            RegistryKind::Ecr(_) => format!(
                "let the AWS identity push to `{}`: `ecr:BatchCheckLayerAvailability`, `ecr:InitiateLayerUpload`, `ecr:UploadLayerPart`, \
                 `ecr:CompleteLayerUpload`, `ecr:PutImage`, `ecr:BatchGetImage`",
                self.job.repository
            ),
            RegistryKind::Oci(oci) => match (&oci.username_env, &oci.password_env) {
                (Some(user), Some(password)) => format!("check the values of `{user}` and `{password}`, and what that user may push"),
                _ => format!(
                    "run `docker login {}`, or set `username-env` and `password-env` for the registry",
                    oci.host
                ),
            },
        }
    }
}
