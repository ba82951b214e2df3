//! A program with its arguments, as data: printed by plans, run by `exec`.

use std::{collections::BTreeMap, ffi::OsStr, fmt};

use serde::Serialize;

/// A command line. It never holds a secret: those go through files or standard input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CommandLine {
    /// Program and arguments. The program is a bare name such as `docker`; `exec` finds it.
    pub argv: Vec<String>,
    /// Environment on top of the inherited one.
    pub env: BTreeMap<String, String>,
    /// Folder it runs in, relative to the pipeline's root; the root itself when absent.
    pub cwd: Option<String>,
    /// Inherited environment variables it must not see: names, or a start of names with `*` behind it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub env_remove: Vec<String>,
}

impl CommandLine {
    /// A command line from its words.
    pub fn new<S: Into<String>>(argv: impl IntoIterator<Item = S>) -> Self {
        Self {
            argv: argv.into_iter().map(Into::into).collect(),
            env: BTreeMap::new(),
            cwd: None,
            env_remove: Vec::new(),
        }
    }

    /// Adds an environment variable.
    #[must_use]
    pub fn env(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.env.insert(name.into(), value.into());
        self
    }

    /// Hides an inherited environment variable, or with `*` at the end all that start so.
    #[must_use]
    pub fn env_remove(mut self, pattern: impl Into<String>) -> Self {
        self.env_remove.push(pattern.into());
        self
    }

    /// Whether the inherited variable `name` is to be hidden.
    pub fn removes_env(&self, name: &str) -> bool {
        self.env_remove
            .iter()
            .any(|pattern| pattern.strip_suffix('*').map_or(pattern == name, |start| name.starts_with(start)))
    }
}

impl From<xshell::Cmd<'_>> for CommandLine {
    /// Takes what `xshell::cmd!` put together: it splits and quotes by the rules of a shell, at compile time.
    fn from(cmd: xshell::Cmd<'_>) -> Self {
        let command = std::process::Command::from(cmd);
        let text = |word: &OsStr| word.to_string_lossy().into_owned();
        Self::new(std::iter::once(command.get_program()).chain(command.get_args()).map(text))
    }
}

impl fmt::Display for CommandLine {
    /// As it can be pasted into a POSIX shell.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quote = |word: &str| shlex::try_quote(word).map_or_else(|_| format!("{word:?}"), std::borrow::Cow::into_owned);
        let env = self.env.iter().map(|(name, value)| format!("{name}={}", quote(value)));
        let words: Vec<_> = env.chain(self.argv.iter().map(|word| quote(word))).collect();
        f.write_str(&words.join(" "))
    }
}
