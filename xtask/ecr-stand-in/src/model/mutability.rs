//! Which tags of a repository may be moved.

use super::matches;

/// A repository's `imageTagMutability`, with its exclusion filters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mutability {
    /// All tags may.
    #[default]
    Mutable,
    /// None may.
    Immutable,
    /// All but those of these patterns.
    MutableExcept(Vec<String>),
    /// None but those of these patterns.
    ImmutableExcept(Vec<String>),
}

/// ECR's limit.
const MOST_FILTERS: usize = 5;
const LONGEST_FILTER: usize = 128;

impl Mutability {
    /// Reads ECR's words; what is wrong with them otherwise.
    pub(crate) fn read(word: &str, filters: Vec<String>) -> Result<Self, String> {
        if filters.len() > MOST_FILTERS {
            return Err(format!("at most {MOST_FILTERS} exclusion filters are allowed"));
        }
        let allowed = |character: char| character.is_ascii_alphanumeric() || "._*-".contains(character);
        if let Some(wrong) = filters
            .iter()
            .find(|filter| filter.is_empty() || filter.len() > LONGEST_FILTER || !filter.chars().all(allowed))
        {
            return Err(format!(
                "the exclusion filter '{wrong}' is not of the form [0-9a-zA-Z._*-]{{1,128}}"
            ));
        }
        match (word, filters.is_empty()) {
            ("MUTABLE", true) => Ok(Self::Mutable),
            ("IMMUTABLE", true) => Ok(Self::Immutable),
            ("MUTABLE_WITH_EXCLUSION", false) => Ok(Self::MutableExcept(filters)),
            ("IMMUTABLE_WITH_EXCLUSION", false) => Ok(Self::ImmutableExcept(filters)),
            ("MUTABLE" | "IMMUTABLE", false) => Err(format!("{word} takes no exclusion filters")),
            ("MUTABLE_WITH_EXCLUSION" | "IMMUTABLE_WITH_EXCLUSION", true) => Err(format!("{word} needs exclusion filters")),
            _ => Err(format!("'{word}' is no imageTagMutability")),
        }
    }

    /// ECR's word for it.
    pub(crate) fn word(&self) -> &'static str {
        match self {
            Self::Mutable => "MUTABLE",
            Self::Immutable => "IMMUTABLE",
            Self::MutableExcept(_) => "MUTABLE_WITH_EXCLUSION",
            Self::ImmutableExcept(_) => "IMMUTABLE_WITH_EXCLUSION",
        }
    }

    /// Its exclusion filters.
    pub(crate) fn filters(&self) -> &[String] {
        match self {
            Self::Mutable | Self::Immutable => &[],
            Self::MutableExcept(filters) | Self::ImmutableExcept(filters) => filters,
        }
    }

    /// Whether a tag must stay where it is.
    pub(crate) fn is_fixed(&self, tag: &str) -> bool {
        let excluded = |filters: &[String]| filters.iter().any(|filter| matches(filter, tag));
        match self {
            Self::Mutable => false,
            Self::Immutable => true,
            Self::MutableExcept(filters) => excluded(filters),
            Self::ImmutableExcept(filters) => !excluded(filters),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(word: &str, filters: &[&str]) -> Result<Mutability, String> {
        Mutability::read(word, filters.iter().map(|filter| (*filter).to_owned()).collect())
    }

    #[test]
    fn exclusions_turn_the_rule_around() {
        let immutable = read("IMMUTABLE_WITH_EXCLUSION", &["latest", "dev-*"]).unwrap();
        assert!(immutable.is_fixed("1.0.0") && !immutable.is_fixed("latest") && !immutable.is_fixed("dev-1"));
        let mutable = read("MUTABLE_WITH_EXCLUSION", &["v*"]).unwrap();
        assert!(mutable.is_fixed("v1") && !mutable.is_fixed("latest"));
    }

    #[test]
    fn filters_are_where_they_belong_and_few() {
        assert!(read("IMMUTABLE", &["latest"]).is_err());
        assert!(read("IMMUTABLE_WITH_EXCLUSION", &[]).is_err());
        assert!(read("IMMUTABLE_WITH_EXCLUSION", &["a", "b", "c", "d", "e"]).is_ok());
        assert!(read("IMMUTABLE_WITH_EXCLUSION", &["a", "b", "c", "d", "e", "f"]).is_err());
        assert!(read("MUTABLE_WITH_EXCLUSION", &["a b"]).is_err());
        assert!(read("immutable", &[]).is_err());
    }
}
