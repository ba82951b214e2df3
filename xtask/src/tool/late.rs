//! Values that only a run knows, as tokens in command lines: `{{image_id}}`, `{{digest}}`, `{{digest_ref}}`, `{{base:REFERENCE}}`, `{{run_dir}}`…
//!
//! A plan shows the tokens; `exec` puts the values in, by plain replacement, so that a value is never taken for a template.

use std::collections::BTreeMap;

use super::CommandLine;

/// The image id (config digest) that the build step of this image gave.
pub const IMAGE_ID: &str = "{{image_id}}";
/// The manifest digest that the push step of this image read back.
pub const DIGEST: &str = "{{digest}}";
/// `REPOSITORY@DIGEST` of what was pushed.
pub const DIGEST_REF: &str = "{{digest_ref}}";
/// The tag an image of a release is uploaded under where no tag stands for the commit: made of the image's id.
pub const UPLOAD_TAG: &str = "{{upload_tag}}";
/// Host (and for ECR, account) part of where it is pushed, known once the registry answered.
pub const REGISTRY: &str = "{{registry}}";
/// Folder of this run: `target/xtask/runs/ID`.
pub const RUN_DIR: &str = "{{run_dir}}";
/// Where tools keep what outlives a run: `target/xtask/cache`.
pub const CACHE_DIR: &str = "{{cache_dir}}";
/// The ignore file that a scan takes its waivers from; empty if there is none.
pub const IGNOREFILE: &str = "{{ignorefile}}";
/// The configuration file that a lint obeys.
pub const HADOLINT_CONFIG: &str = "{{hadolint_config}}";
/// The bundle of certificate authorities that a build is given.
pub const CA_CERTIFICATES: &str = "{{ca_certificates}}";
/// The run's id, the last part of its folder: containers are labelled with it.
pub const RUN_ID: &str = "{{run_id}}";
/// The project's name, as containers are labelled with it.
pub const PROJECT: &str = "{{project}}";
/// The step that runs, as containers are labelled with it.
pub const STEP: &str = "{{step}}";

/// What is a late token, whether or not there is a value for it; other text in double braces is none of ours (`docker --format`).
const TOKENS: [&str; 13] = [
    UPLOAD_TAG,
    IMAGE_ID,
    DIGEST,
    DIGEST_REF,
    REGISTRY,
    RUN_DIR,
    CACHE_DIR,
    IGNOREFILE,
    HADOLINT_CONFIG,
    CA_CERTIFICATES,
    RUN_ID,
    PROJECT,
    STEP,
];

/// The token for what a base image's reference was resolved to.
pub fn base(reference: &str) -> String {
    format!("{{{{base:{reference}}}}}")
}

/// Values for tokens, by the whole token.
pub type Values = BTreeMap<String, String>;

/// Puts `values` in place of their tokens in each word of `command`.
#[must_use]
pub fn fill(command: &CommandLine, values: &Values) -> CommandLine {
    let fill = |word: &String| fill_text(word, values);
    CommandLine {
        argv: command.argv.iter().map(fill).collect(),
        env: command
            .env
            .iter()
            .map(|(name, value)| (name.clone(), fill_text(value, values)))
            .collect(),
        cwd: command.cwd.as_ref().map(fill),
        env_remove: command.env_remove.clone(),
    }
}

/// As [`fill`], but a late token without a value is an error: the tokens that have none, in order.
pub fn try_fill(command: &CommandLine, values: &Values) -> Result<CommandLine, Vec<String>> {
    let texts = command.argv.iter().chain(command.env.values()).chain(&command.cwd);
    let mut missing: Vec<String> = Vec::new();
    for token in texts.flat_map(|text| tokens(text)) {
        let late = TOKENS.contains(&token) || token.starts_with("{{base:");
        if late && !values.contains_key(token) && !missing.iter().any(|known| known == token) {
            missing.push(token.to_owned());
        }
    }
    if missing.is_empty() {
        Ok(fill(command, values))
    } else {
        Err(missing)
    }
}

/// Everything in double braces, with them.
fn tokens(mut rest: &str) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || {
        let start = rest.find("{{")?;
        let end = start + rest[start..].find("}}")? + 2;
        let token = &rest[start..end];
        rest = &rest[end..];
        Some(token)
    })
}

/// Puts `values` in place of their tokens, scanning once: what a value holds is not looked at again.
#[must_use]
pub fn fill_text(text: &str, values: &Values) -> String {
    let mut rest = text;
    let mut filled = String::with_capacity(text.len());
    while let Some(start) = rest.find("{{") {
        let Some(length) = rest[start..].find("}}") else { break };
        let end = start + length + 2;
        filled.push_str(&rest[..start]);
        let token = &rest[start..end];
        filled.push_str(values.get(token).map_or(token, String::as_str));
        rest = &rest[end..];
    }
    filled + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_never_taken_for_a_token() {
        let values = Values::from([(IMAGE_ID.into(), "{{digest}}".into()), (DIGEST.into(), "sha256:1".into())]);
        assert_eq!(
            fill_text("a {{image_id}} b {{unknown}} {{", &values),
            "a {{digest}} b {{unknown}} {{"
        );
    }

    #[test]
    fn a_late_token_without_a_value_is_named_and_other_braces_are_left_alone() {
        let values = Values::from([(IMAGE_ID.into(), "sha256:1".into())]);
        let command = CommandLine::new([
            "cosign",
            "{{digest_ref}}",
            "{{image_id}} {{digest_ref}}",
            "{{base:alpine}}",
            "{{.ID}}",
        ]);
        assert_eq!(
            try_fill(&command, &values),
            Err(vec!["{{digest_ref}}".to_owned(), "{{base:alpine}}".to_owned()])
        );
        let command = CommandLine::new(["docker", "inspect", "--format", "{{.Id}}", IMAGE_ID]);
        let filled = try_fill(&command, &values).map(|command| command.argv);
        assert_eq!(
            filled,
            Ok(["docker", "inspect", "--format", "{{.Id}}", "sha256:1"].map(str::to_owned).to_vec())
        );
    }
}
