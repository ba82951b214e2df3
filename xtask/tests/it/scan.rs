//! Scans with the real trivy and a small database of our own: what fails the gate, and that nothing around it opens the gate.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use jiff::{SignedDuration, Timestamp};
use xtask::{
    exec::{Failure, FailureClass, StepOutput, action::scan},
    pipeline::{
        ImageName,
        options::{Scanner, TrivyOptions},
    },
    tool::trivy::ScanJob,
};

use crate::support::{
    self,
    image::TestImage,
    registry::Registry,
    step::{IMAGE, TestStep},
    vulnerability_db::{self, Content},
};

/// Shaped like a key, and no key: put together here, so that no scanner takes this file for a leak.
fn key() -> String {
    format!("AWS_ACCESS_KEY_ID=AKIA{}\n", "IOSFODNN7EXAMPLQ")
}

fn private_key() -> String {
    let line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";
    let kind = "RSA PRIVATE KEY";
    format!("-----BEGIN {kind}-----\n{line}\n{line}\n-----END {kind}-----\n")
}

fn job(options: TrivyOptions) -> ScanJob {
    ScanJob {
        image: ImageName::new(IMAGE),
        options,
        allow_no_database: false,
    }
}

/// What these tests can do without a network.
fn offline(scanners: &[Scanner]) -> TrivyOptions {
    TrivyOptions {
        scanners: scanners.to_vec(),
        offline: true,
        ..TrivyOptions::default()
    }
}

fn cache(step: &TestStep) -> std::path::PathBuf {
    step.root().join("target/xtask/cache/trivy")
}

async fn passes(step: &TestStep, job: &ScanJob) -> StepOutput {
    scan::run(job, &step.context)
        .await
        .unwrap_or_else(|failure| panic!("{failure:?}\n{}", step.log()))
}

async fn fails(step: &TestStep, job: &ScanJob) -> Failure {
    match scan::run(job, &step.context).await {
        Err(failure) => failure,
        Ok(output) => panic!("{output:?}\n{}", step.log()),
    }
}

fn codes(output: &StepOutput) -> Vec<&str> {
    let mut codes: Vec<_> = output
        .findings
        .as_ref()
        .unwrap()
        .iter()
        .map(|finding| finding.code.as_str())
        .collect();
    codes.sort_unstable();
    codes
}

#[tokio::test]
async fn a_clean_image_passes() {
    let image = TestImage::of(&[]);
    let step = TestStep::new("scan", &image);
    vulnerability_db::write(&cache(&step), Content::Real);
    let output = passes(&step, &job(offline(&[Scanner::Vuln, Scanner::Secret]))).await;
    assert_eq!(output.findings, Some(Vec::new()));
    assert_eq!(output.digest, Some(image.id.clone()), "the image that was scanned");
    let report = output.notes.iter().find_map(|note| note.strip_prefix("report: ")).unwrap();
    assert!(fs::read_to_string(report).unwrap().contains(&image.id));
}

#[tokio::test]
async fn leaked_keys_fail_without_any_database() {
    let image = TestImage::of(&[("/app/leak.env", &key()), ("/root/id_rsa", &private_key())]);
    let step = TestStep::new("scan", &image);
    let failure = fails(&step, &job(offline(&[Scanner::Secret]))).await;
    assert_eq!(failure.class, FailureClass::Step);
    assert_eq!(codes(&failure.output), ["aws-access-key-id", "private-key"]);
    let lines: Vec<_> = failure.message.lines().collect();
    assert_eq!(lines[0], "image `web` has 2 findings that must not be: 1 CRITICAL, 1 HIGH");
    assert!(
        lines[1].starts_with("  CRITICAL aws-access-key-id  /app/leak.env:1"),
        "{}",
        lines[1]
    );
    assert!(!format!("{failure:?}").contains("IOSFODNN7"), "the key itself is not shown");
}

#[tokio::test]
async fn a_critical_vulnerability_fails() {
    let image = TestImage::vulnerable();
    let step = TestStep::new("scan", &image);
    vulnerability_db::write(&cache(&step), Content::Real);
    let failure = fails(&step, &job(offline(&[Scanner::Vuln]))).await;
    assert_eq!(codes(&failure.output), ["CVE-2099-0001"]);
    assert!(
        failure.message.contains("rel-vulnlib 1.2.3-r0 (fixed in 1.2.4-r0)"),
        "{}",
        failure.message
    );
}

#[tokio::test]
async fn an_empty_database_is_refused() {
    let image = TestImage::vulnerable();
    let step = TestStep::new("scan", &image);
    vulnerability_db::write(&cache(&step), Content::Empty);
    let failure = fails(&step, &job(offline(&[Scanner::Vuln]))).await;
    assert_eq!(failure.class, FailureClass::Machine);
    assert!(
        failure.message.contains("flags none of pkg:npm/lodash@4.17.4"),
        "{}",
        failure.message
    );
}

#[tokio::test]
async fn a_database_of_ones_own_has_a_canary_of_its_own() {
    let image = TestImage::vulnerable();
    let step = TestStep::new("scan", &image);
    vulnerability_db::write(&cache(&step), Content::Own);
    let without = fails(&step, &job(offline(&[Scanner::Vuln]))).await;
    assert_eq!(without.class, FailureClass::Machine);
    let mut options = offline(&[Scanner::Vuln]);
    options.canary = Some("pkg:npm/own-canary@1.0.0".into());
    assert_eq!(codes(&fails(&step, &job(options)).await.output), ["CVE-2099-0001"]);
}

#[tokio::test]
async fn without_a_database_a_scan_fails_unless_that_is_allowed() {
    let image = TestImage::of(&[("/app/leak.env", &key())]);
    let mut step = TestStep::new("scan", &image);
    let mut job = job(offline(&[Scanner::Vuln, Scanner::Secret]));
    let failure = fails(&step, &job).await;
    assert_eq!(failure.class, FailureClass::Machine);
    assert!(failure.hint.unwrap().contains("db-repository"));

    job.allow_no_database = true;
    let failure = fails(&step, &job).await;
    assert_eq!(codes(&failure.output), ["aws-access-key-id"], "secrets are looked for all the same");
    assert!(failure.output.notes[0].starts_with("not scanned for known vulnerabilities"));
    assert!(
        step.notices()
            .iter()
            .any(|notice| notice.contains("not scanned for known vulnerabilities"))
    );
}

#[tokio::test]
async fn an_old_database_is_told() {
    let image = TestImage::of(&[]);
    let mut step = TestStep::new("scan", &image);
    let now = Timestamp::now();
    let (updated, next) = (now - SignedDuration::from_hours(24 * 9), now - SignedDuration::from_hours(24 * 8));
    vulnerability_db::write_dated(&cache(&step), Content::Real, updated, next);
    passes(&step, &job(offline(&[Scanner::Vuln]))).await;
    assert!(step.notices()[0].contains("the vulnerability database is 9 days old"));
}

#[tokio::test]
async fn a_database_that_cannot_be_renewed_is_used_and_told() {
    let image = TestImage::vulnerable();
    let mut step = TestStep::new("scan", &image);
    let mut options = offline(&[Scanner::Vuln]);
    options.offline = false;
    options.db_repository = Some("127.0.0.1:1/trivy-db:2".into());
    let now = Timestamp::now();
    let cache = step.root().join("target/xtask/cache/trivy-127.0.0.1-1-trivy-db-2");
    vulnerability_db::write_dated(
        &cache,
        Content::Real,
        now - SignedDuration::from_hours(48),
        now - SignedDuration::from_hours(24),
    );
    assert_eq!(codes(&fails(&step, &job(options)).await.output), ["CVE-2099-0001"]);
    let notice = &step.notices()[0];
    assert!(
        notice.starts_with("the vulnerability database cannot be fetched; the one of"),
        "{notice}"
    );
}

#[tokio::test]
async fn java_archives_without_their_index_fail_the_gate() {
    // The shortest archive there is: the end of an empty zip directory.
    let archive = format!("PK\u{5}\u{6}{}", "\0".repeat(18));
    let image = TestImage::of(&[("/app/unnamed.jar", &archive)]);
    let step = TestStep::new("scan", &image);
    vulnerability_db::write(&cache(&step), Content::Real);
    let failure = fails(&step, &job(offline(&[Scanner::Vuln]))).await;
    assert_eq!(failure.class, FailureClass::Machine);
    assert!(failure.message.contains("index of Java archives is missing"), "{}", failure.message);
}

#[tokio::test]
async fn a_database_is_fetched_from_the_registry_that_is_set() {
    let registry = Registry::start();
    let image = TestImage::vulnerable();
    let step = TestStep::new("scan", &image);
    let mut options = offline(&[Scanner::Vuln]);
    options.offline = false;
    options.db_repository = Some(vulnerability_db::publish(&registry, Content::Real));
    assert_eq!(codes(&fails(&step, &job(options)).await.output), ["CVE-2099-0001"]);
    assert_eq!(step.log().matches("--download-db-only").count(), 1);
}

#[tokio::test]
async fn an_empty_database_is_replaced_by_a_good_one() {
    let registry = Registry::start();
    let image = TestImage::vulnerable();
    let step = TestStep::new("scan", &image);
    let repository = vulnerability_db::publish(&registry, Content::Real);
    let plain = repository.replace([':', '/'], "-");
    vulnerability_db::write(&step.root().join(format!("target/xtask/cache/trivy-{plain}")), Content::Empty);
    let mut options = offline(&[Scanner::Vuln]);
    options.offline = false;
    options.db_repository = Some(repository);
    assert_eq!(codes(&fails(&step, &job(options)).await.output), ["CVE-2099-0001"]);
}

#[tokio::test]
async fn a_registry_without_a_database_is_a_matter_of_the_network() {
    let registry = Registry::start();
    let image = TestImage::of(&[]);
    let step = TestStep::new("scan", &image);
    let mut options = offline(&[Scanner::Vuln]);
    options.offline = false;
    options.db_repository = Some(format!("{}/nothing:2", registry.host()));
    let failure = fails(&step, &job(options)).await;
    assert_eq!(failure.class, FailureClass::Network, "{}", failure.message);
}

#[tokio::test]
async fn four_scans_at_once_share_one_database() {
    let registry = Registry::start();
    let image = TestImage::vulnerable();
    let step = TestStep::new("scan", &image);
    let mut options = offline(&[Scanner::Vuln, Scanner::Secret]);
    options.offline = false;
    options.db_repository = Some(vulnerability_db::publish(&registry, Content::Real));
    // Each with scanners of its own, so that each has a report of its own.
    let jobs = [
        vec![Scanner::Vuln],
        vec![Scanner::Vuln, Scanner::Secret],
        vec![Scanner::Vuln, Scanner::License],
        vec![Scanner::Vuln, Scanner::Misconfig],
    ]
    .map(|scanners| {
        job(TrivyOptions {
            scanners,
            ..options.clone()
        })
    });
    let [a, b, c, d] = &jobs;
    let context = &step.context;
    let results = tokio::join!(
        scan::run(a, context),
        scan::run(b, context),
        scan::run(c, context),
        scan::run(d, context)
    );
    for result in [results.0, results.1, results.2, results.3] {
        let failure = result.unwrap_err();
        assert!(codes(&failure.output).contains(&"CVE-2099-0001"), "{failure:?}");
    }
    assert_eq!(step.log().matches("--download-db-only").count(), 1, "{}", step.log());
}

#[tokio::test]
async fn what_an_ignore_file_takes_out_is_said() {
    let image = TestImage::of(&[("/app/leak.env", &key())]);
    let step = TestStep::new("scan", &image);
    let waivers = "secrets:\n  - id: aws-access-key-id\n    statement: an example key\n";
    fs::write(step.root().join(".trivyignore.yaml"), waivers).unwrap();
    let output = passes(&step, &job(offline(&[Scanner::Secret]))).await;
    let expected = "1 finding ignored by `.trivyignore.yaml`: aws-access-key-id (an example key)";
    assert!(output.notes.iter().any(|note| note == expected), "{:?}", output.notes);

    let mut strict = offline(&[Scanner::Secret]);
    strict.strict = true;
    assert_eq!(codes(&fails(&step, &job(strict)).await.output), ["aws-access-key-id"]);

    let mut missing = offline(&[Scanner::Secret]);
    missing.ignorefile = Some("waivers.yaml".into());
    assert!(fails(&step, &job(missing)).await.message.contains("`waivers.yaml` does not exist"));
}

#[tokio::test]
async fn configuration_files_in_the_root_have_no_effect() {
    let image = TestImage::of(&[("/app/leak.env", &key())]);
    let step = TestStep::new("scan", &image);
    fs::write(step.root().join("trivy.yaml"), "severity: [LOW]\nscan:\n  skip-files: [\"**/*\"]\n").unwrap();
    fs::write(step.root().join("trivy-secret.yaml"), "disable-rules: [aws-access-key-id]\n").unwrap();
    assert_eq!(
        codes(&fails(&step, &job(offline(&[Scanner::Secret]))).await.output),
        ["aws-access-key-id"]
    );
}

#[tokio::test]
async fn trivys_own_variables_have_no_effect() {
    if !support::is_rerun() {
        let variables = [("TRIVY_SEVERITY", Some("LOW")), ("TRIVY_SKIP_FILES", Some("**/*"))];
        return support::rerun_with("scan::trivys_own_variables_have_no_effect", &variables);
    }
    let image = TestImage::of(&[("/app/leak.env", &key())]);
    let step = TestStep::new("scan", &image);
    assert_eq!(
        codes(&fails(&step, &job(offline(&[Scanner::Secret]))).await.output),
        ["aws-access-key-id"]
    );
}

/// A stand-in for trivy: a crash, or a disk that is full, cannot be had of the real one. `image` runs the given script with `$out` as its report.
async fn with_fake(image_script: &str) -> Failure {
    let image = TestImage::of(&[]);
    let folder = tempfile::tempdir().unwrap();
    let fake = folder.path().join("trivy");
    let script = format!(
        "#!/bin/sh\ncase $1 in version) echo '{{\"Version\":\"0.76.0\"}}'; exit ;; esac\n\
         for word; do case $word in --output=*) out=${{word#--output=}} ;; esac; done\n{image_script}\n"
    );
    fs::write(&fake, script).unwrap();
    fs::set_permissions(&fake, fs::Permissions::from_mode(0o755)).unwrap();
    let step = TestStep::with_programs("scan", &image, &[("trivy", Path::new(&fake))]);
    fails(&step, &job(offline(&[Scanner::Secret]))).await
}

#[tokio::test]
async fn a_trivy_that_fails_fails_the_gate() {
    for (script, expected) in [
        ("echo 'FATAL run error' >&2; exit 1", "FATAL run error"),
        ("echo '{\"SchemaVersion\":2}' > \"$out\"; kill -SEGV $$", "trivy fails"),
        ("exit 0", "trivy wrote no report"),
        (": > \"$out\"", "trivy's report is empty"),
        ("echo '{\"SchemaVersion\":2,' > \"$out\"", "trivy's report is not readable"),
    ] {
        let failure = with_fake(script).await;
        assert_eq!(failure.class, FailureClass::Machine, "{script}");
        assert!(failure.message.contains(expected), "{script}: {}", failure.message);
    }
}

#[tokio::test]
async fn a_report_of_another_image_fails_the_gate() {
    let failure = with_fake(r#"echo '{"SchemaVersion":2,"Metadata":{"ImageID":"sha256:other"}}' > "$out""#).await;
    assert!(
        failure.message.starts_with("trivy scanned `sha256:other`, but"),
        "{}",
        failure.message
    );
}
