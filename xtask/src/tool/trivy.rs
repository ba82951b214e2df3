//! trivy: an image → vulnerabilities, secrets, misconfigurations, licences.
//!
//! trivy only lists; what fails the step is decided here, from its JSON. Its exit code is no verdict (1 also means that trivy itself failed),
//! and what it leaves out by `--severity` or `--ignore-unfixed` it does not even count.

pub mod database;
mod report;
mod verdict;
mod version;

pub use report::{ReportError, ScanReport, Waived};
pub use verdict::refusal;
pub use version::{DatabaseState, TrivyVersion};

use crate::pipeline::{
    ImageName,
    options::{Scanner, TrivyOptions},
};

use super::{CommandLine, late};

/// Scan one image.
#[derive(Clone, Debug)]
pub struct ScanJob {
    /// Which.
    pub image: ImageName,
    /// How.
    pub options: TrivyOptions,
    /// Whether the scan may go on without a vulnerability database where none can be had.
    pub allow_no_database: bool,
}

/// `trivy image --format json …`: what a plan shows, and what is run.
pub fn command(job: &ScanJob) -> CommandLine {
    scan(job, &job.options.scanners)
}

/// The same scan without what needs the vulnerability database; `None` if nothing remains to be looked for.
pub fn command_without_database(job: &ScanJob) -> Option<CommandLine> {
    let scanners: Vec<_> = job
        .options
        .scanners
        .iter()
        .copied()
        .filter(|scanner| *scanner != Scanner::Vuln)
        .collect();
    (!scanners.is_empty()).then(|| scan(job, &scanners))
}

/// Where the scan's JSON goes, with late tokens.
///
/// The scanners are in the name because an image may have several scan stages; two with the same scanners write the same report.
pub fn report_path(job: &ScanJob) -> String {
    let scanners: Vec<_> = job.options.scanners.iter().map(|scanner| word(*scanner)).collect();
    format!("{}/trivy/{}.{}.json", late::RUN_DIR, job.image, scanners.join("+"))
}

fn scan(job: &ScanJob, scanners: &[Scanner]) -> CommandLine {
    let words: Vec<_> = scanners.iter().map(|scanner| word(*scanner)).collect();
    // An image's configuration (its `ENV` and history) is looked at only when asked for apart from its files.
    let of_configuration: Vec<_> = words
        .iter()
        .copied()
        .filter(|word| ["secret", "misconfig"].contains(word))
        .collect();

    let mut argv = alone("image", &job.options);
    argv.extend([
        "--image-src=docker".to_owned(),
        format!("--scanners={}", words.join(",")),
        format!("--ignorefile={}", late::IGNOREFILE),
        "--secret-config=".to_owned(),
        "--show-suppressed".to_owned(),
        // The checks that trivy brings along, so that the same trivy finds the same tomorrow; also no download per scan.
        "--skip-check-update".to_owned(),
        // The step's own limit counts.
        "--timeout=24h".to_owned(),
        "--exit-code=0".to_owned(),
        "--format=json".to_owned(),
        format!("--output={}", report_path(job)),
    ]);
    if !of_configuration.is_empty() {
        argv.push(format!("--image-config-scanners={}", of_configuration.join(",")));
    }
    argv.push(late::IMAGE_ID.to_owned());
    sealed(argv)
}

/// `trivy SUBCOMMAND` with what every scan has: our cache, nobody's configuration file, nothing fetched on the way.
fn alone(subcommand: &str, options: &TrivyOptions) -> Vec<String> {
    let mut argv = vec![
        "trivy".to_owned(),
        subcommand.to_owned(),
        format!("--cache-dir={}", database::cache_dir(options)),
        // The file-system cache has one lock, and trivy gives up on it after 5 s: parallel scans would fail.
        "--cache-backend=memory".to_owned(),
        "--config=".to_owned(),
        "--skip-version-check".to_owned(),
        "--disable-telemetry".to_owned(),
        // Databases are fetched once per run, before the scans.
        "--skip-db-update".to_owned(),
        "--skip-java-db-update".to_owned(),
    ];
    if options.offline {
        argv.push("--offline-scan".to_owned());
    }
    argv
}

/// Hides `TRIVY_*` from trivy: `TRIVY_SEVERITY` or `TRIVY_SKIP_FILES` left in an environment would turn a red gate green.
fn sealed(argv: Vec<String>) -> CommandLine {
    CommandLine::new(argv).env_remove("TRIVY_*")
}

const fn word(scanner: Scanner) -> &'static str {
    match scanner {
        Scanner::Vuln => "vuln",
        Scanner::Secret => "secret",
        Scanner::Misconfig => "misconfig",
        Scanner::License => "license",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(scanners: Vec<Scanner>) -> ScanJob {
        ScanJob {
            image: ImageName::new("web"),
            options: TrivyOptions {
                scanners,
                ..TrivyOptions::default()
            },
            allow_no_database: false,
        }
    }

    #[test]
    fn a_scan_is_sealed_from_its_surroundings() {
        let command = command(&job(vec![Scanner::Vuln, Scanner::Secret]));
        for word in [
            "--config=",
            "--secret-config=",
            "--ignorefile={{ignorefile}}",
            "--cache-backend=memory",
            "--exit-code=0",
        ] {
            assert!(command.argv.iter().any(|argument| argument == word), "{word} in {command}");
        }
        assert!(command.removes_env("TRIVY_SEVERITY"));
        assert!(!command.removes_env("PATH"));
        assert_eq!(command.argv.last().map(String::as_str), Some("{{image_id}}"));
    }

    #[test]
    fn without_a_database_the_other_scanners_go_on() {
        let command = command_without_database(&job(vec![Scanner::Vuln, Scanner::Secret])).unwrap();
        assert!(command.argv.contains(&"--scanners=secret".to_owned()), "{command}");
        assert_eq!(command_without_database(&job(vec![Scanner::Vuln])), None);
    }

    #[test]
    fn secrets_are_also_looked_for_in_the_configuration() {
        let command = command(&job(vec![Scanner::License, Scanner::Secret]));
        assert!(command.argv.contains(&"--image-config-scanners=secret".to_owned()), "{command}");
    }
}
