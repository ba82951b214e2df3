//! Plans and options for the unit tests of this layer and of `report`.

use std::{collections::BTreeMap, path::Path};

use crate::{
    pipeline::{ImageName, StageName},
    plan::{Action, Plan, Step, StepId},
    tool::{CommandLine, run::RunJob},
};

use super::RunOptions;

/// A step `stage:image` or `stage` that needs others; its action is a command that runs nothing.
pub(crate) fn step(id: &str, needs: &[&str]) -> Step {
    let (stage, image) = id.split_once(':').map_or((id, None), |(stage, image)| (stage, Some(image)));
    let command = CommandLine::new(["true"]);
    Step {
        id: StepId::new(stage, image),
        image: image.map(ImageName::new),
        stage: StageName::new(stage),
        needs: needs.iter().map(|id| StepId::new(id, None)).collect(),
        after: Vec::new(),
        action: Action::Run(RunJob { command: command.clone() }),
        commands: vec![command],
        inputs: Vec::new(),
        skip: None,
        env: std::collections::BTreeMap::new(),
        timeout: None,
    }
}

/// A plan of these steps.
pub(crate) fn plan(steps: Vec<Step>) -> Plan {
    Plan {
        task: "examples".into(),
        registry: None,
        commit: None,
        releases: Vec::new(),
        steps,
        unmet: Vec::new(),
        notes: Vec::new(),
    }
}

/// Options of a run in a folder.
pub(crate) fn options(root: &Path) -> RunOptions {
    RunOptions {
        root: root.to_owned(),
        project: "test".into(),
        run_dir: root.join("run"),
        run_id: "run".into(),
        jobs: 4,
        keep_going: false,
        programs: BTreeMap::new(),
        cache_dir: root.join("cache"),
    }
}
