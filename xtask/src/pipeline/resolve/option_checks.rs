//! What the types of stage options cannot say: regular expressions, templates, paths, forms.

use std::ops::Range;

use crate::{
    diag::Diagnostic,
    manifest::OptionTable,
    pipeline::{
        StageOptions,
        options::{ContainerTestOptions, DockerBuildOptions, HadolintOptions, RunOptions},
        template::{COMMON, LATE, VERSIONED},
    },
};

use super::Problems;

pub(super) fn check(options: &StageOptions, table: &OptionTable<'_>, problems: &mut Problems<'_>) {
    match options {
        StageOptions::DockerBuild(options) => build(options, table, problems),
        StageOptions::ContainerTest(options) => test(options, table, problems),
        StageOptions::Run(options) => run(options, table, problems),
        StageOptions::Hadolint(options) => lint(options, table, problems),
        StageOptions::Trivy(_) | StageOptions::Push(_) => {}
    }
}

fn span(table: &OptionTable<'_>, key: &str) -> Range<usize> {
    table
        .span(key)
        .or_else(|| table.span(key.split('.').next().unwrap_or(key)))
        .unwrap_or_else(|| table.0.span())
}

fn lint(options: &HadolintOptions, table: &OptionTable<'_>, problems: &mut Problems<'_>) {
    if options.strict && options.config.is_some() {
        problems.push(
            Diagnostic::error("invalid-value", "`strict` takes no configuration file, and `config` names one")
                .label(span(table, "config"), "here")
                .help("remove one of the two; what is waived in spite of `strict` goes into `ignore`"),
        );
    }
}

fn build(options: &DockerBuildOptions, table: &OptionTable<'_>, problems: &mut Problems<'_>) {
    for platform in &options.platforms {
        let parts: Vec<&str> = platform.split('/').collect();
        if !(2..=3).contains(&parts.len()) || parts.iter().any(|part| part.is_empty()) {
            let message = format!("`{platform}` is not a platform");
            let help = "write it as `linux/amd64` or `linux/arm/v7`";
            problems.push(
                Diagnostic::error("invalid-platform", message)
                    .label(span(table, "platforms"), "here")
                    .help(help),
            );
        }
    }
    for secret in &options.secrets {
        let keys: Vec<&str> = secret.split(',').filter_map(|part| Some(part.split_once('=')?.0)).collect();
        let source = keys.iter().any(|key| ["env", "src", "source"].contains(key));
        if !keys.contains(&"id") || !source {
            let message = format!("`{secret}` is not a secret");
            let help = "write it as `id=NAME,env=VARIABLE` or `id=NAME,src=FILE`";
            problems.push(
                Diagnostic::error("invalid-value", message)
                    .label(span(table, "secrets"), "here")
                    .help(help),
            );
        }
    }
    for (key, texts) in [("args", &options.args), ("labels", &options.labels)] {
        for (name, text) in texts {
            problems.template(text, span(table, &format!("{key}.{name}")), &[&COMMON, &VERSIONED]);
        }
    }
}

fn test(options: &ContainerTestOptions, table: &OptionTable<'_>, problems: &mut Problems<'_>) {
    let http = options
        .http
        .iter()
        .filter_map(|http| http.body.as_deref())
        .map(|pattern| ("http.body", pattern));
    let runs = options
        .run
        .iter()
        .flat_map(|run| [run.stdout.as_deref(), run.stderr.as_deref()])
        .flatten()
        .map(|pattern| ("run", pattern));
    for (key, pattern) in http.chain(runs) {
        if let Err(error) = regex::Regex::new(pattern) {
            let reason = error.to_string().lines().last().unwrap_or_default().replace("error: ", "");
            let message = format!("`{pattern}` is not a regular expression: {reason}");
            problems.push(Diagnostic::error("invalid-pattern", message).label(span(table, key), "here"));
        }
    }
    if let Some(http) = options.http.as_ref().filter(|http| !http.path.starts_with('/')) {
        let message = format!("`{}` is not a path of a URL", http.path);
        problems.push(
            Diagnostic::error("invalid-value", message)
                .label(span(table, "http.path"), "here")
                .help("let it start with `/`"),
        );
    }
    for file in &options.files {
        if !file.path.starts_with('/') {
            let message = format!("`{}` is not an absolute path", file.path);
            problems.push(
                Diagnostic::error("invalid-value", message)
                    .label(span(table, "files"), "here")
                    .help("paths in an image start with `/`"),
            );
        }
        if file.mode.as_deref().is_some_and(|mode| u32::from_str_radix(mode, 8).is_err()) {
            let message = format!("`{}` is not a mode", file.mode.as_deref().unwrap_or_default());
            problems.push(
                Diagnostic::error("invalid-value", message)
                    .label(span(table, "files"), "here")
                    .help("write it in octal, such as `0644`"),
            );
        }
    }
}

fn run(options: &RunOptions, table: &OptionTable<'_>, problems: &mut Problems<'_>) {
    if options.run.first().is_none_or(String::is_empty) {
        let message = "`run` names no program";
        problems.push(
            Diagnostic::error("invalid-value", message)
                .label(span(table, "run"), "here")
                .help("run = [\"cosign\", \"sign\", \"{{digest_ref}}\"]"),
        );
    }
    for word in &options.run {
        problems.template(word, span(table, "run"), &[&COMMON, &VERSIONED, &LATE]);
    }
}
