//! Which version each image of a release gets, and what speaks against it: all of it, not the first thing only.

use indexmap::{IndexMap, IndexSet};
use semver::Version;

use crate::{
    facts::{Facts, Git, VersionHistory},
    pipeline::{Image, ImageName, Pipeline},
};

use super::{Bump, Release, bump};

/// How the version is found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum VersionChoice {
    /// From the git tag at HEAD, or else from the image's version file.
    #[default]
    Found,
    /// The one after the last.
    Bump(Bump),
    /// This one.
    Given(Version),
}

/// The releases of a run.
#[derive(Clone, Debug, Default)]
pub struct Releases {
    /// What is released, in the pipeline's order.
    pub releases: IndexMap<ImageName, Release>,
    /// Images that have no version here, and why.
    pub left_out: Vec<(ImageName, String)>,
    /// What speaks against it.
    pub problems: IndexSet<String>,
}

/// What was found for one image.
enum Found {
    Version {
        version: Version,
        git_tag: String,
    },
    /// It has none here, which is nobody's fault.
    None(String),
    Problem(String),
}

/// Finds the version of each of `images`.
pub fn choose(pipeline: &Pipeline, facts: &Facts, images: &IndexSet<ImageName>, choice: &VersionChoice) -> Releases {
    let mut releases = Releases::default();
    let Some(git) = &facts.git else {
        let problem = "this is not a git repository; run `git init` and commit, or take `require` out of the task";
        releases.problems.insert(problem.to_owned());
        return releases;
    };
    for image in images.iter().filter_map(|name| pipeline.images.get(name.as_str())) {
        let history = git.versions.get(&image.version.git_tag).cloned().unwrap_or_default();
        match find(facts, image, &history, choice) {
            Found::None(why) => releases.left_out.push((image.name.clone(), why)),
            Found::Problem(problem) => drop(releases.problems.insert(problem)),
            Found::Version { version, git_tag } => {
                let problems = objections(facts, git, image, (&history, &version, &git_tag));
                releases.problems.extend(problems);
                let release = Release {
                    image: image.name.clone(),
                    is_tagged: git.tags_at_head.contains(&git_tag),
                    previous: history.before.map(|tag| tag.name),
                    version,
                    git_tag,
                };
                releases.releases.insert(image.name.clone(), release);
            }
        }
    }
    if releases.releases.is_empty() && releases.problems.is_empty() {
        releases.problems.extend(nothing(&releases.left_out));
    }
    releases
}

fn find(facts: &Facts, image: &Image, history: &VersionHistory, choice: &VersionChoice) -> Found {
    let pattern = &image.version.git_tag;
    let new = |version: Version| Found::Version {
        git_tag: pattern.tag(&version),
        version,
    };
    match choice {
        VersionChoice::Given(version) => new(version.clone()),
        VersionChoice::Bump(part) => match (&history.at_head, &image.version.file) {
            (Some(tag), _) => Found::Problem(format!(
                "HEAD is `{}` already; leave `--bump` out to finish that release, or commit something first",
                tag.name
            )),
            (None, Some(file)) => Found::Problem(format!(
                "the version of `{}` stands in `{}`; raise it there instead of with `--bump`",
                image.name,
                file.display()
            )),
            (None, None) => new(bump(history.last().map(|tag| &tag.version), *part)),
        },
        VersionChoice::Found => found(facts, image, history),
    }
}

/// The ref that CI runs for, the git tag at HEAD, or what the file says.
fn found(facts: &Facts, image: &Image, history: &VersionHistory) -> Found {
    let pattern = &image.version.git_tag;
    let of_ref = facts
        .event
        .git_ref
        .as_deref()
        .and_then(|git_ref| git_ref.strip_prefix("refs/tags/"));
    let at_head = || history.at_head.as_ref().map(|tag| tag.name.as_str());
    // A tag's own workflow releases that tag, whatever else stands at its commit.
    let tag = match of_ref.filter(|tag| pattern.version(tag).is_some()) {
        Some(tag) => Some(tag),
        None if of_ref.is_some() && facts.event.ci != crate::facts::Ci::None => None,
        None => at_head(),
    };
    if let Some((tag, version)) = tag.and_then(|tag| Some((tag, pattern.version(tag)?))) {
        return Found::Version {
            version,
            git_tag: tag.to_owned(),
        };
    }
    match image.version.file.as_ref().map(|file| &facts.version_files[file]) {
        Some(Ok(version)) => Found::Version {
            version: version.clone(),
            git_tag: pattern.tag(version),
        },
        Some(Err(why)) => Found::Problem(why.clone()),
        None => Found::None(format!("HEAD carries no git tag `{pattern}`")),
    }
}

/// What speaks against releasing that version here.
fn objections(facts: &Facts, git: &Git, image: &Image, (history, version, git_tag): (&VersionHistory, &Version, &str)) -> Vec<String> {
    let mut problems = Vec::new();
    let elsewhere = history.tag_of(version).filter(|tag| Some(&tag.commit) != git.commit.as_ref());
    if let Some(tag) = elsewhere {
        let commit = tag.commit.get(..7).unwrap_or(&tag.commit);
        problems.push(format!(
            "version {version} is released: `{}` is commit {commit}; release another one",
            tag.name
        ));
    }
    let before = history.before.as_ref().filter(|_| elsewhere.is_none());
    if let Some(before) = before.filter(|before| before.version.cmp_precedence(version).is_ge()) {
        problems.push(format!(
            "version {version} is not greater than `{}`, which HEAD is built on",
            before.name
        ));
    }
    let file = image.version.file.as_ref();
    match file.and_then(|file| Some((file, facts.version_files.get(file)?))) {
        Some((file, Ok(says))) if says != version => problems.push(format!(
            "`{}` says version {says}, but `{git_tag}` is to be released; make them the same",
            file.display()
        )),
        Some((_, Err(why))) => problems.push(why.clone()),
        _ => {}
    }
    problems
}

/// Why there is nothing to release at all.
fn nothing(left_out: &[(ImageName, String)]) -> IndexSet<String> {
    let reasons: IndexSet<&String> = left_out.iter().map(|(_, why)| why).collect();
    let way = "pass `--bump patch` (or minor, major, prerelease) or `--version X`, or make the tag with `git tag -a`";
    reasons.into_iter().map(|why| format!("{why}; {way}")).collect()
}
