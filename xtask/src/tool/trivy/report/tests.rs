//! Reports as trivy 0.76 writes them, cut down.

use super::*;
use crate::pipeline::options::Severity;

const REPORT: &str = r#"{"SchemaVersion":2,"ArtifactName":"sha256:1d","ArtifactType":"container_image",
  "Metadata":{"ImageID":"sha256:1d","OS":{"Family":"alpine","Name":"3.20.3","EOSL":true}},
  "Results":[
    {"Target":"sha256:1d (alpine 3.20.3)","Class":"os-pkgs","Vulnerabilities":[
      {"VulnerabilityID":"CVE-1","PkgName":"openssl","InstalledVersion":"1.0","FixedVersion":"1.1","Title":"t","Severity":"CRITICAL"},
      {"VulnerabilityID":"CVE-2","PkgName":"zlib","InstalledVersion":"2.0","Severity":"HIGH"},
      {"VulnerabilityID":"CVE-3","PkgName":"zlib","InstalledVersion":"2.0","Severity":"LOW"}],
     "ExperimentalModifiedFindings":[
      {"Type":"vulnerability","Status":"ignored","Statement":"not reachable","Source":".trivyignore.yaml","Finding":{"VulnerabilityID":"CVE-9","Severity":"HIGH"}}]},
    {"Target":"/app/leak.env","Class":"secret","Secrets":[{"RuleID":"aws-access-key-id","Severity":"CRITICAL","Title":"AWS Access Key ID","StartLine":3,"Match":"***"}]},
    {"Target":"sha256:1d","Class":"secret","Secrets":[{"RuleID":"github-pat","Severity":"CRITICAL","Title":"GitHub token","StartLine":45,"Match":"***"}]},
    {"Target":"sha256:1d","Class":"config","Misconfigurations":[{"ID":"DS-0002","Title":"root","Severity":"HIGH","Status":"FAIL","CauseMetadata":{}}]},
    {"Target":"OS Packages","Class":"license","Licenses":[{"Severity":"HIGH","Category":"restricted","PkgName":"x","FilePath":"","Name":"GPL-3.0-only"}]}]}"#;

fn gating(report: &ScanReport) -> Vec<&str> {
    let gating = report.findings.iter().filter(|finding| finding.gating);
    gating.map(|finding| finding.code.as_str()).collect()
}

#[test]
fn every_kind_of_finding_is_read() {
    let report = ScanReport::read(REPORT, &TrivyOptions::default()).unwrap();
    assert_eq!(report.image_id, "sha256:1d");
    assert_eq!(
        gating(&report),
        ["CVE-1", "CVE-2", "aws-access-key-id", "github-pat", "DS-0002", "GPL-3.0-only"]
    );
    let locations: Vec<_> = report.findings.iter().map(|finding| finding.location.as_str()).collect();
    assert_eq!(
        locations,
        [
            "openssl 1.0 (fixed in 1.1)",
            "zlib 2.0 (no fix yet)",
            "zlib 2.0 (no fix yet)",
            "/app/leak.env:3",
            "the image's configuration",
            "the image's configuration",
            "x"
        ]
    );
}

#[test]
fn only_the_severities_asked_for_gate() {
    let options = TrivyOptions {
        severity: vec![Severity::Low],
        ..TrivyOptions::default()
    };
    let report = ScanReport::read(REPORT, &options).unwrap();
    assert_eq!(gating(&report), ["CVE-3"]);
    assert_eq!(report.findings.len(), 7, "the others are reported all the same");
}

#[test]
fn what_has_no_fix_is_left_out_but_counted() {
    let options = TrivyOptions {
        ignore_unfixed: true,
        ..TrivyOptions::default()
    };
    let report = ScanReport::read(REPORT, &options).unwrap();
    assert!(!gating(&report).contains(&"CVE-2"));
    assert_eq!(report.unfixed, 1, "CVE-3 does not gate anyway");
}

#[test]
fn what_was_ignored_is_said() {
    let notes = ScanReport::read(REPORT, &TrivyOptions::default()).unwrap().notes();
    assert_eq!(notes[0], "1 finding ignored by `.trivyignore.yaml`: CVE-9 (not reachable)");
    assert!(notes[1].starts_with("alpine 3.20.3 gets no security updates"), "{notes:?}");
}

#[test]
fn a_clean_image_has_no_results() {
    let report = ScanReport::read(
        r#"{"SchemaVersion":2,"Metadata":{"ImageID":"sha256:1d"}}"#,
        &TrivyOptions::default(),
    )
    .unwrap();
    assert!(report.findings.is_empty());
}

#[test]
fn a_report_that_proves_nothing_is_refused() {
    let read = |json| ScanReport::read(json, &TrivyOptions::default()).unwrap_err();
    assert_eq!(read(""), ReportError::Empty);
    assert_eq!(read(r#"{"SchemaVersion":2}"#), ReportError::NoImage);
    assert_eq!(read(r#"{"SchemaVersion":3,"Metadata":{"ImageID":"x"}}"#), ReportError::Schema(3));
    assert!(matches!(read(&REPORT[..200]), ReportError::Unreadable(_)));
}
