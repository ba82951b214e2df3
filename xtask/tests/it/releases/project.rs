//! Two small images that are released, and what the registry should hold of them.

use std::{collections::BTreeMap, fmt::Write as _, fs};

use serde_json::Value;

use crate::support::{
    project::{Project, Ran},
    registry::Registry,
};

/// The pipeline, but for its versions and registries.
const PIPELINE: &str = r#"
[images]
web = { context = "web" }
api = { context = "api" }

[[stages]]
name = "build"
uses = "docker-build"
[[stages]]
name = "push"
uses = "push"
retries = 1

[[tags]]
type = "semver"
pattern = "{{version}}"
[[tags]]
type = "semver"
pattern = "{{major}}.{{minor}}"
[[tags]]
type = "semver"
pattern = "{{major}}"
[[tags]]
type = "sha"

[tasks.release]
stages = ["build", "push"]
registry = "one"
require = ["clean-worktree", "version-tag"]
"#;

/// Tag → digest.
pub type Tags = BTreeMap<String, String>;

/// A project in a git repository with a user's name, and where it is released to.
pub struct Released {
    pub project: Project,
    pub registry: Registry,
    /// What should be in the registry, by image.
    pub expected: BTreeMap<String, Tags>,
}

impl Released {
    /// With more of a pipeline.
    pub fn new(more: &str) -> Self {
        let registry = Registry::start();
        let project = project(more, &[("one", &registry.host())]);
        Self {
            project,
            registry,
            expected: BTreeMap::new(),
        }
    }

    /// Commits a change of one file.
    pub fn change(&self, file: &str, text: &str) -> &Self {
        self.project.file(file, text).commit();
        self
    }

    /// Releases, which must succeed; gives the record.
    pub fn release(&self, options: &[&str]) -> (Ran, Value) {
        let ran = release(&self.project, options).ends(0);
        let record = record(&self.project);
        assert_eq!(record["ok"], true);
        (ran, record)
    }

    /// Notes that an image should have got these tags, all at the digest that the record says.
    pub fn expect(&mut self, record: &Value, image: &str, tags: &[&str]) {
        let images = record["images"].as_array().unwrap();
        let of_record = images
            .iter()
            .find(|of_record| of_record["image"] == image)
            .expect("it is in the record");
        let digest = of_record["digest"].as_str().unwrap();
        let sha = format!("sha-{}", &record["commit"].as_str().unwrap()[..7]);
        let own = self.expected.entry(image.to_owned()).or_default();
        for tag in tags.iter().copied().chain([sha.as_str()]) {
            own.insert(tag.to_owned(), digest.to_owned());
        }
    }

    /// Fails unless the registry holds exactly what was expected.
    #[track_caller]
    pub fn check(&self) {
        for image in ["web", "api"] {
            let held = self.registry.tags(&format!("{}/{image}", self.project.name));
            assert_eq!(held, self.expected.get(image).cloned().unwrap_or_default(), "{image}");
        }
    }
}

/// The project alone, with registries of its own: name and host of each.
pub fn project(more: &str, registries: &[(&str, &str)]) -> Project {
    let mut pipeline = PIPELINE.to_owned() + more;
    for (name, host) in registries {
        writeln!(pipeline, "[registries.{name}]\nhost = \"{host}\"").unwrap();
    }
    let project = Project::new(&pipeline);
    for image in ["web", "api"] {
        project
            .image(
                image,
                "FROM scratch\nCOPY busybox /bin/busybox\nCOPY content /content\nCMD [\"/bin/busybox\"]\n",
            )
            .file(&format!("{image}/content"), "first\n");
    }
    project.commit();
    project.git(&["config", "user.name", "t"]);
    project.git(&["config", "user.email", "t@example.invalid"]);
    project
}

/// `cargo xtask release` with these options.
pub fn release(project: &Project, options: &[&str]) -> Ran {
    project.run(&[&["release", "--format", "json"], options].concat())
}

/// The record of the last release.
pub fn record(project: &Project) -> Value {
    let runs = fs::read_dir(project.path("target/xtask/runs")).unwrap();
    let last = runs
        .map(|entry| entry.unwrap().path().join("release.json"))
        .filter(|path| path.is_file())
        .max();
    serde_json::from_str(&fs::read_to_string(last.expect("there is a record")).unwrap()).unwrap()
}
