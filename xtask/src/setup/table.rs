//! An inspection as people read it: a table, and below it what is wrong with what to type.

use super::{Inspection, State, ToolStatus};

const GREEN: &str = "32";
const YELLOW: &str = "33";
const RED: &str = "31";

impl Inspection {
    /// As a table, with what is wrong below it.
    pub fn render(&self, color: bool) -> String {
        let width = |of: fn(&ToolStatus) -> String| self.tools.iter().map(|tool| of(tool).chars().count()).max().unwrap_or_default();
        let (name, version, wanted) = (width(|tool| tool.name.to_owned()), width(found), width(wanted));
        let mut lines = Vec::new();
        for tool in &self.tools {
            let place = tool.path.as_ref().map(|path| path.display().to_string()).unwrap_or_default();
            let cells = format!(
                "{:name$}  {:version$}  {:wanted$}  {place}",
                tool.name,
                found(tool),
                self::wanted(tool)
            );
            lines.push(format!("{} {}", mark(tool, color), cells.trim_end()));
        }
        for tool in self.tools.iter().filter(|tool| tool.state != State::Ready) {
            let optional = if tool.optional { " (optional)" } else { "" };
            let reason = tool.reason.as_deref().unwrap_or("is missing");
            lines.push(format!("\n{} {reason}{optional}", tool.name));
            lines.extend(tool.hint.iter().flat_map(|hint| hint.lines()).map(|line| format!("  {line}")));
        }
        lines.join("\n")
    }
}

fn found(tool: &ToolStatus) -> String {
    tool.version.clone().unwrap_or_else(|| "-".to_owned())
}

fn wanted(tool: &ToolStatus) -> String {
    tool.wanted
        .as_ref()
        .map_or_else(|| "any version".to_owned(), |wanted| format!("wanted {wanted}"))
}

fn mark(tool: &ToolStatus, color: bool) -> String {
    let (code, mark) = match (tool.state, tool.optional) {
        (State::Ready, _) => (GREEN, "✓"),
        (_, true) => (YELLOW, "-"),
        (_, false) => (RED, "✗"),
    };
    if color {
        format!("\u{1b}[{code}m{mark}\u{1b}[0m")
    } else {
        mark.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tool(name: &'static str, state: State) -> ToolStatus {
        ToolStatus {
            name,
            state,
            version: None,
            wanted: None,
            path: None,
            installed: false,
            reason: None,
            hint: None,
            optional: false,
        }
    }

    #[test]
    fn columns_and_what_to_type() {
        let inspection = Inspection {
            schema: 1,
            tools: vec![
                ToolStatus {
                    version: Some("2.15.1".to_owned()),
                    wanted: Some("2.15.1".to_owned()),
                    path: Some("/p/.xtask/tools/bin/hadolint".into()),
                    ..tool("hadolint", State::Ready)
                },
                ToolStatus {
                    hint: Some("run this\nor that".to_owned()),
                    ..tool("docker engine", State::Missing)
                },
                ToolStatus {
                    reason: Some("is 1.0, and 2.0 is wanted".to_owned()),
                    optional: true,
                    ..tool("mmdebstrap", State::WrongVersion)
                },
            ],
        };
        let expected = "\
✓ hadolint       2.15.1  wanted 2.15.1  /p/.xtask/tools/bin/hadolint
✗ docker engine  -       any version
- mmdebstrap     -       any version

docker engine is missing
  run this
  or that

mmdebstrap is 1.0, and 2.0 is wanted (optional)";
        assert_eq!(inspection.render(false), expected);
        assert!(inspection.render(true).contains("\u{1b}[31m✗"));
        assert_eq!(inspection.missing().len(), 1, "what is optional is not missed");
    }
}
