//! An operation's input, by name.

use serde_json::Value;

use super::ApiError;

/// The JSON of an input.
#[derive(Clone, Copy, Debug)]
pub(super) struct Input<'a>(&'a Value);

impl<'a> Input<'a> {
    /// Of this JSON.
    pub(super) fn new(value: &'a Value) -> Self {
        Self(value)
    }

    /// A text that may be missing.
    pub(super) fn text(self, name: &str) -> Option<&'a str> {
        self.0[name].as_str()
    }

    /// A text that may not.
    pub(super) fn required(self, name: &str) -> Result<&'a str, ApiError> {
        let text = self.text(name).filter(|text| !text.is_empty());
        text.ok_or_else(|| ApiError::invalid(format!("'{name}' must not be empty")))
    }

    /// A list; empty if it is missing.
    pub(super) fn list(self, name: &str) -> &'a [Value] {
        self.0[name].as_array().map_or(&[], Vec::as_slice)
    }

    /// The texts of a list.
    pub(super) fn texts(self, name: &str) -> Vec<String> {
        let texts = self.list(name).iter().filter_map(Value::as_str);
        texts.map(str::to_owned).collect()
    }

    /// Anything.
    pub(super) fn value(self, name: &str) -> &'a Value {
        &self.0[name]
    }

    /// A registry's id, if there is one, must be the account's: there is only one account.
    pub(super) fn check_registry(self, account: &str) -> Result<(), ApiError> {
        match self.text("registryId") {
            Some(other) if other != account => Err(ApiError::new(
                "RepositoryNotFoundException",
                format!("there is no registry with id '{other}', the stand-in's is '{account}'"),
            )),
            _ => Ok(()),
        }
    }
}
