//! `cargo xtask tags --import FILE`: the tag rules of docker/metadata-action steps in a workflow file, as TOML for `pipeline.toml`.
//!
//! Read, translate, write, one file each. What cannot be the same here stands in the answer as a comment and is told besides: nothing is lost
//! silently, and what is printed can be loaded.

mod expression;
mod input;
mod rule;
mod toml_text;
mod workflow;

use std::{fmt::Write as _, fs, path::Path};

use anyhow::anyhow;

use crate::cli::{Format, Global};

use self::{rule::Rule, workflow::Step};
use super::{CommandFailure, Console, DONE};

/// Exit code for a file that cannot be imported.
const USAGE: u8 = 2;

/// Prints the TOML; what has to be decided by hand goes to standard error.
pub(super) fn import(file: &Path, global: &Global, console: &Console) -> Result<u8, CommandFailure> {
    if global.format == Format::Json {
        return Err(CommandFailure::new(
            USAGE,
            anyhow!("`--import` writes TOML; leave `--format json` out"),
        ));
    }
    let file = &global
        .directory
        .as_ref()
        .map_or_else(|| file.to_path_buf(), |folder| folder.join(file));
    let shown = file.display();
    let text = fs::read_to_string(file).map_err(|error| CommandFailure::new(USAGE, anyhow!("cannot read `{shown}`: {error}")))?;
    let refuse = |reason: String| CommandFailure::new(USAGE, anyhow!("`{shown}`: {reason}"));
    let steps = workflow::steps(&text).map_err(refuse)?;
    if steps.is_empty() {
        return Err(refuse("no step of it uses docker/metadata-action".to_owned())
            .hint("pass the workflow file that has the step: `.github/workflows/….yml`, or the `action.yml` of a composite action"));
    }
    let mut answer = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        let (section, notes) = section(step).map_err(refuse)?;
        for note in notes {
            console.note(&format!("{shown}:{}: {}", note.line, note.text));
        }
        answer.push(if index == 0 { section } else { toml_text::aside(&section) });
    }
    if steps.len() > 1 {
        console.note(&format!(
            "{shown}: {} steps use docker/metadata-action; the rules of the first are the pipeline's here, those of the others may be an image's own: `tags` in `[images.NAME]`",
            steps.len()
        ));
    }
    console.out(&answer.join("\n"));
    Ok(DONE)
}

/// Something to decide by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Note {
    /// In the file, from 1.
    line: usize,
    text: String,
}

/// One step as TOML.
fn section(step: &Step) -> Result<(String, Vec<Note>), String> {
    let mut notes = Vec::new();
    let mut text = format!("# From {}, line {}.\n", step.place, step.line);
    for image in &step.images {
        let _ = writeln!(text, "# images: {}", image.text);
    }
    if step.tags.is_empty() {
        text += "# It has no `tags`, so it goes by the default rules: without any `[[tags]]`, so does this pipeline.\n";
    }
    for line in &step.tags {
        let rule = Rule::read(line)?;
        text += &rule.write(&mut notes);
    }
    text += &toml_text::flavor(&step.flavor)?;
    text += &toml_text::labels(&step.labels, &mut notes);
    for line in &step.annotations {
        notes.push(Note {
            line: line.number,
            text: format!(
                "annotation `{}` is left out: annotations are not set here; make it a label",
                line.text
            ),
        });
        let _ = writeln!(text, "# annotations: {}", line.text);
    }
    Ok((text, notes))
}

#[cfg(test)]
mod tests;
