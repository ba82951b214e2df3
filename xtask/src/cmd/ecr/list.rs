//! `cargo xtask ecr ls`: what lies in the repositories.

use std::fmt::Write as _;

use serde::Serialize;

use crate::{
    cli::{Format, Global},
    report::size,
    tool::ecr::{Ecr, EcrError, EcrErrorKind, EcrImage},
};

use super::{CommandFailure, Console, DONE, Target};

/// A repository with its images; `None` if it does not exist.
#[derive(Debug, Serialize)]
struct RepositoryJson<'a> {
    image: &'a str,
    repository: &'a str,
    images: Option<Vec<EcrImage>>,
}

#[derive(Debug, Serialize)]
struct ListJson<'a> {
    schema: u32,
    registry: &'a str,
    repositories: Vec<RepositoryJson<'a>>,
}

pub(super) fn list(target: &Target<'_>, global: &Global, console: &Console) -> Result<u8, CommandFailure> {
    let runtime = super::runtime()?;
    let repositories = runtime.block_on(read(target)).map_err(|error| target.explain(&error))?;
    console.out(&match global.format {
        Format::Text => repositories.iter().map(text).collect::<Vec<_>>().join("\n"),
        Format::Json => serde_json::to_string_pretty(&ListJson {
            schema: 1,
            registry: target.registry.name.as_str(),
            repositories,
        })
        .map_err(anyhow::Error::from)?,
    });
    Ok(DONE)
}

async fn read<'a>(target: &'a Target<'_>) -> Result<Vec<RepositoryJson<'a>>, EcrError> {
    let client = Ecr::connect(target.ecr).await?;
    let mut repositories = Vec::new();
    for (image, repository) in &target.repositories {
        let images = match client.images(repository).await {
            Err(error) if error.kind == EcrErrorKind::NoRepository => None,
            other => Some(other?),
        };
        repositories.push(RepositoryJson {
            image: image.as_str(),
            repository,
            images,
        });
    }
    Ok(repositories)
}

fn text(repository: &RepositoryJson<'_>) -> String {
    let mut text = format!("{}\n", repository.repository);
    let Some(images) = &repository.images else {
        text.push_str("  does not exist; `cargo xtask ecr apply` creates it\n");
        return text;
    };
    if images.is_empty() {
        text.push_str("  no images\n");
    }
    for image in images {
        let digest = image.digest.get(..19).unwrap_or(&image.digest);
        let tags = if image.tags.is_empty() {
            "no tag".to_owned()
        } else {
            image.tags.join(", ")
        };
        let size = image.size_bytes.map(size).unwrap_or_default();
        let pulled = image
            .pulled
            .map_or_else(|| "never pulled".to_owned(), |time| format!("pulled {}", day(time)));
        let pushed = image.pushed.map(day).unwrap_or_default();
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {digest}  {size:>8}  pushed {pushed}  {pulled}  {tags}");
    }
    text
}

fn day(seconds: i64) -> String {
    jiff::Timestamp::from_second(seconds).map_or_else(|_| String::new(), |time| time.strftime("%Y-%m-%d").to_string())
}
