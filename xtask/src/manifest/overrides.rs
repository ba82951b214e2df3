//! `--set KEY=VALUE`: a value of `pipeline.toml` replaced for one run.

use std::{borrow::Cow, str::FromStr};

use thiserror::Error;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// One `--set`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    path: Vec<String>,
    value: String,
}

/// Why a `--set` makes no sense.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("`{0}` is not KEY=VALUE; write for example `--set images.web.platforms='[\"linux/arm64\"]'`")]
pub struct OverrideError(String);

impl FromStr for Override {
    type Err = OverrideError;

    /// The key is a dotted TOML key; the value is TOML, or else taken as a string.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || OverrideError(text.to_owned());
        let (key, value) = split(text).ok_or_else(wrong)?;
        let key = format!("{key} = 0");
        let parsed = DeTable::parse(&key).map_err(|_| wrong())?;
        let mut path = Vec::new();
        let mut table = parsed.get_ref();
        while let Some((key, value)) = table.iter().next() {
            path.push(key.get_ref().to_string());
            match value.get_ref() {
                DeValue::Table(inner) => table = inner,
                _ => break,
            }
        }
        Ok(Self {
            path,
            value: value.to_owned(),
        })
    }
}

/// `a."b=c".d=1` at the `=` outside of quotes.
fn split(text: &str) -> Option<(&str, &str)> {
    let mut quote = None;
    for (index, character) in text.char_indices() {
        match (character, quote) {
            ('=', None) if index > 0 => return Some((&text[..index], &text[index + 1..])),
            ('"' | '\'', None) => quote = Some(character),
            (other, Some(open)) if other == open => quote = None,
            _ => {}
        }
    }
    None
}

impl Override {
    /// Puts the value in, making tables on the way. A part of the path that is no table is replaced by one; spans of what is put in are empty.
    pub fn apply<'a>(&'a self, table: &mut DeTable<'a>) {
        let value = DeValue::parse(&self.value).map_or_else(|_| DeValue::String(Cow::Borrowed(&self.value)), Spanned::into_inner);
        insert(table, &self.path, without_spans(value));
    }
}

fn insert<'a>(table: &mut DeTable<'a>, path: &'a [String], value: DeValue<'a>) {
    let Some((first, rest)) = path.split_first() else { return };
    let key = || Spanned::new(0..0, Cow::Borrowed(first.as_str()));
    if rest.is_empty() {
        // An existing key keeps its place and its span.
        if let Some(old) = table.get_mut(first.as_str()) {
            *old.get_mut() = value;
        } else {
            table.insert(key(), Spanned::new(0..0, value));
        }
        return;
    }
    if !table.get(first.as_str()).is_some_and(|inner| inner.get_ref().is_table()) {
        table.insert(key(), Spanned::new(0..0, DeValue::Table(DeTable::new())));
    }
    if let Some(DeValue::Table(inner)) = table.get_mut(first.as_str()).map(Spanned::get_mut) {
        insert(inner, rest, value);
    }
}

fn without_spans(value: DeValue<'_>) -> DeValue<'_> {
    match value {
        DeValue::Table(table) => DeValue::Table(
            table
                .into_iter()
                .map(|(key, value)| {
                    (
                        Spanned::new(0..0, key.into_inner()),
                        Spanned::new(0..0, without_spans(value.into_inner())),
                    )
                })
                .collect(),
        ),
        DeValue::Array(mut array) => {
            for item in array.iter_mut() {
                let inner = std::mem::replace(item.get_mut(), DeValue::Boolean(false));
                *item = Spanned::new(0..0, without_spans(inner));
            }
            DeValue::Array(array)
        }
        other => other,
    }
}
