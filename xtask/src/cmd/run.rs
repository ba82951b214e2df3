//! A task: planned, its tools made sure of, run, and reported.

use std::{
    io,
    io::IsTerminal as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, anyhow};
use tokio::sync::mpsc;

use crate::{
    cli::{Format, Global, ProgressMode, ReleaseArgs, RunArgs},
    exec::{self, Cancel, Failure, Journal, RunOptions},
    plan::{Plan, PlanJson, Selection},
    report::{self, Progress, ReleaseJson, ReportJson, RunReport, Style, View},
    setup::Needs,
};

use super::{CommandFailure, Console, DONE, Loaded, built, planned, release, setup};

/// Exit code for a task whose requirements the repository does not meet.
const UNMET: u8 = 1;
/// Exit code for a question that was answered with no.
const NOT_AGREED: u8 = 2;

/// Runs a task or a stage.
pub(super) fn run(
    loaded: &Loaded,
    task: &str,
    (args, of_release): (&RunArgs, &ReleaseArgs),
    global: &Global,
    console: &Console,
) -> Result<u8, CommandFailure> {
    let selection = Selection {
        task: task.to_owned(),
        images: args.images.clone(),
        registry: args.registry.clone(),
        version: of_release.choice(),
        push_tag: of_release.push_tag,
    };
    let plan = match planned::plan(loaded, &selection, console) {
        Ok(plan) => plan,
        Err(no_plan) => return no_plan.into_result(),
    };
    for unmet in &plan.unmet {
        console.note(&format!("`{task}` is refused: {unmet}"));
    }
    let programs = setup::ensure(loaded, Needs::of(&plan), args.install, args.yes, console)?;
    let pipeline = &loaded.resolved.pipeline;
    let Some(programs) = programs else {
        return Ok(if plan.unmet.is_empty() { setup::MISSING } else { UNMET });
    };
    if !plan.unmet.is_empty() && plan.releases.is_empty() {
        return Ok(UNMET);
    }
    let options = RunOptions {
        root: pipeline.root.clone(),
        project: pipeline.project.clone(),
        run_dir: PathBuf::new(),
        run_id: String::new(),
        jobs: args
            .jobs
            .or_else(|| std::thread::available_parallelism().ok())
            .map_or(2, std::num::NonZeroUsize::get),
        keep_going: args.keep_going,
        programs,
        cache_dir: pipeline.root.join("target/xtask/cache"),
    };
    let view = view(&pipeline.root, console);
    if let Some(code) = before_a_release(&plan, &options, &view, (args.yes, console))? {
        return Ok(code);
    }
    let _alone = if plan.releases.is_empty() {
        None
    } else {
        Some(release::alone(&pipeline.root)?)
    };
    execute(&plan, options, (args, &view), global, console)
}

/// What stands in a release's way, and the question; `Some` exit code if it does not come to pass.
fn before_a_release(
    plan: &Plan,
    options: &RunOptions,
    view: &View,
    (yes, console): (bool, &Console),
) -> Result<Option<u8>, CommandFailure> {
    if plan.releases.is_empty() {
        return Ok(None);
    }
    let in_the_way = release::preflight(plan, options, view, console)?;
    if !plan.unmet.is_empty() {
        return Ok(Some(UNMET));
    }
    if in_the_way.is_some() {
        return Ok(in_the_way);
    }
    console.note(&release::overview(plan));
    if !yes && console.confirm("release?") == Some(false) {
        return Err(CommandFailure::new(NOT_AGREED, anyhow!("nothing is released without a yes")));
    }
    Ok(None)
}

/// Runs the steps, and says how they went.
fn execute(
    plan: &Plan,
    options: RunOptions,
    (args, view): (&RunArgs, &View),
    global: &Global,
    console: &Console,
) -> Result<u8, CommandFailure> {
    let target = options.root.join("target/xtask");
    let mut journal = Journal::create(&target.join("runs")).map_err(command_failure)?;
    journal.write("plan.json", &PlanJson::from(plan)).map_err(command_failure)?;
    let options = RunOptions {
        run_dir: journal.folder().to_path_buf(),
        run_id: journal.run_id().to_owned(),
        ..options
    };
    let progress = progress(args);
    let mut printer = progress.printer(plan, view, args.verbose, Box::new(io::stderr()));
    let runtime = tokio::runtime::Runtime::new().context("cannot start the executor")?;
    let report = runtime.block_on(async {
        let cancel = Cancel::on_signals().context("cannot listen for signals")?;
        let (events, receiver) = mpsc::unbounded_channel();
        let (report, ()) = tokio::join!(
            report::follow(plan, receiver, printer.as_mut(), Some(&mut journal)),
            exec::run(plan, options, events, cancel),
        );
        anyhow::Ok(report)
    })?;
    built::remember(&target, plan, &report)?;
    journal
        .write("report.json", &ReportJson::new(plan, &report))
        .map_err(command_failure)?;
    if !plan.releases.is_empty() {
        let record = ReleaseJson::new(plan, &report);
        journal.write("release.json", &record).map_err(command_failure)?;
    }
    console.note(&report::ending(plan, &report, view, printer.shows_failures()));
    if global.format == Format::Json {
        console.out(&serde_json::to_string_pretty(&ReportJson::new(plan, &report)).map_err(anyhow::Error::from)?);
    }
    Ok(exit_code(plan, &report))
}

fn exit_code(plan: &Plan, report: &RunReport) -> u8 {
    if plan.steps.is_empty() { DONE } else { report::exit_code(report) }
}

/// How it is looked at from where the user is.
pub(super) fn view(root: &Path, console: &Console) -> View {
    let here = std::env::current_dir().unwrap_or_else(|_| root.to_path_buf());
    View {
        style: Style::new(console.color),
        here,
        root: root.to_path_buf(),
    }
}

fn progress(args: &RunArgs) -> Progress {
    match args.progress {
        _ if args.quiet => Progress::Quiet,
        ProgressMode::Auto => Progress::auto(io::stderr().is_terminal(), std::env::var("TERM").ok().as_deref()),
        ProgressMode::Tty => Progress::Tty,
        ProgressMode::Plain => Progress::Plain,
        ProgressMode::Json => Progress::Json,
    }
}

/// A failure outside of any step, as the failure of the command.
pub(super) fn command_failure(failure: Failure) -> CommandFailure {
    let code = failure.class.exit_code();
    let message = match failure.status {
        Some(status) => format!("{} ({status})", failure.message),
        None => failure.message,
    };
    CommandFailure {
        exit_code: code,
        error: anyhow!(message),
        hint: failure.hint,
    }
}
