//! From where, and how, a report is looked at.

use std::path::{Path, PathBuf};

use crate::tool::CommandLine;

use super::Style;

/// What rendering depends on besides what happened.
#[derive(Clone, Debug)]
pub struct View {
    /// Colours, or none.
    pub style: Style,
    /// The folder the reader is in: paths are relative to it, and commands can be pasted there.
    pub here: PathBuf,
    /// The pipeline's root, where commands run.
    pub root: PathBuf,
}

impl View {
    /// A path as the reader would write it.
    pub(super) fn path(&self, path: &Path) -> String {
        path.strip_prefix(&self.here).unwrap_or(path).display().to_string()
    }

    /// A command as it can be pasted into a shell where the reader is.
    pub fn command(&self, command: &CommandLine) -> String {
        let folder = command.cwd.as_ref().map_or_else(|| self.root.clone(), |cwd| self.root.join(cwd));
        if folder == self.here {
            return command.to_string();
        }
        let folder = self.path(&folder);
        let quoted = shlex::try_quote(&folder).map_or_else(|_| folder.clone(), std::borrow::Cow::into_owned);
        format!("(cd {quoted} && {command})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_runs_where_it_ran() {
        let view = View {
            style: Style::plain(),
            here: "/srv/repo".into(),
            root: "/srv/repo".into(),
        };
        let mut command = CommandLine::new(["echo", "a b"]).env("X", "$1");
        assert_eq!(view.command(&command), "X='$1' echo 'a b'");
        command.cwd = Some("my docs".into());
        assert_eq!(view.command(&command), "(cd 'my docs' && X='$1' echo 'a b')");
        let elsewhere = View {
            here: "/srv".into(),
            ..view.clone()
        };
        assert_eq!(elsewhere.command(&CommandLine::new(["true"])), "(cd repo && true)");
        assert_eq!(view.path(Path::new("/srv/repo/target/log")), "target/log");
        assert_eq!(view.path(Path::new("/tmp/log")), "/tmp/log");
    }
}
