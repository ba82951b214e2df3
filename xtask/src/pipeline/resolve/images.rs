//! `[images.NAME]`: where they lie, and the options of each stage: the stage's own, overridden by the image's.

use std::{collections::BTreeMap, ops::Range, path::Path};

use indexmap::IndexMap;
use toml::{Spanned, de::DeValue};

use crate::{
    diag::Diagnostic,
    manifest::{ImageOptions, Located, OptionTable, decode},
    pipeline::{Image, ImageName, ImageStage, Stage, StageKind, StageName, StageOptions},
};

use super::{Problems, names, option_checks, tag_rules, versions};

/// The images, and where each names its Dockerfile.
pub(super) struct Images {
    pub images: IndexMap<ImageName, Image>,
    pub spans: BTreeMap<ImageName, Range<usize>>,
}

pub(super) fn resolve(project: &str, stages: &IndexMap<StageName, Stage>, raw: &[&OptionTable<'_>], problems: &mut Problems<'_>) -> Images {
    let manifest = problems.manifest;
    // What an image without overrides of its own gets. Read also where no image has it, so that problems show.
    let defaults: Vec<Option<ImageStage>> = stages
        .values()
        .zip(raw)
        .map(|(stage, raw)| read(stage.kind, (*raw).clone(), problems))
        .collect();
    let mut resolved = Images {
        images: IndexMap::new(),
        spans: BTreeMap::new(),
    };
    let none = ImageOptions::default();
    for (key, table) in &manifest.tables.images {
        names::check("an image", key, key.span(), problems);
        let path = format!("images.{}.context", key.as_str());
        let Some(context) = problems.required(table.context.as_ref(), &path, Some(key.span())) else {
            continue;
        };
        let name = ImageName::new(key.as_str());
        let own = manifest.image_options.get(key.as_str()).unwrap_or(&none);
        let mut image_stages = IndexMap::new();
        for ((stage, raw), default) in stages.values().zip(raw).zip(&defaults) {
            if let Some(options) = options(stage, raw, default.as_ref(), own, problems) {
                image_stages.insert(stage.name.clone(), options);
            }
        }
        let dockerfile = table.dockerfile.as_ref().map_or("Dockerfile", |dockerfile| dockerfile.as_str());
        let span = table
            .dockerfile
            .as_ref()
            .or(table.context.as_ref())
            .map_or(key.span(), Located::span);
        let version = versions::resolve(project, name.as_str(), &table.version, problems);
        resolved.spans.insert(name.clone(), span);
        resolved.images.insert(
            name.clone(),
            Image {
                name,
                context: Path::new(context).to_path_buf(),
                dockerfile: Path::new(context).join(dockerfile),
                groups: table.groups.iter().map(|group| group.as_str().to_owned()).collect(),
                stages: image_stages,
                tags: table.tags.as_ref().map(|tags| tag_rules::rules(tags, problems)),
                version,
            },
        );
    }
    if resolved.images.is_empty() && problems.manifest.tables.images.is_empty() {
        problems
            .push(Diagnostic::error("no-images", "there is nothing to build").help("declare an image: `[images.NAME]` with a `context`"));
    }
    resolved
}

fn options(
    stage: &Stage,
    raw: &OptionTable<'_>,
    default: Option<&ImageStage>,
    own: &ImageOptions<'_>,
    problems: &mut Problems<'_>,
) -> Option<ImageStage> {
    let overrides = own.stages.get(stage.name.as_str());
    let builds = stage.kind == StageKind::DockerBuild && !own.build.is_empty();
    if overrides.is_none() && !builds {
        return default.cloned();
    }
    let mut table = raw.clone();
    if builds {
        table = table.overridden_by(&own.build);
    }
    if let Some(overrides) = overrides {
        table = table.overridden_by(overrides);
    }
    read(stage.kind, table, problems)
}

fn read(kind: StageKind, mut table: OptionTable<'_>, problems: &mut Problems<'_>) -> Option<ImageStage> {
    let skip = take_skip(&mut table, problems);
    let options = match kind {
        StageKind::Hadolint => StageOptions::Hadolint(typed(&table, problems)?),
        StageKind::DockerBuild => StageOptions::DockerBuild(typed(&table, problems)?),
        StageKind::ContainerTest => StageOptions::ContainerTest(typed(&table, problems)?),
        StageKind::Trivy => StageOptions::Trivy(typed(&table, problems)?),
        StageKind::Push => StageOptions::Push(typed(&table, problems)?),
        StageKind::Run => StageOptions::Run(typed(&table, problems)?),
    };
    option_checks::check(&options, &table, problems);
    Some(ImageStage { options, skip })
}

/// `skip = "reason"` goes with the options of any stage.
fn take_skip(table: &mut OptionTable<'_>, problems: &mut Problems<'_>) -> Option<String> {
    let skip = table.0.get_mut().remove("skip")?;
    match skip.get_ref() {
        DeValue::String(reason) if !reason.trim().is_empty() => Some(reason.to_string()),
        _ => {
            let message = "`skip` takes the reason, as a string";
            problems.push(
                Diagnostic::error("wrong-type", message)
                    .label(skip.span(), "no reason")
                    .help("skip = \"no service to start\""),
            );
            None
        }
    }
}

fn typed<T: serde::de::DeserializeOwned>(table: &OptionTable<'_>, problems: &mut Problems<'_>) -> Option<T> {
    let decoded = decode::<T>(Spanned::new(table.0.span(), table.0.get_ref().clone()), "");
    for diagnostic in decoded.diagnostics {
        problems.push(diagnostic);
    }
    decoded.value
}
