//! Comments in a Dockerfile that switch rules off: a gate must say what it did not look at.

/// A `# hadolint ignore=…` comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pragma {
    /// 1-based line.
    pub line: usize,
    /// The rules it names.
    pub rules: Vec<String>,
}

/// The comments that switch rules off, for the next instruction or (`global`) for the file. hadolint takes blanks around each word.
pub fn pragmas(dockerfile: &str) -> Vec<Pragma> {
    let lines = dockerfile.lines().zip(1..);
    lines
        .filter_map(|(text, line)| rules(text).map(|rules| Pragma { line, rules }))
        .collect()
}

fn rules(line: &str) -> Option<Vec<String>> {
    let rest = line.trim_start().strip_prefix('#')?.trim_start().strip_prefix("hadolint")?;
    let rest = rest.strip_prefix(char::is_whitespace)?.trim_start();
    let rest = rest.strip_prefix("global").map_or(rest, str::trim_start);
    let rules = rest.strip_prefix("ignore")?.trim_start().strip_prefix('=')?;
    Some(rules.split(',').map(|rule| rule.trim().to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_spellings_hadolint_takes() {
        let dockerfile =
            "# hadolint global ignore=DL3008\nFROM x\n  #hadolint  ignore = DL3003 , SC2164\nRUN cd /\n# hadolint shell=bash\n# ignore=1\n";
        let found: Vec<(usize, String)> = pragmas(dockerfile)
            .into_iter()
            .map(|pragma| (pragma.line, pragma.rules.join(" ")))
            .collect();
        assert_eq!(found, [(1, "DL3008".to_owned()), (3, "DL3003 SC2164".to_owned())]);
    }
}
