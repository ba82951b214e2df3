//! A run of CI, and the tags that rules give in it.

use std::path::PathBuf;

use xtask::{
    diag::{Diagnostic, SourceFile},
    facts::{Environment, Event, Facts},
    manifest,
    pipeline::{ImageName, resolve},
    plan::{self, NamedImage, tags},
};

/// The commit of every run.
pub const SHA: &str = "1111111111111111111111111111111111111111";
/// Its clock: 2026-02-03T04:05:06Z.
pub const NOW: i64 = 1_770_091_506;

/// What a pipeline begins with.
const HEAD: &str = "[project]\nname = \"shop\"\n[images.web]\ncontext = \"web\"\n";

/// The variables of a run.
#[derive(Clone)]
pub struct Ci(Vec<(String, String)>);

impl Ci {
    /// GitHub Actions, with an event and a ref.
    pub fn github(event: &str, git_ref: &str) -> Self {
        let fixed = Self(vec![("GITHUB_ACTIONS".to_owned(), "true".to_owned())]);
        fixed
            .with("GITHUB_EVENT_NAME", event)
            .with("GITHUB_REF", git_ref)
            .with("GITHUB_SHA", SHA)
    }

    /// A push to a branch or of a tag, in a repository whose default branch is `main`.
    pub fn push(git_ref: &str) -> Self {
        Self::github("push", git_ref).payload("push_branch")
    }

    /// No variable at all.
    pub fn nothing() -> Self {
        Self(Vec::new())
    }

    /// One more variable.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The event file of that name in `tests/fixtures/events`.
    pub fn payload(self, name: &str) -> Self {
        let path = format!("{}/tests/fixtures/events/{name}.json", env!("CARGO_MANIFEST_DIR"));
        self.with("GITHUB_EVENT_PATH", &path)
    }

    /// The tags, which there must be no problem with.
    pub fn tags(&self, rules: &str) -> Vec<String> {
        self.try_tags(rules).unwrap().tags()
    }

    /// The tags with the rules that gave them, or what is wrong: with the rules, or with this run.
    pub fn try_tags(&self, rules: &str) -> Result<tags::ImageTags, String> {
        let pipeline = resolved(&format!("{HEAD}{rules}"))?;
        tags::of_image(&pipeline.pipeline, &self.facts()?, &ImageName::new("web"), None).map_err(|error| error.to_string())
    }

    /// Why rules gave no tag.
    pub fn reasons(&self, rules: &str) -> Vec<String> {
        let tags = self.try_tags(rules).unwrap();
        tags.not_given.into_iter().map(|none| none.why).collect()
    }

    /// Everything `cargo xtask tags` says of the image of a whole pipeline.
    pub fn named(&self, pipeline: &str) -> NamedImage {
        let pipeline = resolved(pipeline).unwrap();
        let mut named = plan::name_images(&pipeline.pipeline, &self.facts().unwrap(), &[], None).unwrap();
        named.remove(0)
    }

    fn facts(&self) -> Result<Facts, String> {
        let environment: Environment = self.0.iter().cloned().collect();
        Ok(Facts {
            event: Event::read(&environment, None).map_err(|error| error.to_string())?,
            now: NOW,
            epoch: Some(NOW),
            ..Facts::default()
        })
    }
}

/// What is wrong with rules.
pub fn problems(rules: &str) -> Vec<Diagnostic> {
    load(&format!("{HEAD}{rules}")).1
}

fn resolved(text: &str) -> Result<resolve::Resolved, String> {
    let (resolved, problems) = load(text);
    match problems.iter().find(|problem| problem.is_error()) {
        Some(problem) => Err(format!("{}: {}", problem.code, problem.message)),
        None => Ok(resolved.unwrap()),
    }
}

fn load(text: &str) -> (Option<resolve::Resolved>, Vec<Diagnostic>) {
    let source = SourceFile {
        path: "pipeline.toml".to_owned(),
        text: text.to_owned(),
    };
    let (manifest, mut problems) = manifest::load(&source, PathBuf::from("/"), &[], &resolve::build_keys());
    let resolved = manifest.as_ref().map(|manifest| {
        let (resolved, found) = resolve::resolve(manifest);
        problems.extend(found);
        resolved
    });
    (resolved, problems)
}

/// One rule: its keys as TOML, separated by commas as in docker/metadata-action's own lines.
pub fn rule(keys: &str) -> String {
    format!("[[tags]]\n{}\n", keys.replace(", ", "\n"))
}
