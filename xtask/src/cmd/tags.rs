//! `cargo xtask tags`: what each image would be called, and why.

use anyhow::anyhow;
use serde::Serialize;
use unicode_width::UnicodeWidthStr as _;

use crate::{
    cli::{Format, Global, TagsArgs},
    facts::{Ci, Event},
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
        Format::Text => {
            let images = named.iter().map(|image| text(image, pipeline));
            [origin(&gathered.facts.event)]
                .into_iter()
                .chain(images)
                .collect::<Vec<_>>()
                .join("\n\n")
        }
    });
    Ok(DONE)
}

/// What the tags are made from, so that a surprising one can be traced.
fn origin(event: &Event) -> String {
    let source = match event.ci {
        Ci::None => "git",
        Ci::GitHub => "GitHub Actions",
        Ci::GitLab => "GitLab CI",
    };
    let known = [
        event.git_ref.clone(),
        event.sha.is_some().then(|| format!("commit {}", event.short_sha())),
        event.name.as_ref().map(|name| format!("event {name}")),
        event.default_branch.as_ref().map(|branch| format!("default branch {branch}")),
    ];
    let known: Vec<String> = known.into_iter().flatten().filter(|part| !part.is_empty()).collect();
    if known.is_empty() {
        format!("{source} says neither ref nor commit")
    } else {
        format!("{source} says: {}", known.join(", "))
    }
}

fn text(image: &NamedImage, pipeline: &Pipeline) -> String {
    let rules = pipeline.tag_rules(&pipeline.images[image.image.as_str()]);
    let about = |rule: Option<usize>| {
        rule.and_then(|rule| Some(format!("rule {}: {}", rule + 1, rules.get(rule)?)))
            .unwrap_or_else(|| "flavor: latest".to_owned())
    };
    let none = "no tag";
    let width = image.refs.iter().map(|reference| reference.width()).chain([none.len()]).max();
    let width = width.unwrap_or_default();
    let mut lines = vec![image.image.to_string()];
    for (given, reference) in image.tags_by_rule.given.iter().zip(&image.refs) {
        lines.push(format!("  {reference:width$}  {}", about(given.rule)));
    }
    for no_tag in &image.tags_by_rule.not_given {
        lines.push(format!("  {none:width$}  {}, because {}", about(no_tag.rule), no_tag.why));
    }
    if image.refs.is_empty() {
        lines.push("  no tag at all".to_owned());
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unknown_is_left_out() {
        assert_eq!(origin(&Event::default()), "git says neither ref nor commit");
        let event = Event {
            ci: Ci::GitHub,
            name: Some("push".to_owned()),
            git_ref: Some("refs/heads/main".to_owned()),
            sha: Some("0123456789".to_owned()),
            ..Event::default()
        };
        assert_eq!(origin(&event), "GitHub Actions says: refs/heads/main, commit 0123456, event push");
    }
}
