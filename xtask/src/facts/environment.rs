//! The variables around a run, taken once.
//!
//! Nobody below `main` asks the process for a variable: they are handed an [`Environment`], so that tests make their own and never
//! touch the process's.

use std::{collections::BTreeMap, fmt};

/// Environment variables, by name.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// The process's own variables. Names and values that are not UTF-8 are left out.
    pub fn from_process() -> Self {
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect()
    }

    /// A variable's value; `None` where it is not set, or is set to nothing: CI systems set what does not apply to the empty string.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Whether a variable says yes: `true` or `1`, in any case.
    pub fn is_true(&self, name: &str) -> bool {
        self.value(name)
            .is_some_and(|value| value == "1" || value.eq_ignore_ascii_case("true"))
    }

    /// All variables, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(variables: I) -> Self {
        Self(variables.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

/// Names only: values may be secrets.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_set_to_nothing_is_not_set() {
        let environment = Environment::from_iter([("A", ""), ("B", "True"), ("C", "no")]);
        assert_eq!(environment.value("A"), None);
        assert_eq!(environment.value("C"), Some("no"));
        assert!(environment.is_true("B"));
        assert!(!environment.is_true("C"));
    }

    #[test]
    fn debugging_shows_no_values() {
        let environment = Environment::from_iter([("TOKEN", "s3cret")]);
        assert_eq!(format!("{environment:?}"), r#"{"TOKEN"}"#);
    }
}
