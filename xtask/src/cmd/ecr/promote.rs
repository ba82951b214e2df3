//! `cargo xtask ecr promote`: an image that was tried out under one tag is released under another, without being built again.

use anyhow::anyhow;
use serde::Serialize;

use crate::{
    cli::{EcrPromote, Format, Global},
    tool::ecr::{Ecr, EcrError, Promotion},
};

use super::{CommandFailure, Console, DONE, Target};

/// Exit code for a tag that stands for another image.
const CONFLICT: u8 = 5;
/// Exit code for a tag that stands for nothing.
const NOT_THERE: u8 = 1;

#[derive(Debug, Serialize)]
struct PromotionJson<'a> {
    schema: u32,
    repository: &'a str,
    from: &'a str,
    to: &'a str,
    digest: &'a str,
    /// Whether the tag was set by this call; it stood there already otherwise.
    changed: bool,
}

pub(super) fn promote(target: &Target<'_>, args: &EcrPromote, global: &Global, console: &Console) -> Result<u8, CommandFailure> {
    let mut repositories = target.repositories.values();
    let (Some(repository), None) = (repositories.next(), repositories.next()) else {
        let error = anyhow!("`{}` is more than one image; promote them one by one", args.image);
        return Err(CommandFailure::new(super::USAGE, error));
    };
    let runtime = super::runtime()?;
    let promotion = runtime.block_on(async {
        let client = Ecr::connect(target.ecr).await?;
        client.promote(repository, (&args.from, &args.to), args.move_tag).await
    });
    let promotion = promotion.map_err(|error: EcrError| target.explain(&error))?;
    let (digest, changed) = match &promotion {
        Promotion::Done { digest } => (digest, true),
        Promotion::Already { digest } => (digest, false),
        Promotion::NoSource => {
            let error = anyhow!("there is no image `{repository}:{}`", args.from);
            return Err(CommandFailure::new(NOT_THERE, error).hint(format!("`cargo xtask ecr ls {}` lists what there is", args.image)));
        }
        Promotion::Taken { there, wanted } => {
            let (from, to) = (&args.from, &args.to);
            let error = anyhow!("`{repository}:{to}` stands for `{there}`, and `{from}` is `{wanted}`");
            return Err(CommandFailure::new(CONFLICT, error)
                .hint("promote to another tag; for a tag that is meant to move, and that the repository lets move, pass `--move`"));
        }
    };
    console.out(&match global.format {
        Format::Text if changed => format!("{repository}:{} is {digest}, as {}", args.to, args.from),
        Format::Text => format!("{repository}:{} was {digest} already", args.to),
        Format::Json => serde_json::to_string_pretty(&PromotionJson {
            schema: 1,
            repository,
            from: &args.from,
            to: &args.to,
            digest,
            changed,
        })
        .map_err(anyhow::Error::from)?,
    });
    Ok(DONE)
}
