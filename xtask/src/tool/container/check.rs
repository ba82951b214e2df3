//! One thing that was looked at, and whether it is as it must be.

/// A check and how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What was looked at: the option's name, and which one where there are several.
    pub name: String,
    /// What was found.
    pub found: String,
    /// Whether that is right.
    pub passed: bool,
}

impl Check {
    /// It is as it must be.
    pub fn pass(name: impl Into<String>, found: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            found: found.into(),
            passed: true,
        }
    }

    /// It is not.
    pub fn fail(name: impl Into<String>, problem: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            found: problem.into(),
            passed: false,
        }
    }

    /// It is as it must be if both sides are equal.
    pub fn equal(name: impl Into<String>, expected: &str, actual: &str) -> Self {
        if expected == actual {
            Self::pass(name, format!("`{actual}`"))
        } else {
            Self::fail(name, format!("expected `{expected}`, actual `{actual}`"))
        }
    }

    /// It is as it must be if nothing is wrong.
    pub fn of(name: impl Into<String>, found: impl Into<String>, problems: &[String]) -> Self {
        if problems.is_empty() {
            Self::pass(name, found)
        } else {
            Self::fail(name, problems.join("; "))
        }
    }

    /// As it stands in the log: `✓ user: …` or `✗ user: …`.
    pub fn line(&self) -> String {
        format!("{} {}: {}", if self.passed { '✓' } else { '✗' }, self.name, self.found)
    }
}

/// All checks as one answer: `Ok` with a line for people, or `Err` with everything that is wrong.
pub fn verdict(checks: &[Check]) -> Result<String, String> {
    let failed: Vec<_> = checks.iter().filter(|check| !check.passed).map(Check::line).collect();
    let count = checks.len();
    let noun = if count == 1 { "check" } else { "checks" };
    if failed.is_empty() {
        let names: Vec<_> = checks.iter().map(|check| check.name.as_str()).collect();
        return Ok(format!("{count} {noun} pass: {}", names.join(", ")));
    }
    let verb = if failed.len() == 1 { "fails" } else { "fail" };
    Err(format!("{} of {count} {noun} {verb}\n{}", failed.len(), failed.join("\n")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_verdict_tells_all_that_is_wrong() {
        let good = Check::equal("user", "app", "app");
        let bad = Check::equal("workdir", "/app", "/");
        let worse = Check::of("file /x", "is there", &["expected mode 0644, actual 0600".into()]);
        assert_eq!(verdict(&[]), Ok("0 checks pass: ".into()));
        assert_eq!(verdict(std::slice::from_ref(&good)), Ok("1 check pass: user".into()));
        assert_eq!(
            verdict(&[good, bad, worse]),
            Err("2 of 3 checks fail\n✗ workdir: expected `/app`, actual `/`\n✗ file /x: expected mode 0644, actual 0600".into())
        );
    }
}
