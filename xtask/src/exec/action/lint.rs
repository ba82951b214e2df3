//! Lint one Dockerfile with hadolint.
//!
//! The gate obeys what the repository itself says, and only that: never the configuration in a user's home folder, nor `HADOLINT_*` variables. What
//! switched rules off stands in the step's notes.

use std::{fs, path::PathBuf};

use crate::tool::{
    CommandLine, Finding,
    hadolint::{self, LintJob},
    late,
};

use super::super::{CommandOutput, Failure, StepContext, StepOutput};

/// Runs one lint.
pub async fn run(job: &LintJob, context: &StepContext) -> Result<StepOutput, Failure> {
    let config = Config::find(job, context)?;
    let mut values = context.outputs.late_values(None, &context.options.run_dir);
    values.insert(late::HADOLINT_CONFIG.to_owned(), config.path.clone());
    let command = late::fill(&hadolint::command(job), &values);
    let (ended, stdout) = context.read(&command).await?;
    if let Some(reason) = hadolint::config_refusal(&ended.stderr) {
        let path = config
            .theirs
            .as_ref()
            .map_or_else(|| config.path.clone(), |path| path.display().to_string());
        return Err(
            Failure::step(format!("`{path}` is no configuration that hadolint understands: {reason}")).about(&command, Some(&ended)),
        );
    }
    let linted = match hadolint::verdict(job, &String::from_utf8_lossy(&stdout)) {
        Ok(linted) if ended.success() => linted,
        Ok(_) => return Err(crash("hadolint crashes", &command, &ended)),
        Err(error) => return Err(crash(&error.to_string(), &command, &ended)),
    };
    for finding in &linted.findings {
        context.log(&line(finding));
    }
    let output = StepOutput {
        notes: notes(job, context, &config, &linted),
        findings: Some(linted.findings),
        ..StepOutput::default()
    };
    match refusal(output.findings.as_deref().unwrap_or_default()) {
        None => Ok(output),
        Some(message) => Err(Failure::step(message)
            .hint("mend the Dockerfile; a rule that does not apply goes into `ignore` of the stage, or after `# hadolint ignore=` above the line")
            .output(output)),
    }
}

/// The configuration file of a run.
struct Config {
    /// As hadolint is told.
    path: String,
    /// The one of the repository that it is, or is made from.
    theirs: Option<PathBuf>,
}

impl Config {
    fn find(job: &LintJob, context: &StepContext) -> Result<Self, Failure> {
        let theirs = Self::theirs(job, context)?;
        let text = match &theirs {
            None => hadolint::EMPTY_CONFIG.to_owned(),
            Some(path) => fs::read_to_string(context.options.root.join(path))
                .map_err(|error| Failure::step(format!("`{}` cannot be read: {error}", path.display())))?,
        };
        let obeyed = hadolint::without_reporting(&text);
        if let Some(path) = theirs.as_ref().filter(|_| obeyed == text) {
            return Ok(Self {
                path: path.display().to_string(),
                theirs,
            });
        }
        // One for each step: several lints run at once.
        let path = context.log_path().with_extension("hadolint.yaml");
        fs::write(&path, obeyed).map_err(|error| Failure::machine(format!("cannot write `{}`: {error}", path.display())))?;
        Ok(Self {
            path: path.display().to_string(),
            theirs,
        })
    }

    fn theirs(job: &LintJob, context: &StepContext) -> Result<Option<PathBuf>, Failure> {
        let is_file = |path: &PathBuf| context.options.root.join(path).is_file();
        match &job.options.config {
            _ if job.options.strict => Ok(None),
            None => Ok(hadolint::CONFIG_FILES.into_iter().map(PathBuf::from).find(is_file)),
            Some(config) if is_file(config) => Ok(Some(config.clone())),
            Some(config) => Err(Failure::step(format!("there is no `{}`, which `config` names", config.display()))
                .hint("the path is relative to pipeline.toml")),
        }
    }
}

/// hadolint ends with 1 for a crash as for findings; what it wrote to standard error is all there is to go on.
fn crash(what: &str, command: &CommandLine, ended: &CommandOutput) -> Failure {
    let said = ended.stderr.lines().map(str::trim).find(|line| !line.is_empty());
    let message = said.map_or_else(|| what.to_owned(), |said| format!("{what}\n{said}"));
    Failure::machine(message)
        .hint("look at its log; `cargo xtask setup` shows which hadolint this is")
        .about(command, Some(ended))
}

fn notes(job: &LintJob, context: &StepContext, config: &Config, linted: &hadolint::Linted) -> Vec<String> {
    let mut notes = Vec::new();
    if !linted.waived.is_empty() {
        let rules: Vec<String> = linted.waived.iter().map(|(rule, count)| format!("{rule} ({count}x)")).collect();
        notes.push(format!("waived by `ignore` in pipeline.toml: {}", rules.join(", ")));
    }
    if let Some(path) = &config.theirs {
        notes.push(format!("`{}` decides which rules apply", path.display()));
    }
    let dockerfile = fs::read_to_string(context.options.root.join(&job.dockerfile)).unwrap_or_default();
    let pragmas = hadolint::pragmas(&dockerfile);
    if !pragmas.is_empty() && !job.options.strict {
        let off: Vec<String> = pragmas
            .iter()
            .map(|pragma| format!("{} (line {})", pragma.rules.join(" "), pragma.line))
            .collect();
        notes.push(format!(
            "switched off by comments in `{}`: {}",
            job.dockerfile.display(),
            off.join(", ")
        ));
    }
    notes
}

fn line(finding: &Finding) -> String {
    format!("{} {} {}: {}", finding.location, finding.code, finding.severity, finding.message)
}

fn refusal(findings: &[Finding]) -> Option<String> {
    let gating: Vec<String> = findings.iter().filter(|finding| finding.gating).map(line).collect();
    let count = if gating.len() == 1 {
        "1 finding".to_owned()
    } else {
        format!("{} findings", gating.len())
    };
    (!gating.is_empty()).then(|| format!("{count} in the Dockerfile\n{}", gating.join("\n")))
}
