//! What a container answers, over HTTP or as a command's output, and whether that is as it must be.

use regex::Regex;

use crate::pipeline::options::{HttpProbe, RunCheck};

use super::Check;

/// How much of an answer a message shows, in characters.
const EXCERPT: usize = 200;

/// An answer to an HTTP request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The body, or as much of it as was read.
    pub body: String,
}

/// Compares an answer with what must hold; `Err` says what is wrong with it.
pub fn check_answer(probe: &HttpProbe, answer: &Answer) -> Result<(), String> {
    let shown = format!("actual status {}, body `{}`", answer.status, excerpt(&answer.body));
    if answer.status != probe.status {
        return Err(format!("expected status {}, {shown}", probe.status));
    }
    match &probe.body {
        Some(pattern) if !matches(pattern, &answer.body)? => Err(format!("expected a body that matches `{pattern}`, {shown}")),
        _ => Ok(()),
    }
}

/// Compares what a command answered with what must hold.
pub fn check_run(check: &RunCheck, code: Option<i32>, stdout: &str, stderr: &str) -> Check {
    let mut problems = Vec::new();
    if code != Some(check.exit_code) {
        let actual = code.map_or_else(|| "a signal".to_owned(), |code| code.to_string());
        let said = if stderr.trim().is_empty() { stdout } else { stderr };
        let last = excerpt(said.trim().lines().last().unwrap_or_default());
        problems.push(format!("expected exit code {}, actual {actual}: `{last}`", check.exit_code));
    }
    for (name, pattern, text) in [("stdout", &check.stdout, stdout), ("stderr", &check.stderr, stderr)] {
        let Some(pattern) = pattern else { continue };
        match matches(pattern, text) {
            Ok(true) => {}
            Ok(false) => problems.push(format!("expected {name} to match `{pattern}`, actual `{}`", excerpt(text))),
            Err(problem) => problems.push(problem),
        }
    }
    Check::of(run_name(check), format!("exit code {}", check.exit_code), &problems)
}

/// How a run check is called in messages: its command line.
pub fn run_name(check: &RunCheck) -> String {
    let words = check.entrypoint.iter().chain(&check.args).map(String::as_str);
    match shlex::try_join(words) {
        Ok(line) if !line.is_empty() => format!("run `{line}`"),
        _ => "run".to_owned(),
    }
}

/// The beginning of a text, fit for one line.
pub fn excerpt(text: &str) -> String {
    let mut characters = text.trim_end().chars();
    let mut shown: String = characters.by_ref().take(EXCERPT).collect();
    if characters.next().is_some() {
        shown.push('…');
    }
    shown.replace('\n', "⏎")
}

fn matches(pattern: &str, text: &str) -> Result<bool, String> {
    match Regex::new(pattern) {
        Ok(regex) => Ok(regex.is_match(text)),
        Err(_) => Err(format!("expected `{pattern}` is not a regular expression")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer {
            status,
            body: body.to_owned(),
        }
    }

    #[test]
    fn status_and_body_are_compared() {
        let probe: HttpProbe = toml::from_str("port = 80\nbody = '\"ok\"'").unwrap();
        assert_eq!(check_answer(&probe, &answer(200, "{\"ok\": 1}")), Ok(()));
        assert_eq!(
            check_answer(&probe, &answer(503, "starting\nup")),
            Err("expected status 200, actual status 503, body `starting⏎up`".into())
        );
        assert_eq!(
            check_answer(&probe, &answer(200, &"x".repeat(500))),
            Err(format!(
                "expected a body that matches `\"ok\"`, actual status 200, body `{}…`",
                "x".repeat(200)
            ))
        );
        let probe: HttpProbe = toml::from_str("port = 80\nbody = '('").unwrap();
        assert_eq!(
            check_answer(&probe, &answer(200, "")),
            Err("expected `(` is not a regular expression".into())
        );
    }

    #[test]
    fn all_that_is_wrong_with_a_command_is_told() {
        let check: RunCheck = toml::from_str("args = ['id', '-u']\nstdout = '^1000$'\nstderr = 'x'").unwrap();
        let verdict = check_run(&check, Some(2), "0\n", "no such id\n");
        assert_eq!(
            verdict.line(),
            "✗ run `id -u`: expected exit code 0, actual 2: `no such id`; expected stdout to match `^1000$`, actual `0`; \
             expected stderr to match `x`, actual `no such id`"
        );
        let check: RunCheck = toml::from_str("args = ['id']\nexit-code = 3").unwrap();
        assert_eq!(check_run(&check, Some(3), "", "").line(), "✓ run `id`: exit code 3");
    }
}
