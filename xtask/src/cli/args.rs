//! Options and arguments, with the words `--help` says of them.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use semver::Version;

use crate::{
    manifest::Override,
    plan::{Bump, VersionChoice},
};

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
    /// Show what changed since the last release, for each image, from the commits that touched it.
    Changelog(ChangelogArgs),
    /// Check pipeline.toml and the Dockerfiles it names.
    Check,
    /// Show which tools are there and what is missing; with --install, provide it.
    Setup(SetupArgs),
    /// Remove what this project built: its images and containers, nothing else.
    Clean(CleanArgs),
    /// Show where base images come from, or publish stand-ins to a registry of your own.
    Bases(BasesArgs),
    /// Make the repositories of Amazon ECR as pipeline.toml declares them.
    Ecr(EcrArgs),
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
        /// What a task that makes releases was told besides.
        release: ReleaseArgs,
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

/// What tasks that make releases (`require = ["version-tag"]`) take besides.
#[derive(Clone, Debug, Default, Args)]
pub struct ReleaseArgs {
    /// Release the version after the last one [default: the version of the git tag at HEAD].
    #[arg(long, value_enum, value_name = "PART", conflicts_with = "version", help_heading = "Release")]
    pub bump: Option<BumpPart>,
    /// Release this version, such as 1.2.3.
    #[arg(long, value_name = "VERSION", value_parser = version, help_heading = "Release")]
    pub version: Option<Version>,
    /// Push the git tag once everything else is done.
    #[arg(long, help_heading = "Release")]
    pub push_tag: bool,
}

/// Which part of the version is raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BumpPart {
    /// 1.2.3 → 2.0.0.
    Major,
    /// 1.2.3 → 1.3.0.
    Minor,
    /// 1.2.3 → 1.2.4, or 1.2.4-rc.2 → 1.2.4.
    Patch,
    /// 1.2.3 → 1.2.4-rc.1 → 1.2.4-rc.2.
    Prerelease,
}

impl ReleaseArgs {
    /// Which version is asked for.
    pub fn choice(&self) -> VersionChoice {
        match (&self.version, self.bump) {
            (Some(version), _) => VersionChoice::Given(version.clone()),
            (None, None) => VersionChoice::Found,
            (None, Some(part)) => VersionChoice::Bump(match part {
                BumpPart::Major => Bump::Major,
                BumpPart::Minor => Bump::Minor,
                BumpPart::Patch => Bump::Patch,
                BumpPart::Prerelease => Bump::Prerelease,
            }),
        }
    }
}

/// With or without a leading `v`.
fn version(text: &str) -> Result<Version, semver::Error> {
    Version::parse(text.strip_prefix('v').unwrap_or(text))
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
    #[command(flatten)]
    release: ReleaseArgs,
}

impl PlanArgs {
    /// What a task that makes releases is told besides.
    pub fn release(&self) -> &ReleaseArgs {
        &self.release
    }
}

/// `cargo xtask tags …`.
#[derive(Debug, Args)]
pub struct TagsArgs {
    /// Images, groups or globs [default: all images].
    pub images: Vec<String>,
    /// Show full references for this registry of pipeline.toml.
    #[arg(long, value_name = "NAME")]
    pub registry: Option<String>,
    /// Print the rules of docker/metadata-action's steps in this workflow file as TOML, instead.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["images", "registry"])]
    pub import: Option<PathBuf>,
}

/// `cargo xtask changelog …`.
#[derive(Debug, Args)]
pub struct ChangelogArgs {
    /// Images, groups or globs [default: all images].
    pub images: Vec<String>,
    /// Begin after this tag, branch or commit [default: the release before].
    #[arg(long, value_name = "REVISION")]
    pub since: Option<String>,
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

/// `cargo xtask ecr …`.
#[derive(Debug, Args)]
pub struct EcrArgs {
    /// What to do.
    #[command(subcommand)]
    pub command: EcrCommand,
}

/// What to do with repositories.
#[derive(Debug, Subcommand)]
pub enum EcrCommand {
    /// Show what `apply` would create or change.
    Plan(EcrImages),
    /// Create missing repositories and change those that are not as declared, after a yes.
    Apply {
        #[command(flatten)]
        #[expect(missing_docs, reason = "the words are its own")]
        images: EcrImages,
        /// Remove what is there and not declared, too: lifecycle policy, repository policy, resource tags. Never a repository or an image.
        #[arg(long)]
        prune: bool,
        /// Answer yes to every question.
        #[arg(short, long)]
        yes: bool,
    },
    /// Give an image that is in a repository another tag, its digest unchanged: no build, no pull, no push.
    Promote(EcrPromote),
    /// List what lies in the repositories: digests, sizes, tags, when it was pushed and pulled.
    Ls(EcrImages),
    /// Log docker in to the registry, for work by hand; tasks need no login.
    Login {
        /// The registry of pipeline.toml [default: the only one that uses ECR].
        #[arg(long, value_name = "NAME")]
        registry: Option<String>,
    },
    /// Print the IAM policy that the pipeline needs.
    Policy(EcrImages),
}

/// `cargo xtask ecr promote …`.
#[derive(Debug, Args)]
pub struct EcrPromote {
    /// The image.
    pub image: String,
    /// The tag it has, such as 1.2.3-rc.1.
    #[arg(long, value_name = "TAG")]
    pub from: String,
    /// The tag it gets, such as 1.2.3.
    #[arg(long, value_name = "TAG")]
    pub to: String,
    /// Also where that tag stands for another image.
    #[arg(long = "move")]
    pub move_tag: bool,
    /// The registry of pipeline.toml [default: the only one that uses ECR].
    #[arg(long, value_name = "NAME")]
    pub registry: Option<String>,
}

/// Which repositories.
#[derive(Clone, Debug, Default, Args)]
pub struct EcrImages {
    /// Images, groups or globs [default: all images].
    pub images: Vec<String>,
    /// The registry of pipeline.toml [default: the only one that uses ECR].
    #[arg(long, value_name = "NAME")]
    pub registry: Option<String>,
}

impl EcrCommand {
    /// Which repositories it is about.
    pub fn images(&self) -> EcrImages {
        match self {
            Self::Plan(images) | Self::Ls(images) | Self::Policy(images) | Self::Apply { images, .. } => images.clone(),
            Self::Promote(promote) => EcrImages {
                images: vec![promote.image.clone()],
                registry: promote.registry.clone(),
            },
            Self::Login { registry } => EcrImages {
                images: Vec::new(),
                registry: registry.clone(),
            },
        }
    }
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
