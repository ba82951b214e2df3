//! Build secrets: that they are set, and what must not be seen in the log.

use std::{env, fs, path::Path};

use crate::tool::docker_build::{BuildJob, BuildSecret, SecretSource};

use super::super::super::Failure;

/// The values of a build's secrets. buildx would build with an empty one, even where the Dockerfile says `required`.
pub(super) fn values(job: &BuildJob, root: &Path) -> Result<Vec<String>, Failure> {
    job.options.secrets.iter().map(|written| value(&parse(written)?, root)).collect()
}

/// What cannot be read here is not left to buildx, which would take it for something.
fn parse(written: &str) -> Result<BuildSecret, Failure> {
    BuildSecret::parse(written).ok_or_else(|| {
        Failure::step(format!("`{written}` is not a secret")).hint("write it as `id=NAME,env=VARIABLE` or `id=NAME,src=FILE`")
    })
}

fn value(secret: &BuildSecret, root: &Path) -> Result<String, Failure> {
    let id = &secret.id;
    match &secret.source {
        SecretSource::Env(variable) => env::var(variable).ok().filter(|value| !value.is_empty()).ok_or_else(|| {
            Failure::step(format!(
                "build secret `{id}` has no value: the environment variable `{variable}` is not set"
            ))
            .hint(format!("set `{variable}`; in CI, from the system's own secrets"))
        }),
        SecretSource::File(path) => {
            let bytes = fs::read(root.join(path)).map_err(|error| {
                Failure::step(format!("build secret `{id}` has no value: `{path}` cannot be read: {error}"))
                    .hint("the path is relative to pipeline.toml")
            })?;
            if bytes.is_empty() {
                return Err(Failure::step(format!("build secret `{id}` has no value: `{path}` is empty")).hint("put the secret into it"));
            }
            Ok(String::from_utf8_lossy(&bytes).into_owned())
        }
    }
}
