//! `cargo xtask bases`: where base images come from, and how a closed network gets its own.

use std::collections::BTreeMap;

use anyhow::{Context as _, anyhow};

use crate::{
    cli::{BasesArgs, BasesCommand},
    exec::{Journal, RunOptions, StepContext, action},
    pipeline::{Base, Pipeline},
    plan::StepId,
    setup::Needs,
};

use super::{CommandFailure, Console, DONE, Loaded, run, setup};

/// Lists bases, or publishes stand-ins.
pub(super) fn bases(loaded: &Loaded, args: &BasesArgs, console: &Console) -> Result<u8, CommandFailure> {
    match args.command() {
        None => {
            console.out(&list(&loaded.resolved.pipeline));
            Ok(DONE)
        }
        Some(BasesCommand::Publish { references, yes }) => publish(loaded, references, *yes, console),
    }
}

fn list(pipeline: &Pipeline) -> String {
    if pipeline.bases.is_empty() {
        return "pipeline.toml declares no `[bases]`: docker finds base images by their names".to_owned();
    }
    let one = |base: &Base| {
        let mut lines = vec![base.reference.clone()];
        lines.extend(base.mirrors.iter().map(|mirror| format!("  mirror    {mirror}")));
        lines.push(format!("  itself    {}", base.reference));
        lines.extend(
            base.fallback
                .iter()
                .map(|fallback| format!("  stand-in  Debian {}: {}", fallback.suite, fallback.packages.join(", "))),
        );
        lines.join("\n")
    };
    pipeline.bases.values().map(one).collect::<Vec<_>>().join("\n\n")
}

fn publish(loaded: &Loaded, references: &[String], yes: bool, console: &Console) -> Result<u8, CommandFailure> {
    let pipeline = &loaded.resolved.pipeline;
    let bases = chosen(pipeline, references)?;
    console.note("these stand-ins become base images of your own, and releases will use them:");
    for (base, target) in &bases {
        console.note(&format!("  {} -> {target}", base.reference));
    }
    if !yes && console.confirm("build and push them?") != Some(true) {
        return Err(CommandFailure::new(2, anyhow!("nothing is published without a yes")).hint("answer on a terminal, or pass `--yes`"));
    }
    let Some(programs) = setup::ensure(loaded, Needs::for_bases(), false, yes, console)? else {
        return Ok(setup::MISSING);
    };
    let target = pipeline.root.join("target/xtask");
    let journal = Journal::create(&target.join("runs")).map_err(run::command_failure)?;
    let runtime = tokio::runtime::Runtime::new().context("cannot start the executor")?;
    for (base, mirror) in bases {
        let Some(fallback) = &base.fallback else { continue };
        console.note(&format!("building and pushing `{mirror}` …"));
        let options = options(pipeline, &journal, programs.clone());
        let (context, _events) = StepContext::detached(options, StepId::new("base", Some(&base.reference)));
        runtime
            .block_on(action::base::publish(&base.reference, fallback, mirror, &context))
            .map_err(|failure| {
                let log = context.log_path().display().to_string();
                let failed = run::command_failure(failure);
                CommandFailure {
                    error: failed.error.context(format!("the log is `{log}`")),
                    ..failed
                }
            })?;
        console.out(&format!("published {mirror}"));
    }
    Ok(DONE)
}

/// The bases that can be published, each with where to.
fn chosen<'a>(pipeline: &'a Pipeline, references: &[String]) -> Result<Vec<(&'a Base, &'a str)>, CommandFailure> {
    if let Some(unknown) = references.iter().find(|reference| !pipeline.bases.contains_key(reference.as_str())) {
        let known: Vec<&str> = pipeline.bases.keys().map(String::as_str).collect();
        return Err(CommandFailure::new(
            2,
            anyhow!("pipeline.toml declares no base `{unknown}`; there is: {}", known.join(", ")),
        ));
    }
    let wanted = pipeline
        .bases
        .values()
        .filter(|base| references.is_empty() || references.contains(&base.reference));
    let bases: Vec<_> = wanted
        .filter(|base| base.fallback.is_some())
        .filter_map(|base| Some((base, base.mirrors.first()?.as_str())))
        .collect();
    if bases.is_empty() {
        let error = anyhow!("no base has both a `fallback` to build and a mirror to push it to");
        return Err(CommandFailure::new(2, error).hint("give it both in pipeline.toml: `[bases.\"NAME\"]`"));
    }
    Ok(bases)
}

fn options(pipeline: &Pipeline, journal: &Journal, programs: BTreeMap<String, std::path::PathBuf>) -> RunOptions {
    RunOptions {
        root: pipeline.root.clone(),
        project: pipeline.project.clone(),
        run_dir: journal.folder().to_path_buf(),
        run_id: journal.run_id().to_owned(),
        jobs: 1,
        keep_going: false,
        programs,
        cache_dir: pipeline.root.join("target/xtask/cache"),
    }
}
