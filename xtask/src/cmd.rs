//! What each command does: the phases put together, and the exit codes.

mod bases;
mod built;
mod changelog;
mod check;
mod clean;
mod console;
mod ecr;
mod failure;
mod import;
mod loaded;
mod plan;
mod planned;
mod release;
mod run;
mod schema;
mod setup;
mod tags;

use crate::cli::{Command, Global, TagsArgs};

pub use console::Console;
pub use failure::CommandFailure;
pub use loaded::Loaded;

/// Exit code for what was asked for and done.
const DONE: u8 = 0;
/// Exit code for a pipeline.toml that is wrong.
const WRONG_PIPELINE: u8 = 3;

/// Runs a command and gives the exit code.
pub fn dispatch(command: Command, global: &Global, loaded: Option<Loaded>, console: &Console) -> u8 {
    if let Command::Schema = command {
        return schema::print(console);
    }
    if let Command::Tags(TagsArgs { import: Some(file), .. }) = &command {
        return finish(import::import(file, global, console), console);
    }
    let loaded = match loaded.map_or_else(|| Loaded::find(global), Ok) {
        Ok(loaded) => loaded,
        Err(error) => return console.fail(&error),
    };
    if let Command::Check = command {
        return finish(check::check(&loaded, global, console), console);
    }
    if loaded.has_errors() {
        return loaded.show_diagnostics(console);
    }
    loaded.show_warnings(console);
    let result = match command {
        Command::Plan(args) => plan::show(&loaded, &args, global, console),
        Command::Tags(args) => tags::show(&loaded, &args, global, console),
        Command::Ecr(args) => ecr::ecr(&loaded, &args, global, console),
        Command::Changelog(args) => changelog::show(&loaded, &args, global, console),
        Command::Setup(args) => setup::setup(&loaded, &args, global, console),
        Command::Clean(args) => clean::clean(&loaded, &args, console),
        Command::Bases(args) => bases::bases(&loaded, &args, console),
        Command::Run { task, args, release } => run::run(&loaded, &task, (&args, &release), global, console),
        Command::Tasks | Command::Check | Command::Schema => {
            console.out(&crate::cli::overview(Some(&loaded.resolved.pipeline)));
            Ok(DONE)
        }
    };
    finish(result, console)
}

fn finish(result: Result<u8, CommandFailure>, console: &Console) -> u8 {
    result.unwrap_or_else(|failure| console.fail(&failure))
}
