//! Which tools matter to a plan.

use crate::{
    pipeline::Pipeline,
    plan::{Action, Plan},
};

/// A tool each.
#[expect(clippy::struct_excessive_bools, reason = "a set of four, each with a name")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// hadolint.
    pub hadolint: bool,
    /// trivy.
    pub trivy: bool,
    /// The docker client with buildx, and an engine that answers.
    pub docker: bool,
    /// mmdebstrap, for stand-ins.
    pub mmdebstrap: bool,
}

impl Needs {
    /// Everything a pipeline could ever need.
    pub fn all(pipeline: &Pipeline) -> Self {
        Self {
            hadolint: true,
            trivy: true,
            docker: true,
            mmdebstrap: pipeline.bases.values().any(|base| base.fallback.is_some()),
        }
    }

    /// What is needed to build stand-ins and push them.
    pub const fn for_bases() -> Self {
        Self {
            hadolint: false,
            trivy: false,
            docker: true,
            mmdebstrap: true,
        }
    }

    /// What a plan needs. mmdebstrap is asked for only where a stand-in is allowed.
    pub fn of(plan: &Plan) -> Self {
        let mut needs = Self::default();
        for step in plan.steps.iter().filter(|step| step.skip.is_none()) {
            match &step.action {
                Action::Lint(_) => needs.hadolint = true,
                Action::Scan(_) => (needs.trivy, needs.docker) = (true, true),
                Action::Build(_) | Action::Test(_) | Action::Push(_) => needs.docker = true,
                Action::Base(job) => {
                    needs.docker = true;
                    needs.mmdebstrap |= job.allow_fallback && job.fallback.is_some();
                }
                Action::Gate | Action::GitTag(_) | Action::Run(_) => {}
            }
        }
        needs
    }
}
