//! `docker buildx build`: a context → an image in the engine's store.
//!
//! The same commit gives the same image id as long as its layers come from the cache, because `SOURCE_DATE_EPOCH` fixes the times in the image's
//! configuration. Built anew, what `RUN` writes and the folders that `COPY` makes have the time they were made at; the classic image store has no
//! `rewrite-timestamp`.

mod failure;
mod secret;

use std::path::PathBuf;

use serde::Deserialize;

use crate::pipeline::{ImageName, options::DockerBuildOptions};

use super::{CommandLine, late};

pub use failure::{BuildFault, MissingImage, explain};
pub use secret::{BuildSecret, SecretSource};

/// Build one image.
#[derive(Clone, Debug)]
pub struct BuildJob {
    /// Which.
    pub image: ImageName,
    /// Build context, relative to the pipeline's root.
    pub context: PathBuf,
    /// Dockerfile, relative to the pipeline's root.
    pub dockerfile: PathBuf,
    /// How; the templates in it are expanded already.
    pub options: DockerBuildOptions,
    /// References of `FROM` and the like that a base step resolves first.
    pub bases: Vec<String>,
    /// References of `FROM` and the like that are images of this pipeline, each with the local reference that image is built under.
    pub images: Vec<(String, String)>,
    /// Commit time in seconds since 1970: the image's time stamps, so that the same commit gives the same image.
    pub source_date_epoch: Option<i64>,
    /// The name the image gets in the engine: `PROJECT/IMAGE:dev`.
    pub local_reference: String,
}

/// Where buildx writes what it built, with late tokens in it.
pub fn metadata_file(job: &BuildJob) -> String {
    format!("{}/build-{}.json", late::RUN_DIR, job.image)
}

/// `docker buildx build --load …`.
pub fn command(job: &BuildJob) -> CommandLine {
    let options = &job.options;
    // Attestations would make an index of a single image, which the classic image store cannot hold.
    let fixed = [
        "docker",
        "buildx",
        "build",
        "--load",
        "--progress",
        "plain",
        "--provenance=false",
        "--sbom=false",
    ];
    let mut argv: Vec<String> = fixed.map(str::to_owned).to_vec();
    let mut add = |flag: &str, value: String| argv.extend([flag.to_owned(), value]);
    add("--metadata-file", metadata_file(job));
    add("--tag", job.local_reference.clone());
    add("--file", job.dockerfile.display().to_string());
    if let Some(target) = &options.target {
        add("--target", target.clone());
    }
    if !options.platforms.is_empty() {
        add("--platform", options.platforms.join(","));
    }
    // BuildKit takes the time stamps of the image's configuration and history from this argument; it is no part of the cache's key.
    let epoch = job
        .source_date_epoch
        .map(|epoch| ("SOURCE_DATE_EPOCH".to_owned(), epoch.to_string()));
    for (name, value) in epoch.iter().map(|(name, value)| (name, value)).chain(&options.args) {
        add("--build-arg", format!("{name}={value}"));
    }
    for (name, value) in &options.labels {
        add("--label", format!("{name}={value}"));
    }
    for reference in &job.bases {
        add("--build-context", format!("{reference}=docker-image://{}", late::base(reference)));
    }
    for (reference, local) in &job.images {
        add("--build-context", format!("{reference}=docker-image://{local}"));
    }
    for (name, value) in &options.contexts {
        add("--build-context", format!("{name}={value}"));
    }
    for secret in &options.secrets {
        add("--secret", secret.clone());
    }
    if options.ca_certificates.is_some() {
        add("--secret", format!("id=ca-certificates,src={}", late::CA_CERTIFICATES));
    }
    for (flag, values) in [
        ("--ssh", &options.ssh),
        ("--cache-from", &options.cache_from),
        ("--cache-to", &options.cache_to),
    ] {
        for value in values {
            add(flag, value.clone());
        }
    }
    let switches = [(options.no_cache, "--no-cache"), (options.pull && !withholds_pull(job), "--pull")];
    argv.extend(switches.into_iter().filter(|(on, _)| *on).map(|(_, flag)| flag.to_owned()));
    // A context called `--output=…` would be taken for an option.
    argv.extend(["--".to_owned(), job.context.display().to_string()]);
    // Labels come from pipeline.toml, whatever the environment asks buildx to add.
    CommandLine::new(argv).env_remove("BUILDX_GIT_LABELS")
}

/// Whether `pull` is not handed on to buildx: with `--pull` it asks registries even for `docker-image://` contexts, and so for images that are built
/// here. At best that fails; at worst somebody has put something under that name. Bases with a table are pulled by their own step instead.
pub fn withholds_pull(job: &BuildJob) -> bool {
    job.options.pull && !(job.images.is_empty() && job.bases.is_empty())
}

/// What buildx writes into its metadata file.
#[derive(Debug, Deserialize)]
pub struct BuildMetadata {
    #[serde(rename = "containerimage.config.digest")]
    config: Option<String>,
    #[serde(rename = "containerimage.digest")]
    digest: Option<String>,
}

impl BuildMetadata {
    /// The id under which the engine has the image: the digest of its configuration with the classic image store, of its manifest with
    /// containerd's. buildx gives both in the second case and may give only one in the first.
    pub fn candidates(&self) -> impl Iterator<Item = &str> {
        [&self.config, &self.digest].into_iter().flatten().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn job() -> BuildJob {
        BuildJob {
            image: ImageName::new("web"),
            context: "web".into(),
            dockerfile: "web/Dockerfile".into(),
            options: DockerBuildOptions::default(),
            bases: Vec::new(),
            images: Vec::new(),
            source_date_epoch: None,
            local_reference: "p/web:dev".to_owned(),
        }
    }

    #[test]
    fn registries_are_never_asked_for_images_built_here() {
        let mut job = job();
        job.options.pull = true;
        assert!(command(&job).argv.contains(&"--pull".to_owned()) && !withholds_pull(&job));
        job.images = vec![("base".to_owned(), "p/base:dev".to_owned())];
        assert!(!command(&job).argv.contains(&"--pull".to_owned()) && withholds_pull(&job));
        job.options.pull = false;
        assert!(!withholds_pull(&job));
    }

    #[test]
    fn the_command_line_has_a_fixed_order_and_ends_in_the_context() {
        let job = BuildJob {
            context: "--output=x".into(),
            options: DockerBuildOptions {
                target: Some("final".to_owned()),
                args: BTreeMap::from([("B".to_owned(), "2".to_owned()), ("A".to_owned(), "a b".to_owned())]),
                platforms: vec!["linux/amd64".to_owned()],
                labels: BTreeMap::from([("l".to_owned(), "v".to_owned())]),
                secrets: vec!["id=token,env=TOKEN".to_owned()],
                ca_certificates: Some("host".to_owned()),
                ssh: vec!["default".to_owned()],
                contexts: BTreeMap::from([("docs".to_owned(), "../docs".to_owned())]),
                cache_from: vec!["type=registry,ref=r/c".to_owned()],
                cache_to: vec!["type=inline".to_owned()],
                no_cache: true,
                ..DockerBuildOptions::default()
            },
            bases: vec!["debian:13".to_owned()],
            images: vec![("base".to_owned(), "p/base:dev".to_owned())],
            source_date_epoch: Some(7),
            ..job()
        };
        assert_eq!(
            command(&job).argv.join(" "),
            "docker buildx build --load --progress plain --provenance=false --sbom=false --metadata-file {{run_dir}}/build-web.json \
             --tag p/web:dev --file web/Dockerfile --target final --platform linux/amd64 --build-arg SOURCE_DATE_EPOCH=7 \
             --build-arg A=a b --build-arg B=2 --label l=v --build-context debian:13=docker-image://{{base:debian:13}} \
             --build-context base=docker-image://p/base:dev --build-context docs=../docs --secret id=token,env=TOKEN \
             --secret id=ca-certificates,src={{ca_certificates}} --ssh default --cache-from type=registry,ref=r/c \
             --cache-to type=inline --no-cache -- --output=x"
        );
    }
}
