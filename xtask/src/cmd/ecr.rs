//! `cargo xtask ecr`: the repositories of an Amazon ECR registry, made as `pipeline.toml` declares them; and the permissions that takes.

mod drift;
mod iam_policy;
mod json;
mod list;
mod login;
mod promote;
mod text;

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use anyhow::{Context as _, anyhow};
use indexmap::IndexMap;
use serde_json::Value;
use tokio::{sync::Semaphore, task::JoinSet};

use crate::{
    cli::{EcrArgs, EcrCommand, EcrImages, Format, Global},
    exec::explain_ecr,
    pipeline::{EcrRegistry, ImageName, Lifecycle, Pipeline, Registry, RegistryKind},
    plan,
    report::Style,
    tool::ecr::{Ecr, EcrError, Existing, RepositoryState},
};

use self::drift::Drift;
use super::{CommandFailure, Console, DONE, Loaded, WRONG_PIPELINE, planned, run};

/// So many of ECR's answers are waited for at once: far below the rates it allows.
const AT_ONCE: usize = 8;
/// Exit code for a command line that asks for what is not there, or a question that was not answered with yes.
const USAGE: u8 = 2;

/// Runs one of its commands.
pub(super) fn ecr(loaded: &Loaded, args: &EcrArgs, global: &Global, console: &Console) -> Result<u8, CommandFailure> {
    let target = Target::find(loaded, &args.command.images())?;
    match &args.command {
        EcrCommand::Policy(_) => {
            console.out(&iam_policy::text(target.ecr, target.repositories.values()));
            Ok(DONE)
        }
        EcrCommand::Ls(_) => list::list(&target, global, console),
        EcrCommand::Promote(args) => promote::promote(&target, args, global, console),
        EcrCommand::Login { .. } => login::login(&target, console),
        EcrCommand::Plan(_) => {
            let (_, _, drifts) = target.look(loaded)?;
            console.out(&target.say(&drifts, false, global, Style::plain())?);
            Ok(DONE)
        }
        EcrCommand::Apply { prune, yes, .. } => apply(&target, loaded, (*prune, *yes), global, console),
    }
}

fn apply(
    target: &Target<'_>,
    loaded: &Loaded,
    (prune, yes): (bool, bool),
    global: &Global,
    console: &Console,
) -> Result<u8, CommandFailure> {
    let (runtime, client, drifts) = target.look(loaded)?;
    let said = target.say(&drifts, prune, global, Style::plain())?;
    if drifts.iter().all(|drift| drift.calls(prune) == 0) {
        console.out(&said);
        return Ok(DONE);
    }
    console.note(&text::plan(
        target.registry.name.as_str(),
        client.region(),
        &drifts,
        prune,
        Style::new(console.color),
    ));
    if !yes && console.confirm("make it so?") != Some(true) {
        return Err(CommandFailure::new(USAGE, anyhow!("nothing is changed without a yes")).hint("answer on a terminal, or pass `--yes`"));
    }
    for drift in &drifts {
        let mut done = |line: &str| console.note(line);
        runtime
            .block_on(drift.mend(&client, prune, &mut done))
            .map_err(|error| target.explain(&error))?;
    }
    if global.format == Format::Json {
        console.out(&said);
    }
    Ok(DONE)
}

/// What a command is about.
struct Target<'a> {
    registry: &'a Registry,
    ecr: &'a EcrRegistry,
    /// Image → repository.
    repositories: IndexMap<ImageName, String>,
}

impl<'a> Target<'a> {
    fn find(loaded: &'a Loaded, args: &EcrImages) -> Result<Self, CommandFailure> {
        let pipeline = &loaded.resolved.pipeline;
        let (registry, ecr) = registry(pipeline, args.registry.as_deref())?;
        let facts = planned::facts(loaded, false)?.facts;
        let repositories = plan::repositories(pipeline, &facts, &args.images, registry).map_err(|error| {
            let code = if error.is_usage() { USAGE } else { WRONG_PIPELINE };
            CommandFailure::new(code, anyhow!(error))
        })?;
        Ok(Self {
            registry,
            ecr,
            repositories,
        })
    }

    /// Asks ECR how the repositories are, and holds that against what is declared.
    fn look(&self, loaded: &Loaded) -> Result<(tokio::runtime::Runtime, Ecr, Vec<Drift>), CommandFailure> {
        let wanted = self.wanted(&loaded.resolved.pipeline.root)?;
        let runtime = runtime()?;
        let names: Vec<String> = self.repositories.values().cloned().collect();
        let (client, existing) = runtime
            .block_on(async {
                let client = Ecr::connect(self.ecr).await?;
                let existing = client.existing(&names).await?;
                let existing = details(&client, existing).await?;
                Ok((client, existing))
            })
            .map_err(|error: EcrError| self.explain(&error))?;
        let drift = |(image, repository): (&ImageName, &String)| Drift::new(image, repository, existing.get(repository).cloned(), &wanted);
        Ok((runtime, client, self.repositories.iter().map(drift).collect()))
    }

    /// What is declared, with what stands in files.
    fn wanted(&self, root: &Path) -> Result<RepositoryState, CommandFailure> {
        let declared = &self.ecr.repositories;
        let mut wanted = RepositoryState::declared(declared);
        if let Some(Lifecycle::File(file)) = &declared.lifecycle {
            wanted.lifecycle = Some(json_file(root, file)?);
        }
        if let Some(file) = &declared.policy {
            wanted.policy = Some(json_file(root, file)?);
        }
        Ok(wanted)
    }

    fn say(&self, drifts: &[Drift], prune: bool, global: &Global, style: Style) -> Result<String, CommandFailure> {
        let name = self.registry.name.as_str();
        Ok(match global.format {
            Format::Text => text::plan(name, self.ecr.region.as_deref().unwrap_or_default(), drifts, prune, style),
            Format::Json => serde_json::to_string_pretty(&json::EcrPlanJson::new(name, drifts, prune)).map_err(anyhow::Error::from)?,
        })
    }

    fn explain(&self, error: &EcrError) -> CommandFailure {
        run::command_failure(explain_ecr(error, self.ecr))
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, CommandFailure> {
    let runtime = tokio::runtime::Runtime::new().context("cannot start the client");
    runtime.map_err(CommandFailure::from)
}

/// The registry that is named, or the only one of ECR.
fn registry<'a>(pipeline: &'a Pipeline, name: Option<&str>) -> Result<(&'a Registry, &'a EcrRegistry), CommandFailure> {
    let of_ecr = |registry: &'a Registry| match &registry.kind {
        RegistryKind::Ecr(ecr) => Some((registry, ecr)),
        RegistryKind::Oci(_) => None,
    };
    let all: Vec<_> = pipeline.registries.values().filter_map(of_ecr).collect();
    let known = all
        .iter()
        .map(|(registry, _)| format!("`{}`", registry.name))
        .collect::<Vec<_>>()
        .join(", ");
    match (name, all.as_slice()) {
        (Some(name), _) => all
            .iter()
            .find(|(registry, _)| registry.name.as_str() == name)
            .copied()
            .ok_or_else(|| {
                let there = if known.is_empty() {
                    "pipeline.toml declares none".to_owned()
                } else {
                    format!("there is {known}")
                };
                CommandFailure::new(USAGE, anyhow!("`{name}` is no registry with `uses = \"ecr\"`; {there}"))
            }),
        (None, [only]) => Ok(*only),
        (None, []) => Err(
            CommandFailure::new(USAGE, anyhow!("pipeline.toml declares no registry with `uses = \"ecr\"`"))
                .hint("declare one: `[registries.production]` with `uses = \"ecr\"` and a `region`"),
        ),
        (None, _) => Err(
            CommandFailure::new(USAGE, anyhow!("there are several registries with `uses = \"ecr\"`: {known}"))
                .hint("pass `--registry NAME`"),
        ),
    }
}

/// Reads what a repository's own calls tell, for all of them side by side.
async fn details(client: &Ecr, existing: BTreeMap<String, Existing>) -> Result<BTreeMap<String, Existing>, EcrError> {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = JoinSet::new();
    for (name, mut repository) in existing {
        let (client, places) = (client.clone(), Arc::clone(&places));
        running.spawn(async move {
            let _place = places.acquire().await;
            client.details(&mut repository).await.map(|()| (name, repository))
        });
    }
    running.join_all().await.into_iter().collect()
}

fn json_file(root: &Path, file: &Path) -> Result<Value, CommandFailure> {
    let shown = file.display();
    let text = fs::read_to_string(root.join(file)).map_err(|error| anyhow!("cannot read `{shown}`: {error}"));
    let value = text.and_then(|text| serde_json::from_str(&text).map_err(|error| anyhow!("`{shown}` is no JSON: {error}")));
    value.map_err(|error| CommandFailure::new(WRONG_PIPELINE, error))
}
