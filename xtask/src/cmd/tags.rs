//! `cargo xtask tags`: what each image would be called, and why.

use anyhow::anyhow;
use serde::Serialize;

use crate::{
    cli::{Format, Global, TagsArgs},
    pipeline::Pipeline,
    plan::{self, NamedImage},
};

use super::{CommandFailure, Console, DONE, Loaded, planned};

#[derive(Serialize)]
struct TagsJson<'a> {
    schema: u32,
    images: &'a [NamedImage],
}

/// Prints the tags.
pub(super) fn show(loaded: &Loaded, args: &TagsArgs, global: &Global, console: &Console) -> Result<u8, CommandFailure> {
    let pipeline = &loaded.resolved.pipeline;
    let gathered = planned::facts(loaded, false)?;
    let named = plan::name_images(pipeline, &gathered.facts, &args.images, args.registry.as_deref()).map_err(|error| {
        let code = if error.is_usage() { 2 } else { super::WRONG_PIPELINE };
        CommandFailure::new(code, anyhow!(error))
    })?;
    console.out(&match global.format {
        Format::Json => serde_json::to_string_pretty(&TagsJson { schema: 1, images: &named }).map_err(anyhow::Error::from)?,
        Format::Text => named.iter().map(|image| text(image, pipeline)).collect::<Vec<_>>().join("\n\n"),
    });
    Ok(DONE)
}

fn text(image: &NamedImage, pipeline: &Pipeline) -> String {
    let rules = pipeline.tag_rules(&pipeline.images[image.image.as_str()]);
    let about = |rule: Option<usize>| {
        rule.and_then(|rule| Some(format!("rule {}: {}", rule + 1, rules.get(rule)?)))
            .unwrap_or_else(|| "flavor: latest".to_owned())
    };
    let width = image.refs.iter().map(String::len).max().unwrap_or_default();
    let mut lines = vec![image.image.to_string()];
    for (given, reference) in image.tags_by_rule.given.iter().zip(&image.refs) {
        lines.push(format!("  {reference:width$}  {}", about(given.rule)));
    }
    if image.tags_by_rule.given.is_empty() {
        lines.push("  no tags".to_owned());
    }
    for none in &image.tags_by_rule.not_given {
        lines.push(format!("  no tag from {}, because {}", about(none.rule), none.why));
    }
    lines.join("\n")
}
