//! From a loaded pipeline to a plan: facts gathered, Dockerfiles checked, the graph built.

use anyhow::anyhow;

use crate::{
    diag::Diagnostic,
    facts::{self, DockerfileError, Environment, Facts, Gathered},
    pipeline::{ImageName, Requirement, StageOptions},
    plan::{self, Plan, PlanError, Selection},
};

use super::{CommandFailure, Console, Loaded, WRONG_PIPELINE};

/// Why there is no plan: told already, or still to be told.
pub(super) enum NoPlan {
    /// The diagnostics are on the screen.
    Told(u8),
    /// They are not.
    Failed(CommandFailure),
}

impl From<CommandFailure> for NoPlan {
    fn from(failure: CommandFailure) -> Self {
        Self::Failed(failure)
    }
}

impl NoPlan {
    /// As the result of a command.
    pub fn into_result(self) -> Result<u8, CommandFailure> {
        match self {
            Self::Told(code) => Ok(code),
            Self::Failed(failure) => Err(failure),
        }
    }
}

/// Reads the world. `closely` says whether uncommitted changes and the number of commits matter: that takes time in a large repository.
pub(super) fn facts(loaded: &Loaded, closely: bool) -> Result<Gathered, CommandFailure> {
    let pipeline = &loaded.resolved.pipeline;
    let images = pipeline.images.values().map(|image| {
        let mut request = facts::ImageRequest::new(image.name.clone(), &image.dockerfile);
        let build = image.stages.values().find_map(|stage| match &stage.options {
            StageOptions::DockerBuild(options) => Some(options),
            _ => None,
        });
        if let Some(build) = build {
            request.args.clone_from(&build.args);
            request.target.clone_from(&build.target);
            request.platforms.clone_from(&build.platforms);
        }
        request
    });
    // Where the word is in no template, nobody asks for how many commits there are since the last version.
    let look_closely = closely || loaded.source.text.contains("describe");
    let versions = || pipeline.images.values().map(|image| &image.version);
    let request = facts::Request {
        root: &pipeline.root,
        environment: &Environment::from_process(),
        images: images.collect(),
        registries: pipeline.registries.values().collect(),
        version_tags: versions().map(|version| version.git_tag.clone()).collect(),
        version_files: versions().filter_map(|version| version.file.clone()).collect(),
        count_commits: look_closely,
        check_dirty: look_closely,
    };
    facts::gather(&request).map_err(|error| CommandFailure::new(4, error))
}

/// Plans `selection`; what is wrong with the Dockerfiles it needs is shown.
pub(super) fn plan(loaded: &Loaded, selection: &Selection, console: &Console) -> Result<Plan, NoPlan> {
    let pipeline = &loaded.resolved.pipeline;
    let requires_clean = pipeline
        .tasks
        .get(selection.task.as_str())
        .is_some_and(|task| task.require.contains(&Requirement::CleanWorktree));
    let gathered = facts(loaded, requires_clean)?;
    let plan = plan::build(pipeline, &gathered.facts, selection).map_err(|error| failure(loaded, error, console))?;
    let planned = |name: &ImageName| plan.steps.iter().any(|step| step.image.as_ref() == Some(name));
    let problems = dockerfile_problems(loaded, &gathered, planned);
    if !problems.is_empty() {
        return Err(NoPlan::Told(loaded.show(&problems, console)));
    }
    Ok(plan)
}

/// What is wrong with the Dockerfiles of the images that matter.
pub(super) fn dockerfile_problems(loaded: &Loaded, gathered: &Gathered, matters: impl Fn(&ImageName) -> bool) -> Vec<Diagnostic> {
    let broken = gathered.dockerfile_errors.iter().filter(|(name, _)| matters(name));
    broken
        .map(|(name, error)| {
            let (code, help) = match error {
                DockerfileError::Unreadable { .. } => (
                    "unreadable-dockerfile",
                    "check `context` and `dockerfile`: both are relative, to pipeline.toml and to the context",
                ),
                DockerfileError::Syntax { .. } => ("invalid-dockerfile", "mend the Dockerfile there"),
                DockerfileError::UnknownTarget { .. } => ("unknown-target", "correct `target`, or name a stage so: `FROM … AS NAME`"),
            };
            let diagnostic = Diagnostic::error(code, error.to_string()).help(help);
            match loaded.resolved.images.get(name) {
                Some(span) => diagnostic.label(span.clone(), "named here"),
                None => diagnostic,
            }
        })
        .collect()
}

/// References in Dockerfiles that nobody can tell before the build: whether they are images of the pipeline is unknown, so no edge comes from them.
pub(super) fn unresolved_bases(loaded: &Loaded, facts: &Facts) -> Vec<Diagnostic> {
    let unresolved = facts
        .dockerfiles
        .iter()
        .flat_map(|(name, dockerfile)| dockerfile.unresolved.iter().map(move |one| (name, dockerfile, one)));
    unresolved
        .map(|(name, dockerfile, one)| {
            let place = format!("`{}` line {}", dockerfile.path.display(), one.line);
            let message = format!("{place}: `{}` names no image before the build: {}", one.written, one.reason);
            let warning = Diagnostic::warning("unresolved-base", message);
            match loaded.resolved.images.get(name) {
                Some(span) => warning.label(span.clone(), "named here"),
                None => warning,
            }
        })
        .collect()
}

/// What is wrong with the graph that the Dockerfiles make, whatever task is asked for.
pub(super) fn graph_problems(loaded: &Loaded, facts: &Facts) -> Vec<Diagnostic> {
    let pipeline = &loaded.resolved.pipeline;
    let registry = pipeline.registries.keys().next().map(ToString::to_string);
    let stages = pipeline.stages.keys().map(ToString::to_string);
    let mut problems: Vec<Diagnostic> = Vec::new();
    for task in pipeline.tasks.keys().map(ToString::to_string).chain(stages) {
        let fallback = pipeline.tasks.get(task.as_str()).is_none_or(|task| task.registry.is_none());
        let selection = Selection {
            task,
            images: Vec::new(),
            registry: registry.clone().filter(|_| fallback),
            ..Selection::default()
        };
        if let Err(error) = plan::build(pipeline, facts, &selection) {
            let diagnostic = diagnostic(loaded, &error);
            // A pipeline without any registry can do everything but push.
            if !matches!(error, PlanError::NoRegistry { .. }) && !problems.contains(&diagnostic) {
                problems.push(diagnostic);
            }
        }
    }
    problems
}

fn failure(loaded: &Loaded, error: PlanError, console: &Console) -> NoPlan {
    if error.is_usage() {
        return NoPlan::Failed(CommandFailure::new(2, anyhow!(error)));
    }
    loaded.show(&[diagnostic(loaded, &error)], console);
    NoPlan::Told(WRONG_PIPELINE)
}

fn diagnostic(loaded: &Loaded, error: &PlanError) -> Diagnostic {
    let spans = &loaded.resolved.images;
    match error {
        PlanError::ImageCycle(path) => {
            let cycle = Diagnostic::error("image-cycle", error.to_string()).help("let one of these Dockerfiles start from another base");
            let places = path.iter().skip(1).filter_map(|name| Some((name, spans.get(name)?)));
            places.fold(cycle, |cycle, (name, span)| {
                cycle.label(span.clone(), format!("the Dockerfile of `{name}`"))
            })
        }
        _ => Diagnostic::error("invalid-template", error.to_string()),
    }
}
