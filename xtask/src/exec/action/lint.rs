//! Lint one Dockerfile with hadolint.

use std::{fs, path::Path};

use crate::tool::{
    Finding,
    hadolint::{self, LintJob},
    late,
};

use super::super::{Failure, StepContext, StepOutput};

/// Runs one lint.
pub async fn run(job: &LintJob, context: &StepContext) -> Result<StepOutput, Failure> {
    let config = config(job, context)?;
    let mut values = context.outputs.late_values(None, &context.options.run_dir);
    values.insert(late::HADOLINT_CONFIG.to_owned(), config.path.clone());
    let command = late::fill(&hadolint::command(job), &values);
    let (ended, stdout) = context.read(&command).await?;
    let linted = match hadolint::verdict(job, &String::from_utf8_lossy(&stdout)) {
        Ok(linted) if ended.success() => linted,
        Ok(_) => return Err(Failure::machine("hadolint crashes").about(&command, Some(&ended))),
        Err(error) => {
            let hint = "look at its log; `cargo xtask setup` shows which hadolint this is";
            return Err(Failure::machine(error.to_string()).hint(hint).about(&command, Some(&ended)));
        }
    };
    for finding in &linted.findings {
        context.log(&line(finding));
    }
    let output = StepOutput {
        notes: notes(job, context, &config, linted.waived),
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
    /// Whether it is one of the repository.
    theirs: bool,
}

fn config(job: &LintJob, context: &StepContext) -> Result<Config, Failure> {
    let root = &context.options.root;
    if let Some(config) = &job.options.config {
        if !root.join(config).is_file() {
            return Err(Failure::step(format!("there is no `{}`, which `config` names", config.display()))
                .hint("the path is relative to pipeline.toml"));
        }
        return Ok(Config {
            path: config.display().to_string(),
            theirs: true,
        });
    }
    let found = hadolint::CONFIG_FILES
        .into_iter()
        .find(|name| !job.options.strict && root.join(name).is_file());
    if let Some(name) = found {
        return Ok(Config {
            path: name.to_owned(),
            theirs: true,
        });
    }
    let path = context.options.run_dir.join("hadolint.yaml");
    fs::write(&path, hadolint::EMPTY_CONFIG).map_err(|error| Failure::machine(format!("cannot write `{}`: {error}", path.display())))?;
    Ok(Config {
        path: path.display().to_string(),
        theirs: false,
    })
}

fn notes(job: &LintJob, context: &StepContext, config: &Config, waived: usize) -> Vec<String> {
    let mut notes = Vec::new();
    if waived > 0 {
        notes.push(format!("{waived} findings are waived by `ignore` in pipeline.toml"));
    }
    if config.theirs {
        notes.push(format!("`{}` decides which rules apply", config.path));
    }
    let pragmas = pragmas(&context.options.root.join(&job.dockerfile));
    if pragmas > 0 && !job.options.strict {
        notes.push(format!(
            "{pragmas} `hadolint ignore` comments in `{}` switch rules off",
            job.dockerfile.display()
        ));
    }
    notes
}

fn pragmas(dockerfile: &Path) -> usize {
    let text = fs::read_to_string(dockerfile).unwrap_or_default();
    text.lines()
        .filter(|line| line.trim_start().starts_with('#') && line.contains("hadolint") && line.contains("ignore="))
        .count()
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
