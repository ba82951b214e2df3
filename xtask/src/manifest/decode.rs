//! serde over a raw table, not stopping at the first problem: what serde refuses is reported, cut out, and the reading starts over.

use std::{collections::BTreeSet, ops::Range};

use serde::de::DeserializeOwned;
use toml::{
    Spanned,
    de::{DeTable, DeValue, Deserializer},
};

use crate::diag::{Diagnostic, Diagnostics, did_you_mean};

/// What could be read, and what was wrong with the rest.
#[derive(Debug)]
pub struct Decoded<T> {
    /// The value, without what was cut out; `None` only if even then nothing could be read.
    pub value: Option<T>,
    /// What was wrong.
    pub diagnostics: Diagnostics,
    /// Dotted paths of what was cut out, below `prefix`.
    pub cut: BTreeSet<String>,
}

/// Reads `table` as a `T`. `prefix` is the dotted path of the table, for [`Decoded::cut`].
pub fn decode<T: DeserializeOwned>(mut table: Spanned<DeTable<'_>>, prefix: &str) -> Decoded<T> {
    let mut decoded = Decoded {
        value: None,
        diagnostics: Vec::new(),
        cut: BTreeSet::new(),
    };
    loop {
        match T::deserialize(Deserializer::from(table.clone())) {
            Ok(value) => {
                decoded.value = Some(value);
                return decoded;
            }
            Err(error) => {
                decoded.diagnostics.push(explain(&error));
                let Some(path) = error.span().and_then(|span| find(table.get_ref(), &span)) else {
                    return decoded;
                };
                decoded.cut.insert(format!("{prefix}{}", dotted(table.get_ref(), &path)));
                cut(table.get_mut(), &path);
            }
        }
    }
}

/// The way to a value: positions in tables and arrays.
type Path = Vec<usize>;

/// The entry whose key or value stands at `span`, else the smallest around it.
fn find(table: &DeTable<'_>, span: &Range<usize>) -> Option<Path> {
    let mut best: Option<(usize, Path)> = None;
    walk(table, span, &mut Vec::new(), &mut best);
    best.map(|(_, path)| path)
}

fn walk(table: &DeTable<'_>, span: &Range<usize>, path: &mut Path, best: &mut Option<(usize, Path)>) {
    for (index, (key, value)) in table.iter().enumerate() {
        path.push(index);
        consider(&key.span(), span, path, best);
        walk_value(value, span, path, best);
        path.pop();
    }
}

fn walk_value(value: &Spanned<DeValue<'_>>, span: &Range<usize>, path: &mut Path, best: &mut Option<(usize, Path)>) {
    consider(&value.span(), span, path, best);
    match value.get_ref() {
        DeValue::Table(table) => walk(table, span, path, best),
        DeValue::Array(array) => {
            for (index, item) in array.iter().enumerate() {
                path.push(index);
                walk_value(item, span, path, best);
                path.pop();
            }
        }
        _ => {}
    }
}

fn consider(candidate: &Range<usize>, span: &Range<usize>, path: &Path, best: &mut Option<(usize, Path)>) {
    let around = candidate.start <= span.start && span.end <= candidate.end;
    if around && best.as_ref().is_none_or(|(length, _)| candidate.len() < *length) {
        *best = Some((candidate.len(), path.clone()));
    }
}

fn dotted(table: &DeTable<'_>, path: &[usize]) -> String {
    let mut names = Vec::new();
    let mut steps = path.iter();
    let mut current = steps.next().and_then(|step| table.iter().nth(*step)).map(|(key, value)| {
        names.push(key.get_ref().to_string());
        value
    });
    for step in steps {
        current = match current.map(Spanned::get_ref) {
            Some(DeValue::Table(table)) => table.iter().nth(*step).map(|(key, value)| {
                names.push(key.get_ref().to_string());
                value
            }),
            Some(DeValue::Array(array)) => array.get(*step).inspect(|_| names.push(step.to_string())),
            _ => None,
        };
    }
    names.join(".")
}

fn cut(table: &mut DeTable<'_>, path: &[usize]) {
    let Some((first, rest)) = path.split_first() else { return };
    let Some(key) = table.keys().nth(*first).cloned() else { return };
    match (rest.is_empty(), table.get_mut(key.get_ref().as_ref())) {
        (false, Some(value)) => cut_value(value.get_mut(), rest),
        _ => drop(table.remove(key.get_ref().as_ref())),
    }
}

fn cut_value(value: &mut DeValue<'_>, path: &[usize]) {
    match value {
        DeValue::Table(table) => cut(table, path),
        DeValue::Array(array) => {
            let Some((first, rest)) = path.split_first() else { return };
            if rest.is_empty() {
                let kept = array
                    .iter()
                    .enumerate()
                    .filter(|(index, _)| index != first)
                    .map(|(_, item)| item.clone());
                *array = kept.collect();
            } else if let Some(item) = array.get_mut(*first) {
                cut_value(item.get_mut(), rest);
            }
        }
        _ => {}
    }
}

/// Puts serde's words into ours. serde writes `unknown field` and the like in one fixed form, with names in backticks.
fn explain(error: &toml::de::Error) -> Diagnostic {
    let message = error.message();
    let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let (diagnostic, label) = if message.starts_with("unknown field") {
        let known = names.get(1..).unwrap_or_default().iter().copied();
        let diagnostic = Diagnostic::error("unknown-key", format!("unknown key `{}`", names.first().unwrap_or(&"")));
        (
            diagnostic.maybe_help(did_you_mean(names.first().unwrap_or(&""), known)),
            "not a key of this table",
        )
    } else if message.starts_with("unknown variant") {
        let known = names.get(1..).unwrap_or_default().iter().copied();
        let diagnostic = Diagnostic::error("unknown-value", format!("unknown value `{}`", names.first().unwrap_or(&"")));
        (
            diagnostic.maybe_help(did_you_mean(names.first().unwrap_or(&""), known)),
            "not one of the values this key takes",
        )
    } else if message.starts_with("missing field") {
        (
            Diagnostic::error("missing-key", format!("key `{}` is missing", names.first().unwrap_or(&""))),
            "in this table",
        )
    } else if let Some(types) = message.strip_prefix("invalid type: ") {
        let (found, expected) = types.split_once(", expected ").unwrap_or((types, "something else"));
        let found = found.split(" `").next().unwrap_or(found);
        // TOML's words for serde's.
        let expected = expected.replace("a sequence", "an array").replace("a map", "a table");
        (
            Diagnostic::error("wrong-type", format!("expected {expected}, found {found}")),
            "of the wrong type",
        )
    } else {
        (Diagnostic::error("invalid-value", message.trim_end().to_owned()), "this value")
    };
    match error.span() {
        Some(span) => diagnostic.label(span, label),
        None => diagnostic,
    }
}
