//! Pushing: an image in the engine's store → tags in a registry.
//!
//! The main tag is pushed and read back; each further tag is the same image pushed once more, because `docker tag` and `docker push` keep the
//! manifest's bytes where `buildx imagetools create` may wrap them in an index of another digest.
//!
//! A release does this in phases, each for all images before the next begins for any: see [`PushPhase`].

mod fault;

pub use fault::PushFault;

use semver::Version;

use crate::pipeline::{ImageName, Registry, RegistryKind, options::PushOptions, resolve::PHASES};

use super::{CommandLine, late};

/// Push one image.
#[derive(Clone, Debug)]
pub struct PushJob {
    /// Which.
    pub image: ImageName,
    /// Where to.
    pub registry: Registry,
    /// The repository within the registry, expanded: `docker-ecr/python-basic`.
    pub repository: String,
    /// The tags it gets, in order; the first is the main one. In a release: those of this phase.
    pub tags: Vec<String>,
    /// What is done with them.
    pub phase: PushPhase,
    /// What it is released as; `None` outside of releases.
    pub release: Option<ReleasedAs>,
    /// How.
    pub options: PushOptions,
}

/// What a push step does. A release goes through all but the first; other tasks know only that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PushPhase {
    /// Uploads the image under all its tags.
    Whole,
    /// Finds out whether the version's tags are free. Nothing is changed.
    Check,
    /// Uploads the image under a tag that nobody takes for a release.
    Upload,
    /// Sets the tags that stand for this version alone.
    Version,
    /// Sets the tags that move from version to version, unless a greater one has them.
    Moving,
}

/// What an image is released as.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleasedAs {
    /// The version.
    pub version: Version,
    /// The main tag, which has the version in it: `1.2.3`, `1.2.3-alpine`.
    pub main_tag: String,
    /// Full id of the commit, as the label `org.opencontainers.image.revision` has it.
    pub revision: Option<String>,
}

impl ReleasedAs {
    /// The version that a main tag of the same making has in it: `2.0.0` of `2.0.0-alpine`, where ours is `1.2.3-alpine`.
    pub fn version_in(&self, main_tag: &str) -> Option<Version> {
        let own = self.version.to_string();
        let (prefix, suffix) = self.main_tag.split_once(&own)?;
        let version = main_tag.strip_prefix(prefix)?.strip_suffix(suffix)?;
        Version::parse(version).ok()
    }
}

impl PushPhase {
    /// The stage part of its steps' ids, for a push stage of that name.
    pub fn stage(self, push: &str) -> String {
        let [check, version, moving] = PHASES;
        match self {
            Self::Whole | Self::Upload => push.to_owned(),
            Self::Check => push.to_owned() + check,
            Self::Version => push.to_owned() + version,
            Self::Moving => push.to_owned() + moving,
        }
    }
}

impl PushJob {
    /// The references it pushes, in order. For ECR the host is the late token [`REGISTRY`](late::REGISTRY), because only its API knows it.
    pub fn references(&self) -> Vec<String> {
        let host = match &self.registry.kind {
            RegistryKind::Oci(oci) => &oci.host,
            RegistryKind::Ecr(_) => late::REGISTRY,
        };
        let name = &self.repository;
        self.tags.iter().map(|tag| format!("{host}/{name}:{tag}")).collect()
    }
}

/// All the command lines of a push, in order: each tag is set, pushed and read back.
pub fn commands(job: &PushJob) -> Vec<CommandLine> {
    let lines = |reference: &String| match job.phase {
        PushPhase::Check => vec![read_back(reference)],
        _ => vec![tag(late::IMAGE_ID, reference), push(reference), read_back(reference)],
    };
    job.references().iter().flat_map(lines).collect()
}

/// Names an image in the engine's store, so that it can be pushed under that name.
pub fn tag(image_id: &str, reference: &str) -> CommandLine {
    CommandLine::new(["docker", "tag", image_id, reference])
}

/// Pushes what has that name in the engine's store.
pub fn push(reference: &str) -> CommandLine {
    CommandLine::new(["docker", "push", reference])
}

/// Writes the manifest that the registry has under a reference to standard output, byte for byte.
pub fn read_back(reference: &str) -> CommandLine {
    CommandLine::new(["docker", "buildx", "imagetools", "inspect", "--raw", reference])
}

/// Writes the configuration of an image in a registry, or of each platform's image, as JSON.
pub fn configuration(reference: &str) -> CommandLine {
    CommandLine::new([
        "docker",
        "buildx",
        "imagetools",
        "inspect",
        "--format",
        "{{json .Image}}",
        reference,
    ])
}

/// Asks the engine whether it has an image of that name; writes its id.
pub fn look_up(reference: &str) -> CommandLine {
    CommandLine::new(["docker", "image", "inspect", "--format", "{{.Id}}", reference])
}

/// Takes a name away from an image in the engine's store.
pub fn untag(reference: &str) -> CommandLine {
    CommandLine::new(["docker", "image", "rm", "--no-prune", reference])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::pipeline::{EcrRegistry, OciRegistry, RegistryName};

    fn job(kind: RegistryKind) -> PushJob {
        PushJob {
            image: ImageName::new("web"),
            registry: Registry {
                name: RegistryName::new("production"),
                repository: "{{project}}/{{image}}".into(),
                allow: BTreeSet::new(),
                kind,
            },
            repository: "shop/web".into(),
            tags: vec!["1.2.3".into(), "1.2".into()],
            phase: PushPhase::Whole,
            release: None,
            options: PushOptions::default(),
        }
    }

    #[test]
    fn each_tag_is_set_pushed_and_read_back() {
        let oci = OciRegistry {
            host: "localhost:5000".into(),
            username_env: None,
            password_env: None,
        };
        let lines: Vec<_> = commands(&job(RegistryKind::Oci(oci))).iter().map(ToString::to_string).collect();
        assert_eq!(lines.len(), 6);
        assert_eq!(lines[0], "docker tag '{{image_id}}' localhost:5000/shop/web:1.2.3");
        assert_eq!(lines[4], "docker push localhost:5000/shop/web:1.2");
        assert_eq!(lines[5], "docker buildx imagetools inspect --raw localhost:5000/shop/web:1.2");
    }

    #[test]
    fn a_version_is_found_in_a_tag_made_like_ours() {
        let ours = ReleasedAs {
            version: Version::new(1, 2, 3),
            main_tag: "v1.2.3-alpine".into(),
            revision: None,
        };
        assert_eq!(ours.version_in("v2.0.0-rc.1-alpine"), Version::parse("2.0.0-rc.1").ok());
        for other in ["2.0.0-alpine", "v2.0.0", "v2.0-alpine", ""] {
            assert_eq!(ours.version_in(other), None, "{other}");
        }
    }

    #[test]
    fn an_ecr_host_is_left_to_the_api() {
        let ecr = EcrRegistry::default();
        assert_eq!(
            job(RegistryKind::Ecr(ecr)).references(),
            ["{{registry}}/shop/web:1.2.3", "{{registry}}/shop/web:1.2"]
        );
    }
}
