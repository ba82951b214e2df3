//! A size as people write it: `"180MB"`, `"1.5GiB"`.

use std::{borrow::Cow, fmt};

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, de};

/// A number of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ByteSize(pub u64);

/// Units with their factors; decimal ones are docker's own (`docker images` prints MB = 1000²).
const UNITS: [(&str, u64); 8] = [
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
    ("KB", 1_000),
    ("kB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("B", 1),
];

impl ByteSize {
    /// Reads `"180MB"`; says what is expected otherwise.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a size; write one as `500kB`, `180MB` or `1.5GiB`");
        let (number, factor) = UNITS
            .iter()
            .find_map(|(unit, factor)| Some((text.strip_suffix(unit)?, *factor)))
            .ok_or_else(wrong)?;
        let number: f64 = number.trim().parse().map_err(|_| wrong())?;
        if !number.is_finite() || number < 0.0 {
            return Err(wrong());
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "checked to be a sane positive number"
        )]
        Ok(Self((number * factor as f64) as u64))
    }
}

impl fmt::Display for ByteSize {
    /// As docker prints it: decimal units, at most one decimal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        #[expect(clippy::cast_precision_loss, reason = "three significant digits are shown")]
        let bytes = self.0 as f64;
        let text = match self.0 {
            0..1_000 => format!("{}B", self.0),
            1_000..1_000_000 => format!("{:.1}kB", bytes / 1e3),
            1_000_000..1_000_000_000 => format!("{:.1}MB", bytes / 1e6),
            _ => format!("{:.2}GB", bytes / 1e9),
        };
        f.pad(&text)
    }
}

impl<'de> Deserialize<'de> for ByteSize {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

impl JsonSchema for ByteSize {
    fn schema_name() -> Cow<'static, str> {
        "Size".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "description": "a size: `500kB`, `180MB`, `1.5GiB`" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_as_docker_prints_them() {
        assert_eq!(ByteSize::parse("180MB"), Ok(ByteSize(180_000_000)));
        assert_eq!(ByteSize::parse("1.5 GiB"), Ok(ByteSize(1_610_612_736)));
        assert_eq!(ByteSize::parse("12B"), Ok(ByteSize(12)));
        for wrong in ["", "180", "-1MB", "lots", "NaNMB"] {
            assert!(ByteSize::parse(wrong).is_err(), "{wrong}");
        }
        assert_eq!(ByteSize(61_234_567).to_string(), "61.2MB");
    }
}
