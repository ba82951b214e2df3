//! hadolint's configuration file: which one a lint obeys, and which of its keys it must not.

/// The configuration files hadolint looks for by itself, beside `pipeline.toml`. Source: hadolint's README, "Configure".
pub const CONFIG_FILES: [&str; 2] = [".hadolint.yaml", ".hadolint.yml"];

/// A configuration that says nothing. Without one, hadolint would read the user's own from the home folder.
pub const EMPTY_CONFIG: &str = "ignored: []\n";

/// Keys that say how hadolint reports, not what it looks for. `format` wins over `--format`: the answer would be none that we can read.
const REPORTING: [&str; 5] = ["format", "no-fail", "no-color", "failure-threshold", "verbose"];

/// The configuration without the keys that say how to report; unchanged, byte for byte, if it has none.
pub fn without_reporting(config: &str) -> String {
    let reports = |line: &&str| line.split_once(':').is_some_and(|(key, _)| REPORTING.contains(&key.trim_end()));
    config.split_inclusive('\n').filter(|line| !reports(line)).collect()
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
    }
}
