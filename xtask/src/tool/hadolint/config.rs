//! hadolint's configuration file: which one a lint obeys, and which of its keys it must not.

/// The configuration files hadolint looks for by itself, beside `pipeline.toml`. Source: hadolint's README, "Configure".
pub const CONFIG_FILES: [&str; 2] = [".hadolint.yaml", ".hadolint.yml"];

/// A configuration that says nothing. Without one, hadolint would read the user's own from the home folder.
pub const EMPTY_CONFIG: &str = "ignored: []\n";

/// Keys that say how hadolint reports, not what it looks for. `format` wins over `--format`: the answer would be none that we can read.
const REPORTING: [&str; 5] = ["format", "no-fail", "no-color", "failure-threshold", "verbose"];

/// The configuration without the keys that say how to report; unchanged, byte for byte, if it has none. hadolint does not take an empty one.
pub fn without_reporting(config: &str) -> String {
    let reports = |line: &&str| line.split_once(':').is_some_and(|(key, _)| REPORTING.contains(&key.trim_end()));
    let kept: String = config.split_inclusive('\n').filter(|line| !reports(line)).collect();
    let says_nothing = |line: &str| line.is_empty() || line == "---" || line.starts_with('#');
    if kept.lines().map(str::trim).all(says_nothing) {
        EMPTY_CONFIG.to_owned()
    } else {
        kept
    }
}

/// Why hadolint does not take its configuration, read from standard error. It goes on without it and ends with 0: rules that the file makes stricter,
/// and registries it does not trust, would be let through.
pub fn config_refusal(stderr: &str) -> Option<String> {
    let line = stderr.lines().find(|line| line.contains("Error parsing your config file"))?;
    // A string as Haskell shows it: an explanation of the format, then the reason.
    let parts = line.trim().trim_matches('"').split("\\n").map(str::trim);
    let reason = parts.filter(|part| !part.is_empty()).last().unwrap_or_default();
    Some(reason.replace("\\\"", "\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_top_level_keys_that_report_go() {
        let config = "format: sarif\nfailure-threshold : error\nignored:\n  - DL3008\noverride:\n  format: x\n";
        assert_eq!(without_reporting(config), "ignored:\n  - DL3008\noverride:\n  format: x\n");
        let plain = "# format: json\r\nignored: [DL3008]";
        assert_eq!(without_reporting(plain), plain);
        for nothing in ["", "---\n# nothing\n\nformat: tty\n"] {
            assert_eq!(without_reporting(nothing), EMPTY_CONFIG);
        }
    }

    #[test]
    fn the_reason_of_a_refusal_is_its_end() {
        let stderr = r#""Error parsing your config file in  'z.yaml':\nIt should contain one of the keys\n\nUnexpected '{'\n""#;
        assert_eq!(config_refusal(stderr).as_deref(), Some("Unexpected '{'"));
        assert_eq!(config_refusal("hadolint: internal error"), None);
    }
}
