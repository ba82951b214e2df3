//! The command line: what can be typed, and what it is called.
//!
//! The tasks and stages of `pipeline.toml` are subcommands like any other, with `--help` and "did you mean": so the file is read first.

mod args;
mod overview;

use std::{ffi::OsString, process::ExitCode};

use clap::{Args as _, CommandFactory as _, FromArgMatches as _, Subcommand as _};

use crate::{
    cmd::{self, Console, Loaded},
    pipeline::Pipeline,
};

pub use args::{
    BasesArgs, BasesCommand, ChangelogArgs, CleanArgs, Cli, ColorWhen, Command, EcrArgs, EcrCommand, EcrImages, EcrPromote, Format, Global,
    PlanArgs, ProgressMode, ReleaseArgs, RunArgs, SetupArgs, TagsArgs,
};
pub use overview::overview;

/// Runs the command line of this process, and gives its exit code.
pub fn main() -> ExitCode {
    ExitCode::from(run(std::env::args_os().collect()))
}

fn run(words: Vec<OsString>) -> u8 {
    let global = preview(&words);
    let typed_task = typed_task(&words).is_some();
    let console = Console::new(global.color);
    let loaded = match Loaded::find(&global) {
        Ok(loaded) => Some(loaded),
        Err(error) if typed_task => return console.fail(&error),
        Err(_) => None,
    };
    if let Some(loaded) = loaded.as_ref().filter(|loaded| loaded.has_errors() && typed_task) {
        return loaded.show_diagnostics(&console);
    }
    let pipeline = loaded
        .as_ref()
        .filter(|loaded| !loaded.has_errors())
        .map(|loaded| &loaded.resolved.pipeline);
    let matches = match command(pipeline).try_get_matches_from(words) {
        Ok(matches) => matches,
        Err(error) => {
            // clap's own codes: 0 for `--help` and `--version`, 2 for what it does not understand.
            drop(error.print());
            return u8::try_from(error.exit_code()).unwrap_or(2);
        }
    };
    let Some((name, of_subcommand)) = matches.subcommand() else {
        console.out(&overview::overview(pipeline));
        return loaded.map_or(0, |loaded| {
            if loaded.has_errors() {
                loaded.show_diagnostics(&console)
            } else {
                0
            }
        });
    };
    let parsed = if Command::has_subcommand(name) {
        Command::from_arg_matches(&matches)
    } else {
        run_command(pipeline, name, of_subcommand)
    };
    match parsed {
        Ok(command) => cmd::dispatch(command, &global, loaded, &console),
        Err(error) => error.exit(),
    }
}

/// The global options alone, whatever else stands on the command line.
fn preview(words: &[OsString]) -> Global {
    let mut tolerant = tolerant();
    // A task is no command yet, and clap would take the options after it for the task's own.
    if let Some(task) = typed_task(words) {
        tolerant = tolerant.subcommand(task_command(task, true));
    }
    tolerant
        .try_get_matches_from(words)
        .ok()
        .and_then(|matches| Global::from_arg_matches(&matches).ok())
        .unwrap_or_default()
}

/// The word that stands where a command would and is none of ours, if there is one.
fn typed_task(words: &[OsString]) -> Option<String> {
    let matches = tolerant().allow_external_subcommands(true).try_get_matches_from(words).ok()?;
    let name = matches.subcommand_name()?;
    (!Command::has_subcommand(name) && name != "help").then(|| name.to_owned())
}

/// The command line without tasks, of which every error is ignored.
fn tolerant() -> clap::Command {
    Cli::command()
        .ignore_errors(true)
        .disable_help_flag(true)
        .disable_version_flag(true)
}

fn makes_releases(pipeline: Option<&Pipeline>, task: &str) -> bool {
    let task = pipeline.and_then(|pipeline| pipeline.tasks.get(task));
    task.is_some_and(crate::pipeline::Task::is_release)
}

/// The subcommand of a task or stage.
fn task_command(name: String, releases: bool) -> clap::Command {
    let command = RunArgs::augment_args(clap::Command::new(name));
    if releases { ReleaseArgs::augment_args(command) } else { command }
}

fn run_command(pipeline: Option<&Pipeline>, name: &str, matches: &clap::ArgMatches) -> Result<Command, clap::Error> {
    Ok(Command::Run {
        task: name.to_owned(),
        args: RunArgs::from_arg_matches(matches)?,
        release: if makes_releases(pipeline, name) {
            ReleaseArgs::from_arg_matches(matches)?
        } else {
            ReleaseArgs::default()
        },
    })
}

/// The whole command line: the commands, and the tasks and stages of `pipeline`.
pub fn command(pipeline: Option<&Pipeline>) -> clap::Command {
    let mut command = Cli::command();
    for (name, about) in pipeline.into_iter().flat_map(overview::runnable) {
        let releases = makes_releases(pipeline, &name);
        command = command.subcommand(task_command(name, releases).about(about).hide(true));
    }
    command.after_help(overview::tasks(pipeline))
}
