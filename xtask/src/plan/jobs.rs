//! The job of each kind of step, its templates expanded.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use crate::{
    diag::did_you_mean,
    facts::Facts,
    pipeline::{
        Allowance, Image, ImageName, ImageStage, Pipeline, Registry, RegistryName, Stage, StageKind, StageOptions, Template,
        options::{DockerBuildOptions, PushOptions, RunOptions},
    },
    tool::{
        self, CommandLine,
        container::TestJob,
        docker_build::BuildJob,
        hadolint::LintJob,
        late,
        push::{PushJob, PushPhase, ReleasedAs},
        run::RunJob,
        trivy::ScanJob,
    },
};

use super::{Action, PlanError, Release, edges::Edges, labels, selection::Goal, tags::ImageTags, values};

/// Makes jobs.
pub(super) struct Jobs<'a> {
    pub pipeline: &'a Pipeline,
    pub facts: &'a Facts,
    pub goal: &'a Goal,
    pub edges: &'a Edges,
    pub template: Template,
}

/// Where a step stands.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub image: &'a Image,
    pub stage: &'a Stage,
    pub own: &'a ImageStage,
    pub tags: &'a ImageTags,
    pub release: Option<&'a Release>,
}

impl<'a> Jobs<'a> {
    pub fn action(&self, place: &Place<'_>) -> Result<Action, PlanError> {
        let image = || place.image.name.clone();
        Ok(match &place.own.options {
            StageOptions::Hadolint(options) => Action::Lint(LintJob {
                dockerfile: place.image.dockerfile.clone(),
                options: options.clone(),
            }),
            StageOptions::DockerBuild(options) => Action::Build(self.build_job(place, options)?),
            StageOptions::ContainerTest(options) => Action::Test(TestJob {
                image: image(),
                options: options.clone(),
            }),
            StageOptions::Trivy(options) => Action::Scan(ScanJob {
                image: image(),
                options: options.clone(),
                allow_no_database: self.allows_no_database(),
            }),
            StageOptions::Push(options) => Action::Push(self.push_job(place, options)?),
            StageOptions::Run(options) => Action::Run(self.run_job(place, options)?),
        })
    }

    fn build_job(&self, place: &Place<'_>, options: &DockerBuildOptions) -> Result<BuildJob, PlanError> {
        let name = &place.image.name;
        let mut values = values::common(self.pipeline, self.facts, place.image, place.release);
        values.insert("version", place.tags.version().unwrap_or_default().to_owned());
        let mut labels = labels::oci(self.pipeline, self.facts, name, place.tags.version());
        labels.extend(labels::written(self.facts, name, &options.labels, &values)?);
        let args = self.expand_all(&options.args, &values, &format!("args of image `{name}`"))?;
        let edges = self.edges.images.get(name).into_iter().flatten();
        Ok(BuildJob {
            image: name.clone(),
            context: place.image.context.clone(),
            dockerfile: place.image.dockerfile.clone(),
            options: DockerBuildOptions {
                args,
                labels,
                contexts: options
                    .contexts
                    .iter()
                    .filter(|(_, value)| !value.starts_with("target:"))
                    .map(|(k, v)| (k.clone(), v.clone()))
                    .collect(),
                ..options.clone()
            },
            bases: self.edges.bases.get(name).cloned().unwrap_or_default(),
            images: edges
                .map(|(reference, image)| (reference.clone(), self.local_reference(image)))
                .collect(),
            source_date_epoch: self.facts.epoch.or(self.facts.event.commit_time),
            local_reference: self.local_reference(name),
        })
    }

    fn push_job(&self, place: &Place<'_>, options: &PushOptions) -> Result<PushJob, PlanError> {
        let registry = self.registry()?;
        let mut values = values::common(self.pipeline, self.facts, place.image, place.release);
        values.insert("version", place.tags.version().unwrap_or_default().to_owned());
        let repository = self.expand(
            &registry.repository,
            &values,
            &format!("repository of registry `{}`", registry.name),
        )?;
        Ok(PushJob {
            image: place.image.name.clone(),
            registry: registry.clone(),
            repository: repository.to_lowercase(),
            tags: place.tags.tags(),
            phase: PushPhase::Whole,
            release: place.release.map(|release| ReleasedAs {
                version: release.version.clone(),
                main_tag: place.tags.version().unwrap_or_default().to_owned(),
                revision: self.facts.event.sha.clone(),
            }),
            options: options.clone(),
        })
    }

    fn run_job(&self, place: &Place<'_>, options: &RunOptions) -> Result<RunJob, PlanError> {
        let mut values = values::common(self.pipeline, self.facts, place.image, place.release);
        values.insert("version", place.tags.version().unwrap_or_default().to_owned());
        if options.once {
            values.insert("image", String::new());
        }
        // What only a run knows stands for itself until then.
        for token in [late::IMAGE_ID, late::DIGEST, late::DIGEST_REF, late::REGISTRY, late::RUN_DIR] {
            values.insert(token.trim_matches(['{', '}']), token.to_owned());
        }
        let where_ = format!("stage `{}`", place.stage.name);
        let argv: Vec<String> = options
            .run
            .iter()
            .map(|word| self.expand(word, &values, &where_))
            .collect::<Result<_, _>>()?;
        let mut command = CommandLine::new(argv);
        command.cwd.clone_from(&options.cwd);
        Ok(RunJob { command })
    }

    fn registry(&self) -> Result<&'a Registry, PlanError> {
        self.goal
            .registry
            .as_ref()
            .and_then(|name| self.pipeline.registries.get(name.as_str()))
            .ok_or_else(|| PlanError::NoRegistry {
                task: self.goal.task.clone(),
                help: did_you_mean("", self.pipeline.registries.keys().map(RegistryName::as_str)),
            })
    }

    fn allows_no_database(&self) -> bool {
        let pushes = self
            .goal
            .stages
            .iter()
            .any(|stage| self.pipeline.stages[stage].kind == StageKind::Push);
        let registry = self
            .goal
            .registry
            .as_ref()
            .and_then(|name| self.pipeline.registries.get(name.as_str()));
        self.goal.allow.contains(&Allowance::NoVulnerabilityDb)
            || (pushes && registry.is_some_and(|registry| registry.allow.contains(&Allowance::NoVulnerabilityDb)))
    }

    fn local_reference(&self, image: &ImageName) -> String {
        format!("{}/{image}:dev", self.pipeline.project)
    }

    fn expand_all(
        &self,
        texts: &BTreeMap<String, String>,
        values: &values::Values,
        place: &str,
    ) -> Result<BTreeMap<String, String>, PlanError> {
        texts
            .iter()
            .map(|(name, text)| Ok((name.clone(), self.expand(text, values, place)?)))
            .collect()
    }

    fn expand(&self, template: &str, values: &values::Values, place: &str) -> Result<String, PlanError> {
        self.template.expand(template, values).map_err(|reason| PlanError::Template {
            place: place.to_owned(),
            template: template.to_owned(),
            reason,
        })
    }
}

/// The command lines a job comes down to.
pub(super) fn commands(action: &Action) -> Vec<CommandLine> {
    match action {
        Action::Base(job) => job
            .mirrors
            .iter()
            .chain([&job.reference])
            .map(|name| tool::docker_pull::command(name))
            .collect(),
        Action::Lint(job) => vec![tool::hadolint::command(job)],
        Action::Build(job) => vec![tool::docker_build::command(job)],
        Action::Test(job) => vec![tool::container::command(job)],
        Action::Scan(job) => vec![tool::trivy::command(job)],
        Action::Push(job) => tool::push::commands(job),
        Action::Gate => Vec::new(),
        Action::GitTag(job) => tool::git_tag::commands(job),
        Action::Run(job) => vec![job.command.clone()],
    }
}

/// What a job reads from the tree.
pub(super) fn inputs(action: &Action) -> Vec<PathBuf> {
    let clean = |path: &Path| path.components().collect::<PathBuf>();
    match action {
        Action::Lint(job) => vec![clean(&job.dockerfile)],
        Action::Build(job) => vec![clean(&job.dockerfile), clean(&job.context)],
        Action::Base(_) | Action::Test(_) | Action::Scan(_) | Action::Push(_) | Action::Gate | Action::GitTag(_) | Action::Run(_) => {
            Vec::new()
        }
    }
}
