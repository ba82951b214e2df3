//! The version that a project's own file says: `Cargo.toml`, `package.json`, `pyproject.toml`, or a text file with nothing else in it.

use std::path::Path;

use semver::Version;
use toml::de::{DeTable, DeValue};

/// The version in a file of that name; `Err` says why there is none.
pub fn version(path: &Path, text: &str) -> Result<Version, String> {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let found = match name {
        "package.json" => json(text)?,
        _ if path.extension().is_some_and(|extension| extension == "toml") => in_toml(name, text)?,
        _ => text.trim().to_owned(),
    };
    let bare = found.strip_prefix('v').unwrap_or(&found);
    Version::parse(bare).map_err(|error| format!("`{found}` is no semantic version: {error}"))
}

fn json(text: &str) -> Result<String, String> {
    let document: serde_json::Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let version = document.get("version").and_then(serde_json::Value::as_str);
    version.map(str::to_owned).ok_or_else(|| "it has no `version`".to_owned())
}

/// Where the version stands in files of that name, the first that is there.
fn in_toml(name: &str, text: &str) -> Result<String, String> {
    let places: &[&[&str]] = match name {
        "Cargo.toml" => &[&["package", "version"], &["workspace", "package", "version"]],
        "pyproject.toml" => &[&["project", "version"], &["tool", "poetry", "version"]],
        _ => &[&["version"]],
    };
    let document = DeTable::parse(text).map_err(|error| error.message().to_owned())?;
    let found = places.iter().find_map(|place| string_at(document.get_ref(), place));
    found.ok_or_else(|| {
        let places: Vec<String> = places.iter().map(|place| format!("`{}`", place.join("."))).collect();
        format!("it has no {}", places.join(" and no "))
    })
}

fn string_at(table: &DeTable<'_>, place: &[&str]) -> Option<String> {
    let (last, tables) = place.split_last()?;
    let table = tables.iter().try_fold(table, |table, name| match table.get(*name)?.get_ref() {
        DeValue::Table(inner) => Some(inner),
        _ => None,
    })?;
    table.get(*last)?.get_ref().as_str().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_file_says_it_in_its_own_way() {
        for (file, text) in [
            ("Cargo.toml", "[package]\nname = \"a\"\nversion = \"1.2.3\"\n"),
            (
                "api/Cargo.toml",
                "[package]\nversion.workspace = true\n[workspace.package]\nversion = \"1.2.3\"\n",
            ),
            ("package.json", r#"{"name": "a", "version": "1.2.3"}"#),
            ("pyproject.toml", "[project]\nversion = \"1.2.3\"\n"),
            ("pyproject.toml", "[tool.poetry]\nversion = \"1.2.3\"\n"),
            ("release.toml", "version = \"1.2.3\"\n"),
            ("VERSION", "v1.2.3\n"),
        ] {
            assert_eq!(version(Path::new(file), text), Ok(Version::new(1, 2, 3)), "{file}");
        }
    }

    #[test]
    fn a_file_without_one_is_told_of() {
        let why = |file: &str, text: &str| version(Path::new(file), text).unwrap_err();
        assert_eq!(why("package.json", "{}"), "it has no `version`");
        assert_eq!(
            why("pyproject.toml", "[project]\n"),
            "it has no `project.version` and no `tool.poetry.version`"
        );
        assert!(why("VERSION", "1.2").contains("`1.2` is no semantic version"));
        assert!(
            why("Cargo.toml", "[package").contains("unclosed"),
            "{}",
            why("Cargo.toml", "[package")
        );
    }
}
