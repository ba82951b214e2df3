//! Images × stages → steps.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use crate::{
    facts::Facts,
    pipeline::{Allowance, Image, ImageName, Pipeline, StageKind, StageName, StageOptions, Template, closure, resolve::BASE},
};

use super::{
    Action, BaseJob, PlanError, Release, Step, StepId,
    edges::Edges,
    git_tags::git_tags,
    jobs::{Jobs, Place, commands, inputs},
    left_out,
    phases::{self, Phases},
    release,
    selection::Goal,
    tags,
};

/// Makes the steps of a goal.
pub(super) struct Expansion<'a> {
    pipeline: &'a Pipeline,
    facts: &'a Facts,
    goal: &'a Goal,
    edges: &'a Edges,
    jobs: Jobs<'a>,
    releases: &'a IndexMap<ImageName, Release>,
    phases: Phases,
    steps: IndexMap<StepId, Step>,
    notes: Vec<String>,
}

impl<'a> Expansion<'a> {
    pub fn new(
        (pipeline, facts): (&'a Pipeline, &'a Facts),
        goal: &'a Goal,
        edges: &'a Edges,
        releases: &'a IndexMap<ImageName, Release>,
    ) -> Self {
        let jobs = Jobs {
            pipeline,
            facts,
            goal,
            edges,
            template: Template::plain(facts.clock()),
        };
        Self {
            pipeline,
            facts,
            goal,
            edges,
            jobs,
            releases,
            phases: Phases::default(),
            steps: IndexMap::new(),
            notes: Vec::new(),
        }
    }

    pub fn expand(&mut self) -> Result<(), PlanError> {
        let build_only = self.build_stages();
        let extra = self.images_built_from();
        for image in self.pipeline.images.values() {
            let stages = if self.goal.images.contains(&image.name) {
                &self.goal.stages
            } else if extra.contains(&image.name) {
                &build_only
            } else {
                continue;
            };
            self.image(image, stages)?;
        }
        Ok(())
    }

    /// The steps, image by image, and what the reader of the plan should know.
    pub fn finish(mut self) -> (Vec<Step>, Vec<String>) {
        left_out::followers(&mut self.steps);
        if !self.releases.is_empty() {
            self.phases.link(&mut self.steps);
            let tags = git_tags(self.facts, self.pipeline, self.goal, self.releases.values());
            if !tags.is_empty() {
                let gate = phases::gate("done", phases::ends(self.steps.values()));
                let needs = vec![gate.id.clone()];
                self.steps.insert(gate.id.clone(), gate);
                let tags = tags.into_iter().map(|step| Step {
                    needs: needs.clone(),
                    ..step
                });
                self.steps.extend(tags.map(|step| (step.id.clone(), step)));
            }
        }
        (self.steps.into_values().collect(), self.notes)
    }

    /// What must run so that an image exists, for images that others are built from.
    fn build_stages(&self) -> Vec<StageName> {
        let builds: Vec<_> = self
            .pipeline
            .stages
            .values()
            .filter(|stage| stage.kind == StageKind::DockerBuild)
            .map(|stage| stage.name.clone())
            .collect();
        closure::stages(&self.pipeline.stages, &builds)
    }

    /// Images that were not asked for, but that those asked for are built from.
    fn images_built_from(&self) -> BTreeSet<ImageName> {
        let builds = self
            .goal
            .stages
            .iter()
            .any(|stage| self.pipeline.stages[stage].kind == StageKind::DockerBuild);
        let mut found = BTreeSet::new();
        let mut open: Vec<&ImageName> = if builds { self.goal.images.iter().collect() } else { Vec::new() };
        while let Some(image) = open.pop() {
            for needed in self.edges.needs(image) {
                if found.insert(needed.clone()) {
                    open.push(needed);
                }
            }
        }
        found
    }

    fn image(&mut self, image: &Image, stages: &[StageName]) -> Result<(), PlanError> {
        let release = self.releases.get(&image.name);
        let tags = tags::of_image(self.pipeline, self.facts, &image.name, release)?;
        for name in stages {
            let (Some(stage), Some(own)) = (self.pipeline.stages.get(name), image.stages.get(name)) else {
                continue;
            };
            let once = matches!(&own.options, StageOptions::Run(run) if run.once);
            let id = StepId::new(name.as_str(), (!once).then_some(image.name.as_str()));
            let waits = Waits {
                needs: ids(&stage.needs, image, stages),
                after: ids(&stage.after, image, stages),
            };
            if let Some(step) = self.steps.get_mut(&id).filter(|_| once) {
                step.needs
                    .extend(waits.needs.into_iter().filter(|id| !step.needs.contains(id)).collect::<Vec<_>>());
                step.after
                    .extend(waits.after.into_iter().filter(|id| !step.after.contains(id)).collect::<Vec<_>>());
                continue;
            }
            let step = self.step(
                &Place {
                    image,
                    stage,
                    own,
                    tags: &tags,
                    release,
                },
                id,
                waits,
                once,
            )?;
            match (&step.action, release) {
                (Action::Push(_), Some(release)) => {
                    let classes = release::classify(self.pipeline, self.facts, release, &tags)?;
                    self.notes.extend(phases::notes(release, &classes));
                    let steps = self.phases.split(step, classes);
                    self.steps.extend(steps.into_iter().map(|step| (step.id.clone(), step)));
                }
                _ => drop(self.steps.insert(step.id.clone(), step)),
            }
        }
        Ok(())
    }

    fn step(&mut self, place: &Place<'_>, id: StepId, mut waits: Waits, once: bool) -> Result<Step, PlanError> {
        if let StageOptions::DockerBuild(options) = &place.own.options {
            waits.needs.extend(self.build_needs(place.image, options.pull));
        }
        let action = self.jobs.action(place)?;
        let left_out = match &action {
            Action::Push(job) => left_out::push(job, self.facts),
            _ => None,
        };
        Ok(Step {
            id,
            image: (!once).then(|| place.image.name.clone()),
            stage: place.stage.name.clone(),
            needs: waits.needs,
            after: waits.after,
            commands: commands(&action),
            inputs: inputs(&action),
            action,
            skip: place.own.skip.clone().or(left_out),
            env: place.stage.env.clone(),
            timeout: place.stage.timeout,
        })
    }

    /// The steps that a build waits for besides other stages: bases found, images it is built from built.
    fn build_needs(&mut self, image: &Image, pull: bool) -> Vec<StepId> {
        let mut needs = Vec::new();
        for reference in self.edges.bases.get(&image.name).into_iter().flatten() {
            needs.push(self.base_step(reference, pull));
        }
        for needed in self.edges.needs(&image.name) {
            let builds = self.pipeline.stages.values().filter(|stage| stage.kind == StageKind::DockerBuild);
            needs.extend(builds.map(|stage| StepId::new(stage.name.as_str(), Some(needed.as_str()))));
        }
        needs
    }

    /// The step that finds a base, shared by all images that are built from it.
    fn base_step(&mut self, reference: &str, pull: bool) -> StepId {
        let id = StepId::new(BASE, Some(reference));
        let base = &self.pipeline.bases[reference];
        let job = BaseJob {
            reference: reference.to_owned(),
            mirrors: base.mirrors.clone(),
            fallback: base.fallback.clone(),
            allow_fallback: self.goal.allow.contains(&Allowance::FallbackBases),
            pull,
        };
        let step = self
            .steps
            .entry(id.clone())
            .or_insert_with(|| Step::new(id.clone(), BASE, Action::Base(job)));
        if let Action::Base(job) = &mut step.action {
            job.pull |= pull;
        }
        id
    }
}

/// What a step waits for.
struct Waits {
    needs: Vec<StepId>,
    after: Vec<StepId>,
}

/// The steps of other stages of an image, as far as they are in the plan.
fn ids(names: &[StageName], image: &Image, planned: &[StageName]) -> Vec<StepId> {
    let planned = names.iter().filter(|name| planned.contains(name));
    let stages = planned.filter_map(|name| Some((name, image.stages.get(name)?)));
    stages
        .map(|(name, own)| {
            let once = matches!(&own.options, StageOptions::Run(run) if run.once);
            StepId::new(name.as_str(), (!once).then_some(image.name.as_str()))
        })
        .collect()
}
