//! The gate before a release, through the whole program.

use serde_json::json;

use crate::support::{
    project::Project,
    vulnerability_db::{self, Content},
};

const STAGES: &str =
    "[[stages]]\nname = \"build\"\nuses = \"docker-build\"\n[[stages]]\nname = \"scan\"\nuses = \"trivy\"\noffline = true\n";

fn project(options: &str) -> Project {
    let project = Project::new(&format!("[images.web]\ncontext = \"web\"\n{STAGES}{options}"));
    project.file("web/Dockerfile", "FROM scratch\nCOPY root /\n");
    project.file("web/root/etc/hello", "hello\n");
    project
}

fn vulnerable(project: &Project) {
    project
        .file("web/root/etc/os-release", "ID=alpine\nVERSION_ID=3.20.3\nNAME=\"Alpine Linux\"\n")
        .file("web/root/etc/alpine-release", "3.20.3\n")
        .file("web/root/lib/apk/db/installed", "P:rel-vulnlib\nV:1.2.3-r0\nA:x86_64\nL:MIT\n\n");
}

#[test]
fn a_leaked_key_is_found_without_any_database_and_not_shown() {
    let project = project("scanners = [\"secret\"]\n");
    let line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";
    let kind = "RSA PRIVATE KEY";
    project.file(
        "web/root/root/id_rsa",
        &format!("-----BEGIN {kind}-----\n{line}\n{line}\n-----END {kind}-----\n"),
    );
    let ran = project
        .run(&["scan", "--format", "json"])
        .ends(1)
        .says(&["✗ scan:web", "private-key", "/root/id_rsa", "hint"]);
    assert!(!ran.stderr.contains(line), "{}", ran.stderr);
    assert_eq!(ran.step("build:web")["outcome"], "passed");
    let scan = ran.step("scan:web");
    assert_eq!(
        scan["digest"],
        ran.step("build:web")["digest"],
        "what was found is told with the image it is in"
    );
    assert!(scan["findings"].as_object().unwrap().values().any(|count| count == 1), "{scan}");
}

#[test]
fn a_critical_vulnerability_is_found_unless_waived() {
    let project = project("scanners = [\"vuln\"]\n");
    vulnerable(&project);
    vulnerability_db::write(&project.path("target/xtask/cache/trivy"), Content::Real);
    let ran = project.run(&["scan", "--format", "json"]).ends(1).says(&[
        "CVE-2099-0001",
        "1 CRITICAL",
        "rel-vulnlib 1.2.3-r0 (fixed in 1.2.4-r0)",
        ".trivyignore",
    ]);
    assert_eq!(ran.step("scan:web")["outcome"], "failed");
    project.file(".trivyignore", "CVE-2099-0001\n");
    let waived = project.run(&["scan", "--format", "json"]).ends(0);
    let notes = waived.step("scan:web")["notes"].to_string();
    assert!(notes.contains(".trivyignore"), "a waiver does not go without saying: {notes}");
}

#[test]
fn without_a_database_nothing_passes_unless_allowed_and_then_it_is_said() {
    let project = project("scanners = [\"vuln\", \"secret\"]\n[tasks.tolerant]\nstages = [\"scan\"]\nallow = [\"no-vulnerability-db\"]\n");
    project
        .run(&["scan"])
        .ends(4)
        .says(&["✗ scan:web", "no vulnerability database can be used offline", "db-repository"]);
    let ran = project
        .run(&["tolerant", "--format", "json"])
        .ends(0)
        .says(&["! scan:web: image `web` is not scanned for known vulnerabilities"]);
    assert_eq!(ran.json()["notices"][0]["step"], json!("scan:web"));
}

/// A trivy that knows its version and does this otherwise: a fault that the real one cannot be made to have.
fn with_broken_trivy(does: &str) -> Project {
    let project = project("scanners = [\"secret\"]\n");
    // Out of the folder that goes before PATH.
    std::fs::remove_file(project.path(".xtask/tools")).unwrap();
    let script = format!(
        "#!/bin/sh\ncase \"$*\" in --version) echo 'Version: 0.76.0'; exit 0;; version*) echo '{{\"Version\":\"0.76.0\"}}'; exit 0;; esac\n{does}\n"
    );
    project.program(".xtask/fake/trivy", &script);
    project
}

fn scan(project: &Project) -> crate::support::project::Ran {
    let path = format!("{}:{}", project.path(".xtask/fake").display(), std::env::var("PATH").unwrap());
    project.run_with(&[("PATH", &path)], &["scan", "--format", "json"])
}

#[test]
fn a_trivy_that_crashes_opens_no_gate() {
    let ran = scan(&with_broken_trivy("echo 'panic: of its own' >&2; exit 2")).ends(4).says(&[
        "✗ scan:web",
        "trivy fails, so nothing is known of image `web`",
        "panic: of its own",
    ]);
    assert_eq!(ran.outcomes(), ["build:web passed", "scan:web failed"]);
}

#[test]
fn a_trivy_that_writes_no_report_opens_no_gate() {
    let ran = scan(&with_broken_trivy("exit 0"))
        .ends(4)
        .says(&["so nothing is known of image `web`"]);
    assert_eq!(ran.step("scan:web")["outcome"], "failed");
}
