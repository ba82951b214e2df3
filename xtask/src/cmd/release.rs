//! What comes before a release: everything that stands in its way, what it would do, and a yes.

use std::{
    fmt::Write as _,
    fs::{self, File, TryLockError},
    path::Path,
};

use anyhow::{Context as _, anyhow};

use crate::{
    exec::{self, Cancel, Failure, RunOptions},
    plan::{Action, Plan, Release},
    report::View,
    tool::push::PushPhase,
};

use super::{CommandFailure, Console};

/// Where there are more problems than this of one kind, the rest is counted.
const SHOWN: usize = 20;

/// Makes sure that no other release of this checkout runs: two would push over each other. Good for as long as the file is held.
pub(super) fn alone(root: &Path) -> Result<File, CommandFailure> {
    let path = root.join("target/xtask/release.lock");
    let open = || {
        fs::create_dir_all(root.join("target/xtask"))?;
        File::create(&path)
    };
    let file = open().with_context(|| format!("cannot write `{}`", path.display()))?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => {
            Err(CommandFailure::new(5, anyhow!("another release runs in this folder")).hint("wait for it to end"))
        }
        // A file system without locks is no reason not to release.
        Ok(()) | Err(TryLockError::Error(_)) => Ok(file),
    }
}

/// Looks at machine and registry; says what stands in the way, and gives the exit code for it.
pub(super) fn preflight(plan: &Plan, options: &RunOptions, view: &View, console: &Console) -> anyhow::Result<Option<u8>> {
    // A release that is refused is no run, so it has no folder among them.
    let logs = tempfile::tempdir()?;
    let options = RunOptions {
        run_dir: logs.path().to_path_buf(),
        ..options.clone()
    };
    console.note(&format!("looking for what stands in the way of `{}` …", plan.task));
    let runtime = tokio::runtime::Runtime::new()?;
    let (failures, interrupted) = runtime.block_on(async {
        let cancel = Cancel::on_signals()?;
        let failures = exec::preflight(plan, options, cancel.clone()).await;
        anyhow::Ok((failures, cancel.signal()))
    })?;
    if let Some(signal) = interrupted {
        return Ok(Some(u8::try_from(128 + signal).unwrap_or(130)));
    }
    for failure in failures.iter().take(SHOWN) {
        console.note(&refusal(&plan.task, failure, view));
    }
    if failures.len() > SHOWN {
        console.note(&format!("and {} more", failures.len() - SHOWN));
    }
    Ok(failures.iter().map(|failure| failure.class.exit_code()).next())
}

fn refusal(task: &str, failure: &Failure, view: &View) -> String {
    let mut text = format!("`{task}` is refused: {}", failure.message);
    if let Some(hint) = &failure.hint {
        let _ = write!(text, "\n  {} {hint}", view.style.dim("hint    "));
    }
    if let Some(command) = &failure.command {
        let _ = write!(text, "\n  {} {}", view.style.dim("command "), view.command(command));
    }
    text
}

/// What would be released, for the question before it.
pub(super) fn overview(plan: &Plan) -> String {
    let registry = plan
        .registry
        .as_ref()
        .map_or_else(String::new, |registry| format!(" to registry `{registry}`"));
    let mut text = format!("`{}` releases{registry}:\n", plan.task);
    let width = plan.releases.iter().map(|release| release.image.as_str().len()).max().unwrap_or(0);
    for release in &plan.releases {
        let previous = release
            .previous
            .as_ref()
            .map_or_else(|| "the first".to_owned(), |tag| format!("after {tag}"));
        let tags = tags(plan, release).join(", ");
        let _ = writeln!(
            text,
            "  {:width$}  {} ({previous}): {tags}",
            release.image.as_str(),
            release.version
        );
    }
    for step in &plan.steps {
        if let Action::GitTag(job) = &step.action {
            let made = if job.exists { "" } else { ", made in the end" };
            let pushed = job
                .remote
                .as_ref()
                .map_or_else(String::new, |remote| format!(", pushed to `{remote}`"));
            let _ = writeln!(text, "  git tag {}{made}{pushed}", job.tag);
        }
    }
    for note in &plan.notes {
        let _ = writeln!(text, "note: {note}");
    }
    text
}

/// The tags that an image gets, in the order they are set.
fn tags<'a>(plan: &'a Plan, release: &Release) -> Vec<&'a str> {
    let pushes = plan.steps.iter().filter_map(|step| match &step.action {
        Action::Push(job) if job.image == release.image && job.phase != PushPhase::Check => Some(job),
        _ => None,
    });
    pushes
        .flat_map(|job| &job.tags)
        .map(String::as_str)
        .filter(|tag| !tag.contains("{{"))
        .collect()
}
