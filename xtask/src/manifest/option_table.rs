//! Raw TOML tables that keep their spans, and how one overrides another.

use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

/// A raw table of stage options.
#[derive(Clone, Debug)]
pub struct OptionTable<'a>(pub Spanned<DeTable<'a>>);

impl Default for OptionTable<'_> {
    fn default() -> Self {
        Self(Spanned::new(0..0, DeTable::new()))
    }
}

impl OptionTable<'_> {
    /// Whether nothing is written in it.
    pub fn is_empty(&self) -> bool {
        self.0.get_ref().is_empty()
    }

    /// Where `key` and its value stand, for problems found later. `key` may be dotted.
    pub fn span(&self, key: &str) -> Option<std::ops::Range<usize>> {
        let (first, rest) = key.split_once('.').map_or((key, None), |(first, rest)| (first, Some(rest)));
        let value = self.0.get_ref().get(first)?;
        match (rest, value.get_ref()) {
            (Some(rest), DeValue::Table(table)) => Self(Spanned::new(value.span(), table.clone())).span(rest),
            _ => Some(value.span()),
        }
    }

    /// Lays `over` on top: tables merge key by key, anything else is replaced.
    #[must_use]
    pub fn overridden_by(mut self, over: &Self) -> Self {
        if !over.is_empty() {
            merge(self.0.get_mut(), over.0.get_ref());
            self.0 = Spanned::new(over.0.span(), self.0.into_inner());
        }
        self
    }
}

fn merge<'a>(under: &mut DeTable<'a>, over: &DeTable<'a>) {
    for (key, value) in over {
        if let (Some(DeValue::Table(under)), DeValue::Table(over)) =
            (under.get_mut(key.get_ref().as_ref()).map(Spanned::get_mut), value.get_ref())
        {
            merge(under, over);
        } else {
            under.remove(key.get_ref().as_ref());
            under.insert(key.clone(), value.clone());
        }
    }
}
