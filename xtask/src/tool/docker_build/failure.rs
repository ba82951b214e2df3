//! What went wrong with a build, read from what buildx prints.

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BuildFault {
    /// The engine does not answer.
    NoEngine,
    /// The builder that `BUILDX_BUILDER` or `docker buildx use` names is not there: buildx's words.
    NoBuilder(String),
    /// The disk is full.
    DiskFull,
    /// A program for another kind of processor cannot be run here: where.
    WrongProcessor(String),
    /// An image cannot be had: a base, or the frontend of a `# syntax=` line.
    NoImage(MissingImage),
    /// The Dockerfile, or a command in it: where, what, and the last it said.
    Dockerfile(String),
}

/// An image that a build needs and cannot get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MissingImage {
    /// Its reference.
    pub reference: String,
    /// Why, in the registry's or the network's words.
    pub reason: String,
    /// Whether a `# syntax=` line asks for it.
    pub is_frontend: bool,
}

/// Longest part of an instruction that a message quotes, in characters.
const QUOTED: usize = 80;

/// Reads the output of a build that failed.
pub fn explain(output: &str) -> BuildFault {
    let engine = [
        "Cannot connect to the Docker daemon",
        "error during connect",
        "failed to connect to the docker API",
    ];
    if engine.iter().any(|text| output.contains(text)) {
        return BuildFault::NoEngine;
    }
    let error = output
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix("ERROR: "))
        .unwrap_or_default();
    let error = ["failed to build: ", "failed to solve: "]
        .iter()
        .fold(error, |rest, start| rest.trim_start_matches(start));
    if error.starts_with("no builder ") {
        return BuildFault::NoBuilder(error.to_owned());
    }
    let step = FailedStep::read(output);
    // A full disk shows either way: BuildKit cannot write, or the command that it runs cannot.
    if [error, step.said]
        .iter()
        .any(|text| text.to_lowercase().contains("no space left on device"))
    {
        return BuildFault::DiskFull;
    }
    if let Some(missing) = missing_image(error, output) {
        return BuildFault::NoImage(missing);
    }
    if [error, step.said].iter().any(|text| text.contains("exec format error")) {
        return BuildFault::WrongProcessor(step.place.unwrap_or("the Dockerfile").to_owned());
    }
    BuildFault::Dockerfile(step.message(error))
}

/// `failed to resolve source metadata for REFERENCE: REASON`.
fn missing_image(error: &str, output: &str) -> Option<MissingImage> {
    let start = "failed to resolve source metadata for ";
    let (reference, reason) = error.split_once(start)?.1.split_once(": ")?;
    // The image's name again, then what was asked for, then the reason proper.
    let reason = reason.trim_start_matches(reference).trim_start_matches(": ");
    let reason = reason
        .rsplit_once("dial tcp")
        .map_or(reason, |(_, reason)| reason.trim_start_matches([':', ' ']));
    Some(MissingImage {
        reference: reference.to_owned(),
        reason: reason.to_owned(),
        is_frontend: output.contains(&format!("resolve image config for docker-image://{reference}")),
    })
}

/// What buildx prints below the line of dashes.
#[derive(Debug, Default)]
struct FailedStep<'a> {
    /// `Dockerfile:12`.
    place: Option<&'a str>,
    /// The instruction, on one line.
    instruction: Option<&'a str>,
    /// The last line the instruction's command wrote.
    said: &'a str,
}

impl<'a> FailedStep<'a> {
    fn read(output: &'a str) -> Self {
        let mut step = Self {
            place: output.lines().rev().map(str::trim).find(|line| is_place(line)),
            ..Self::default()
        };
        // ` > [stage-0 2/2] RUN false:`, the last lines of its output, `------`.
        let excerpt = output.rsplit_once("\n > [").map(|(_, excerpt)| excerpt);
        let Some((heading, said)) = excerpt.and_then(|excerpt| excerpt.split_once('\n')) else {
            return step;
        };
        step.instruction = heading
            .split_once("] ")
            .map(|(_, instruction)| instruction.trim_end().trim_end_matches(':'));
        let said = said.lines().take_while(|line| *line != "------");
        step.said = said.map(without_time).filter(|line| !line.is_empty()).last().unwrap_or_default();
        step
    }

    fn message(&self, error: &str) -> String {
        let Some((_, how)) = error.rsplit_once("did not complete successfully: ") else {
            return self.refusal(error);
        };
        let place = self.place.unwrap_or("the Dockerfile");
        let instruction = self
            .instruction
            .map_or_else(|| "a command".to_owned(), |text| format!("`{}`", quote(text)));
        let message = format!("{place}: {instruction} ends with {}", how.replace("exit code: ", "exit code "));
        if self.said.is_empty() {
            message
        } else {
            format!("{message}\n{}", self.said)
        }
    }

    /// The build never came to run the instruction.
    fn refusal(&self, error: &str) -> String {
        let what = match error.rsplit_once("failed to calculate checksum of ref ") {
            // An id of BuildKit's own stands before the path.
            Some((_, rest)) => rest
                .split_once(": ")
                .map_or(rest, |(_, path)| path)
                .replace(": not found", " is not in the build context"),
            None if error.is_empty() => "the build fails".to_owned(),
            None => error.to_owned(),
        };
        self.place.map_or_else(|| what.clone(), |place| format!("{place}: {what}"))
    }
}

/// `0.172 text` → `text`.
fn without_time(line: &str) -> &str {
    match line.split_once(' ') {
        Some((time, text)) if time.contains('.') && time.parse::<f64>().is_ok() => text.trim(),
        _ => line.trim(),
    }
}

fn quote(instruction: &str) -> String {
    let words: Vec<&str> = instruction.split_whitespace().collect();
    let text = words.join(" ");
    match text.char_indices().nth(QUOTED) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// `Dockerfile:12`, alone on its line.
fn is_place(line: &str) -> bool {
    line.rsplit_once(':').is_some_and(|(file, number)| {
        !file.is_empty() && !file.contains(char::is_whitespace) && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests;
