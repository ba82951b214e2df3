//! The vulnerability database: the commands that look at it, fetch it, and prove that it works.
//!
//! An empty database passes every image and says nothing, so each run asks it for a package that it must flag: the canary.

use crate::{
    pipeline::options::TrivyOptions,
    tool::{CommandLine, late},
};

use super::{alone, sealed};

/// Packages that trivy's own database flags, in three ecosystems: `CVE-2019-10744`, `CVE-2021-44228`, `CVE-2019-10906`.
const KNOWN_BAD: [&str; 3] = [
    "pkg:npm/lodash@4.17.4",
    "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1",
    "pkg:pypi/jinja2@2.10",
];

/// The cache of trivy that a scan uses, with a late token: one for each source of databases, since a cache holds only one database.
pub fn cache_dir(options: &TrivyOptions) -> String {
    let folder = format!("{}/trivy", late::CACHE_DIR);
    let sources: Vec<_> = [&options.db_repository, &options.java_db_repository]
        .into_iter()
        .flatten()
        .collect();
    if sources.is_empty() {
        return folder;
    }
    let plain = |letter: char| {
        if letter.is_ascii_alphanumeric() || letter == '.' {
            letter
        } else {
            '-'
        }
    };
    let name: Vec<String> = sources.iter().map(|source| source.chars().map(plain).collect()).collect();
    format!("{folder}-{}", name.join("--"))
}

/// `trivy version`: trivy's version and the database's age, as JSON.
pub fn version(options: &TrivyOptions) -> CommandLine {
    sealed(vec![
        "trivy".to_owned(),
        "version".to_owned(),
        format!("--cache-dir={}", cache_dir(options)),
        "--config=".to_owned(),
        "--format=json".to_owned(),
    ])
}

/// Fetches the vulnerability database, if there is a newer one than the one in the cache.
pub fn download(options: &TrivyOptions) -> CommandLine {
    fetch(options, "--download-db-only", "--db-repository", options.db_repository.as_deref())
}

/// Fetches the index of Java archives, which is needed only for images that hold some.
pub fn download_java(options: &TrivyOptions) -> CommandLine {
    fetch(
        options,
        "--download-java-db-only",
        "--java-db-repository",
        options.java_db_repository.as_deref(),
    )
}

/// Throws away the database in the cache, so that trivy fetches one even if it takes the present one for the newest.
pub fn clean(options: &TrivyOptions) -> CommandLine {
    sealed(vec![
        "trivy".to_owned(),
        "clean".to_owned(),
        "--vuln-db".to_owned(),
        format!("--cache-dir={}", cache_dir(options)),
        "--config=".to_owned(),
    ])
}

/// Scans the canary; its findings go to standard output.
pub fn canary(options: &TrivyOptions, path: &str) -> CommandLine {
    let mut argv = alone("sbom", options);
    argv.extend(["--scanners=vuln", "--ignorefile=", "--exit-code=0", "--format=json", path].map(str::to_owned));
    sealed(argv)
}

/// The canary: a `CycloneDX` bill of materials with packages that a working database flags.
pub fn canary_sbom(options: &TrivyOptions) -> String {
    let components: Vec<_> = canary_packages(options)
        .iter()
        .map(|purl| {
            let (name, version) = name_and_version(purl);
            serde_json::json!({ "type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl })
        })
        .collect();
    serde_json::json!({ "bomFormat": "CycloneDX", "specVersion": "1.5", "components": components }).to_string()
}

/// The packages the canary is made of.
pub fn canary_packages(options: &TrivyOptions) -> Vec<&str> {
    options.canary.as_deref().map_or_else(|| KNOWN_BAD.to_vec(), |purl| vec![purl])
}

/// Whether the scan of the canary found something; says what is wrong otherwise.
pub fn canary_is_flagged(json: &str) -> Result<bool, String> {
    let report: serde_json::Value =
        serde_json::from_str(json).map_err(|error| format!("the scan of the canary is not readable: {error}"))?;
    let flagged = |result: &serde_json::Value| result["Vulnerabilities"].as_array().is_some_and(|found| !found.is_empty());
    Ok(report["Results"].as_array().is_some_and(|results| results.iter().any(flagged)))
}

/// Whether a scan failed only because the index of Java archives is missing.
pub fn lacks_java_database(stderr: &str) -> bool {
    stderr.contains("Unable to initialize the Java DB") || stderr.contains("--skip-java-db-update' cannot be specified on the first run")
}

fn fetch(options: &TrivyOptions, what: &str, flag: &str, repository: Option<&str>) -> CommandLine {
    let mut argv = vec![
        "trivy".to_owned(),
        "image".to_owned(),
        what.to_owned(),
        "--no-progress".to_owned(),
        format!("--cache-dir={}", cache_dir(options)),
        "--config=".to_owned(),
        "--skip-version-check".to_owned(),
        "--disable-telemetry".to_owned(),
    ];
    argv.extend(repository.map(|repository| format!("{flag}={repository}")));
    sealed(argv)
}

/// `pkg:npm/%40scope/name@1.2?q` → `name`, `1.2`.
fn name_and_version(purl: &str) -> (&str, &str) {
    let purl = purl.split(['?', '#']).next().unwrap_or(purl);
    let last = purl.rsplit('/').next().unwrap_or(purl);
    last.split_once('@').unwrap_or((last, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_source_of_databases_has_a_cache_of_its_own() {
        let own = TrivyOptions {
            db_repository: Some("127.0.0.1:5000/trivy-db:2".into()),
            ..TrivyOptions::default()
        };
        assert_eq!(cache_dir(&TrivyOptions::default()), "{{cache_dir}}/trivy");
        assert_eq!(cache_dir(&own), "{{cache_dir}}/trivy-127.0.0.1-5000-trivy-db-2");
        assert!(
            download(&own)
                .argv
                .contains(&"--db-repository=127.0.0.1:5000/trivy-db:2".to_owned())
        );
    }

    #[test]
    fn the_canary_is_a_bill_of_materials() {
        let own = TrivyOptions {
            canary: Some("pkg:npm/left-pad@1.0.0?x=y".into()),
            ..TrivyOptions::default()
        };
        let sbom: serde_json::Value = serde_json::from_str(&canary_sbom(&own)).unwrap();
        assert_eq!(sbom["components"][0]["name"], "left-pad");
        assert_eq!(sbom["components"][0]["version"], "1.0.0");
        assert_eq!(canary_sbom(&TrivyOptions::default()).matches("\"purl\"").count(), KNOWN_BAD.len());
    }

    #[test]
    fn a_canary_nobody_flags_is_noticed() {
        assert_eq!(canary_is_flagged(r#"{"SchemaVersion":2}"#), Ok(false));
        assert_eq!(canary_is_flagged(r#"{"Results":[{"Target":"Node.js","Packages":[]}]}"#), Ok(false));
        assert_eq!(
            canary_is_flagged(r#"{"Results":[{"Vulnerabilities":[{"VulnerabilityID":"CVE-1"}]}]}"#),
            Ok(true)
        );
        assert!(canary_is_flagged("").is_err());
    }
}
