//! Options and arguments, with the words `--help` says of them.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::manifest::Override;

/// Lint, build, test, scan and push the container images of one pipeline.toml.
///
/// Every task and every stage of pipeline.toml is a command of its own: `cargo xtask NAME [IMAGES…]`.
/// The same command does the same on a laptop and in CI.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version, max_term_width = 120)]
#[command(override_usage = "cargo xtask [TASK | COMMAND] [IMAGES…] [OPTIONS]")]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Options of every command.
#[derive(Clone, Debug, Default, Args)]
pub struct Global {
    /// Run as if started in DIR.
    #[arg(short = 'C', value_name = "DIR", global = true, help_heading = "Global options")]
    pub directory: Option<PathBuf>,
    /// The pipeline file [default: pipeline.toml here or in a folder above].
    #[arg(short, long, value_name = "FILE", global = true, help_heading = "Global options")]
    pub file: Option<PathBuf>,
    /// Replace a value of pipeline.toml for this run, such as `images.web.platforms='["linux/arm64"]'`.
    #[arg(long, value_name = "KEY=VALUE", global = true, help_heading = "Global options")]
    pub set: Vec<Override>,
    /// How the answer is written to standard output.
    #[arg(long, value_enum, default_value_t, global = true, help_heading = "Global options")]
    pub format: Format,
    /// Whether output is coloured.
    #[arg(
        long,
        value_enum,
        default_value_t,
        value_name = "WHEN",
        global = true,
        help_heading = "Global options"
    )]
    pub color: ColorWhen,
}

/// How the answer is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    #[default]
    Text,
    /// One JSON document, with `"schema": 1` in it.
    Json,
}

/// Whether output is coloured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ColorWhen {
    /// On a terminal, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Yes.
    Always,
    /// No.
    Never,
}

/// How progress is shown on standard error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ProgressMode {
    /// `tty` on a terminal, else `plain`.
    #[default]
    Auto,
    /// Live lines.
    Tty,
    /// One line as a step starts, one as it ends.
    Plain,
    /// One JSON event a line.
    Json,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Show what a task would do, and why: every step with its command line.
    Plan(PlanArgs),
    /// Show the tags each image would get, and which rule gives them.
    Tags(TagsArgs),
    /// Check pipeline.toml and the Dockerfiles it names.
    Check,
    /// Show which tools are there and what is missing; with --install, provide it.
    Setup(SetupArgs),
    /// Remove what this project built: its images and containers, nothing else.
    Clean(CleanArgs),
    /// Show where base images come from, or publish stand-ins to a registry of your own.
    Bases(BasesArgs),
    /// List the tasks and stages of pipeline.toml.
    Tasks,
    /// Print the JSON schema of pipeline.toml, for editors.
    Schema,
    /// A task or stage of pipeline.toml.
    #[command(skip)]
    Run {
        /// Its name.
        task: String,
        /// What else was typed.
        args: RunArgs,
    },
}

/// `cargo xtask TASK …`.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
#[derive(Clone, Debug, Default, Args)]
pub struct RunArgs {
    /// Images, groups or globs among those of the task [default: all of them].
    pub images: Vec<String>,
    /// Push to this registry of pipeline.toml.
    #[arg(long, value_name = "NAME")]
    pub registry: Option<String>,
    /// How many steps run at once [default: the number of processors].
    #[arg(short, long, value_name = "N")]
    pub jobs: Option<std::num::NonZeroUsize>,
    /// After a failure, go on with what does not depend on it.
    #[arg(short, long)]
    pub keep_going: bool,
    /// Provide missing tools first, as `cargo xtask setup --install` does.
    #[arg(long)]
    pub install: bool,
    /// Answer yes to every question.
    #[arg(short, long)]
    pub yes: bool,
    /// How progress is shown on standard error.
    #[arg(long, value_enum, default_value_t, value_name = "HOW")]
    pub progress: ProgressMode,
    /// Show the output of every command.
    #[arg(short, long, conflicts_with = "quiet")]
    pub verbose: bool,
    /// Show failures and the summary only.
    #[arg(short, long)]
    pub quiet: bool,
}

/// `cargo xtask plan …`.
#[derive(Debug, Args)]
pub struct PlanArgs {
    /// A task or a stage.
    pub task: String,
    /// Images, groups or globs among those of the task [default: all of them].
    pub images: Vec<String>,
    /// Push to this registry of pipeline.toml.
    #[arg(long, value_name = "NAME")]
    pub registry: Option<String>,
}

/// `cargo xtask tags …`.
#[derive(Debug, Args)]
pub struct TagsArgs {
    /// Images, groups or globs [default: all images].
    pub images: Vec<String>,
    /// Show full references for this registry of pipeline.toml.
    #[arg(long, value_name = "NAME")]
    pub registry: Option<String>,
}

/// `cargo xtask setup …`.
#[derive(Debug, Args)]
pub struct SetupArgs {
    /// Provide what is missing: hadolint and trivy into .xtask/tools, the docker engine by the system's packages.
    #[arg(long)]
    pub install: bool,
    /// Answer yes to every question.
    #[arg(short, long)]
    pub yes: bool,
}

/// `cargo xtask clean …`.
#[derive(Debug, Args)]
pub struct CleanArgs {
    /// Remove caches, too: run folders, trivy's database, and stand-ins for base images.
    #[arg(long)]
    pub caches: bool,
}

/// `cargo xtask bases …`.
#[derive(Debug, Args)]
pub struct BasesArgs {
    #[command(subcommand)]
    command: Option<BasesCommand>,
}

impl BasesArgs {
    /// What to do with them; nothing for a list.
    pub fn command(&self) -> Option<&BasesCommand> {
        self.command.as_ref()
    }
}

/// What to do with base images.
#[derive(Debug, Subcommand)]
pub enum BasesCommand {
    /// Build the stand-ins from Debian packages and push each to its first mirror, for networks without a route to the real ones.
    ///
    /// From then on they are base images of your own, under your own name, and releases use them like any other mirror.
    Publish {
        /// Which bases [default: all that have a fallback and a mirror].
        references: Vec<String>,
        /// Answer yes to every question.
        #[arg(short, long)]
        yes: bool,
    },
}
