//! What `trivy version --format json` says: trivy's own version, and the state of the vulnerability database in its cache.

use jiff::{SignedDuration, Timestamp};
use semver::Version;
use serde::Deserialize;

/// trivy and its database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrivyVersion {
    /// trivy's version.
    pub version: Version,
    /// The database in the cache, if there is one that says when it was made.
    pub database: Option<DatabaseState>,
}

/// How old a vulnerability database is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DatabaseState {
    /// When its content was put together.
    pub updated_at: Timestamp,
    /// From when on there is a newer one.
    pub next_update: Timestamp,
}

impl DatabaseState {
    /// After this time a scan says that its database is old.
    pub const STALE_AFTER: SignedDuration = SignedDuration::from_hours(7 * 24);

    fn read(database: &Database) -> Result<Self, String> {
        let time = |text: &str| {
            text.parse()
                .map_err(|error| format!("`trivy version` says `{text}`, which is no time: {error}"))
        };
        Ok(Self {
            updated_at: time(&database.updated_at)?,
            next_update: time(&database.next_update)?,
        })
    }

    /// Whether there is nothing newer to be had yet.
    pub fn is_current(&self, now: Timestamp) -> bool {
        now < self.next_update
    }

    /// Its age in days, if it is old enough to be told.
    pub fn stale_days(&self, now: Timestamp) -> Option<i64> {
        let age = now.duration_since(self.updated_at);
        (age > Self::STALE_AFTER).then(|| age.as_hours() / 24)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Document {
    version: String,
    #[serde(rename = "VulnerabilityDB")]
    vulnerability_db: Option<Database>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Database {
    updated_at: String,
    next_update: String,
}

impl TrivyVersion {
    /// Reads the JSON; says what is wrong with it otherwise.
    pub fn read(json: &str) -> Result<Self, String> {
        let document: Document =
            serde_json::from_str(json).map_err(|error| format!("`trivy version` gives no readable answer: {error}"))?;
        let version = Version::parse(document.version.trim_start_matches('v'))
            .map_err(|error| format!("`trivy version` says `{}`, which is no version: {error}", document.version))?;
        let database = document
            .vulnerability_db
            .map(|database| DatabaseState::read(&database))
            .transpose()?;
        Ok(Self { version, database })
    }

    /// Why this version must not be used, if it must not.
    pub fn refused(&self) -> Option<String> {
        // CVE-2026-33634: for some days in March 2026 the releases were not built by trivy's makers.
        let tampered = Version::new(0, 69, 4)..=Version::new(0, 69, 6);
        tampered
            .contains(&self.version)
            .then(|| format!("trivy {} was tampered with (CVE-2026-33634) and must not be used", self.version))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(version: &str) -> TrivyVersion {
        TrivyVersion::read(&format!(
            r#"{{"Version":"{version}","VulnerabilityDB":{{"Version":2,"NextUpdate":"2026-01-02T00:00:00Z","UpdatedAt":"2026-01-01T00:00:00Z","DownloadedAt":"2026-01-01T00:00:00Z"}}}}"#
        ))
        .unwrap()
    }

    #[test]
    fn the_tampered_releases_are_refused() {
        for (version, refused) in [
            ("0.69.3", false),
            ("0.69.4", true),
            ("0.69.6", true),
            ("0.69.7", false),
            ("0.76.0", false),
        ] {
            assert_eq!(read(version).refused().is_some(), refused, "{version}");
        }
    }

    #[test]
    fn the_age_of_the_database_is_known() {
        let database = read("0.76.0").database.unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        assert!(database.is_current(at("2026-01-01T12:00:00Z")));
        assert!(!database.is_current(at("2026-01-02T12:00:00Z")));
        assert_eq!(database.stale_days(at("2026-01-07T00:00:00Z")), None);
        assert_eq!(database.stale_days(at("2026-01-11T06:00:00Z")), Some(10));
    }

    #[test]
    fn an_empty_cache_has_no_database() {
        assert_eq!(TrivyVersion::read(r#"{"Version":"0.76.0"}"#).unwrap().database, None);
        assert!(TrivyVersion::read("").is_err());
    }
}
