//! The phases of a release. Everything is built, tested and scanned for all images, and every version is found to be free, before anything is
//! uploaded; everything is uploaded before any version's tag is set; moving tags such as `latest` come last.
//!
//! A release that breaks off leaves either nothing that people see, or versions that are whole; run again, it goes on where it was.

use std::collections::HashSet;

use indexmap::IndexMap;

use crate::{
    pipeline::resolve::GATE,
    tool::{
        late,
        push::{PushJob, PushPhase},
    },
};

use super::{
    Action, Release, Step, StepId, jobs,
    release::{Kept, TagClasses},
};

/// The push steps of a release, by phase.
#[derive(Debug, Default)]
pub(super) struct Phases {
    check: Vec<StepId>,
    upload: Vec<StepId>,
    version: Vec<StepId>,
    moving: Vec<StepId>,
    /// The first step of an image's push → its last.
    last: IndexMap<StepId, StepId>,
}

/// What the reader of the plan should know of an image's tags.
pub(super) fn notes(release: &Release, classes: &TagClasses) -> Vec<String> {
    let note = |Kept { tag, version }: &Kept| {
        format!(
            "tag `{tag}` of `{}` stays with {version}, which is greater than {}",
            release.image, release.version
        )
    };
    classes.kept.iter().map(note).collect()
}

impl Phases {
    /// An image's push step as a step for each phase.
    pub fn split(&mut self, step: Step, classes: TagClasses) -> Vec<Step> {
        let Action::Push(job) = &step.action else { return vec![step] };
        let upload = if classes.commit.is_empty() {
            vec![late::UPLOAD_TAG.to_owned()]
        } else {
            classes.commit
        };
        let phases = [
            (PushPhase::Check, classes.version.clone()),
            (PushPhase::Upload, upload),
            (PushPhase::Version, classes.version),
            (PushPhase::Moving, classes.moving),
        ];
        let mut steps: Vec<Step> = Vec::new();
        for (phase, tags) in phases.into_iter().filter(|(_, tags)| !tags.is_empty()) {
            let job = PushJob {
                tags,
                phase,
                ..job.clone()
            };
            let mut part = part(&step, job);
            if let Some(before) = steps.last() {
                (part.needs, part.after) = (vec![before.id.clone()], Vec::new());
            }
            match phase {
                PushPhase::Check => self.check.push(part.id.clone()),
                PushPhase::Upload | PushPhase::Whole => self.upload.push(part.id.clone()),
                PushPhase::Version => self.version.push(part.id.clone()),
                PushPhase::Moving => self.moving.push(part.id.clone()),
            }
            steps.push(part);
        }
        if let Some(last) = steps.last() {
            self.last.insert(step.id, last.id.clone());
        }
        steps
    }

    /// Parts the phases by gates, and lets what comes after a push wait for the image's last phase.
    pub fn link(&self, steps: &mut IndexMap<StepId, Step>) {
        let later = self.later(steps);
        for id in &later {
            for need in steps
                .get_mut(id)
                .into_iter()
                .flat_map(|step| step.needs.iter_mut().chain(&mut step.after))
            {
                if let Some(last) = self.last.get(need) {
                    need.clone_from(last);
                }
            }
        }
        let pushes: HashSet<&StepId> = self.upload.iter().chain(&self.version).chain(&self.moving).collect();
        let checked = ends(
            steps
                .values()
                .filter(|step| !later.contains(&step.id) && !pushes.contains(&step.id)),
        );
        for (name, needs, next) in [
            ("checked", checked, &self.upload),
            ("uploaded", self.upload.clone(), &self.version),
            ("released", self.version.clone(), &self.moving),
        ] {
            if next.is_empty() {
                continue;
            }
            let gate = gate(name, needs);
            for step in next {
                if let Some(step) = steps.get_mut(step) {
                    step.needs.push(gate.id.clone());
                }
            }
            steps.insert(gate.id.clone(), gate);
        }
    }

    /// Steps that wait for a push, directly or not.
    fn later(&self, steps: &IndexMap<StepId, Step>) -> HashSet<StepId> {
        let own: HashSet<&StepId> = self
            .check
            .iter()
            .chain(&self.upload)
            .chain(&self.version)
            .chain(&self.moving)
            .collect();
        let mut later: HashSet<StepId> = HashSet::new();
        loop {
            let before = later.len();
            for step in steps.values().filter(|step| !own.contains(&step.id)) {
                let mut waits = step.needs.iter().chain(&step.after);
                if waits.any(|id| later.contains(id) || self.last.contains_key(id)) {
                    later.insert(step.id.clone());
                }
            }
            if later.len() == before {
                return later;
            }
        }
    }
}

/// Those of some steps that none of the others needs: once they have passed, all have. A step that is left out waits for nothing, so it stands for
/// nothing but itself.
pub(super) fn ends<'a>(steps: impl Iterator<Item = &'a Step> + Clone) -> Vec<StepId> {
    let needed: HashSet<&StepId> = steps
        .clone()
        .filter(|step| step.skip.is_none())
        .flat_map(|step| &step.needs)
        .collect();
    steps
        .filter(|step| !needed.contains(&step.id))
        .map(|step| step.id.clone())
        .collect()
}

/// A step that passes once others have.
pub(super) fn gate(name: &str, needs: Vec<StepId>) -> Step {
    Step {
        needs,
        ..Step::new(StepId::new(GATE, Some(name)), GATE, Action::Gate)
    }
}

/// One phase of a push step.
fn part(step: &Step, job: PushJob) -> Step {
    let stage = job.phase.stage(step.stage.as_str());
    let action = Action::Push(job);
    Step {
        id: StepId::new(&stage, step.id.image()),
        stage: crate::pipeline::StageName::new(&stage),
        commands: jobs::commands(&action),
        action,
        ..step.clone()
    }
}
