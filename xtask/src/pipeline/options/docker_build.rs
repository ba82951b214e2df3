//! Options of `uses = "docker-build"`: buildx bake's names and meanings.

use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// How an image is built. Every one of these may also stand in the image's own table.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct DockerBuildOptions {
    /// The stage of the Dockerfile to build; the last by default.
    pub target: Option<String>,
    /// Platforms such as `linux/amd64`; the engine's own by default. More than one needs an engine with the containerd image store.
    pub platforms: Vec<String>,
    /// Build arguments; values are templates. They stand in the image's history: never put a secret here.
    pub args: BTreeMap<String, String>,
    /// Labels; values are templates. They win over the `org.opencontainers.image.*` ones that are set anyway.
    pub labels: BTreeMap<String, String>,
    /// Secrets for `RUN --mount=type=secret`: `id=NAME,env=VARIABLE` or `id=NAME,src=FILE`. One that is not set fails the step.
    pub secrets: Vec<String>,
    /// SSH agents for `RUN --mount=type=ssh`: `default` or `NAME=SOCKET`.
    pub ssh: Vec<String>,
    /// Named contexts: what a `FROM` or `COPY --from` of that name means.
    pub contexts: BTreeMap<String, String>,
    /// Caches to read, as `docker buildx build --cache-from` takes them.
    pub cache_from: Vec<String>,
    /// Caches to write, as `docker buildx build --cache-to` takes them.
    pub cache_to: Vec<String>,
    /// Build every layer anew.
    pub no_cache: bool,
    /// Ask the registry for newer base images even if they are here.
    pub pull: bool,
    /// Certificate authorities for builds on networks that re-sign TLS: `host` for this machine's own bundle, or a PEM file. Given to the
    /// build as the secret `ca-certificates`, so that nothing of it stays in the image.
    pub ca_certificates: Option<String>,
}
