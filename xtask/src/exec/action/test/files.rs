//! Files of an image, copied out of a container that is never started: works for images without a shell.

use crate::{
    exec::{CommandOutput, Failure},
    pipeline::options::ContainerTestOptions,
    tool::{
        CommandLine,
        container::{self, Accounts, Check, FileFacts, ImageFacts, check_file, needs_accounts},
    },
};

use super::engine::{Engine, engine_error};

/// The image's accounts, as far as they are needed, and what became of the checks on files.
pub(super) async fn check(
    options: &ContainerTestOptions,
    image: &ImageFacts,
    engine: &Engine<'_>,
) -> Result<(Accounts, Vec<Check>), Failure> {
    let needs_accounts = needs_accounts(options, image);
    if options.files.is_empty() && !needs_accounts {
        return Ok((Accounts::default(), Vec::new()));
    }
    let container = engine.ask(&container::create()).await?;
    let accounts = if needs_accounts {
        let passwd = content(&container, "/etc/passwd", engine).await?;
        let group = content(&container, "/etc/group", engine).await?;
        Accounts::parse(&passwd, &group)
    } else {
        Accounts::default()
    };
    let mut checks = Vec::new();
    for file in &options.files {
        let command = container::copy_header(&container, &file.path);
        let tar = tar(&command, engine).await?;
        let facts = tar.as_deref().map(FileFacts::parse).transpose();
        let facts = facts.map_err(|error| engine.unreadable(&command, &error.to_string()))?;
        checks.push(check_file(file, facts.as_ref(), &accounts));
    }
    Ok((accounts, checks))
}

/// The content of a file; empty if there is none.
async fn content(container: &str, path: &str, engine: &Engine<'_>) -> Result<String, Failure> {
    let command = container::copy(container, path);
    let content = tar(&command, engine)
        .await?
        .map_or_else(|| Ok(String::new()), |tar| FileFacts::content(&tar));
    content.map_err(|error| engine.unreadable(&command, &error.to_string()))
}

/// A tar of a path; `None` if the path is not there.
async fn tar(command: &CommandLine, engine: &Engine<'_>) -> Result<Option<Vec<u8>>, Failure> {
    let (output, tar) = engine.read(command).await?;
    match tar.is_empty() {
        false => Ok(Some(tar)),
        true if is_absent(&output) => Ok(None),
        true => Err(Failure::machine(format!(
            "a file cannot be copied out of the image: {}",
            engine_error(&output.stderr)
        ))
        .about(command, Some(&output))),
    }
}

/// The engine has no exit code of its own for it. A path through something that is no folder is as absent as any.
fn is_absent(output: &CommandOutput) -> bool {
    ["Could not find the file", "no such file or directory", "not a directory"]
        .iter()
        .any(|words| output.stderr.contains(words))
}
