//! What `cargo xtask` without arguments says: the tasks, the stages, the commands.

use clap::CommandFactory as _;

use crate::pipeline::{Pipeline, StageKind};

use super::Cli;

/// Tasks and stages with a line on each. A stage whose name a task has is left out: the task is what runs.
pub(super) fn runnable(pipeline: &Pipeline) -> Vec<(String, String)> {
    let tasks = pipeline.tasks.values().map(|task| {
        let stages: Vec<&str> = task.stages.iter().map(crate::pipeline::StageName::as_str).collect();
        (task.name.to_string(), task.description.clone().unwrap_or_else(|| stages.join(", ")))
    });
    let stages = pipeline
        .stages
        .values()
        .filter(|stage| !pipeline.tasks.contains_key(stage.name.as_str()));
    tasks
        .chain(stages.map(|stage| (stage.name.to_string(), about_stage(stage.kind).to_owned())))
        .collect()
}

const fn about_stage(kind: StageKind) -> &'static str {
    match kind {
        StageKind::Hadolint => "Lint the Dockerfiles with hadolint",
        StageKind::DockerBuild => "Build the images",
        StageKind::ContainerTest => "Start and probe the images, and check what is in them",
        StageKind::Trivy => "Scan the images with trivy",
        StageKind::Push => "Push the images to a registry",
        StageKind::Run => "Run a command of this pipeline's own",
    }
}

/// The section on tasks, for `--help`.
pub(super) fn tasks(pipeline: Option<&Pipeline>) -> String {
    let Some(pipeline) = pipeline else {
        return "Tasks: none, because there is no pipeline.toml here that can be read; `cargo xtask check` says more".to_owned();
    };
    let rows = runnable(pipeline);
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let lines: Vec<String> = rows.iter().map(|(name, about)| format!("  {name:width$}  {about}")).collect();
    format!("Tasks and stages of pipeline.toml:\n{}", lines.join("\n"))
}

/// Tasks first, then commands.
pub fn overview(pipeline: Option<&Pipeline>) -> String {
    let commands = Cli::command();
    let rows: Vec<(String, String)> = commands
        .get_subcommands()
        .map(|command| {
            (
                command.get_name().to_owned(),
                command.get_about().map(ToString::to_string).unwrap_or_default(),
            )
        })
        .collect();
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    let lines: Vec<String> = rows.iter().map(|(name, about)| format!("  {name:width$}  {about}")).collect();
    format!(
        "Usage: cargo xtask [TASK | COMMAND] [IMAGES…] [OPTIONS]\n\n{}\n\nCommands:\n{}\n\n`cargo xtask NAME --help` says more on each.\n",
        tasks(pipeline),
        lines.join("\n")
    )
}
