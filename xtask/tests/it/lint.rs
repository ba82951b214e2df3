//! Lints with the real hadolint: what fails the gate, what was switched off by what, and that nothing from elsewhere opens the gate.

use std::fs;

use xtask::{
    exec::{Failure, FailureClass, StepOutput, action::lint},
    pipeline::options::{HadolintOptions, LintThreshold},
    tool::hadolint::LintJob,
};

use crate::support::{self, step::TestStep};

/// DL3006 (warning) in line 1, DL3003 and SC2164 (warnings) in line 2.
const DOCKERFILE: &str = "FROM debian\nRUN cd /srv\n";

async fn lint(step: &TestStep, options: HadolintOptions) -> Result<StepOutput, Failure> {
    let job = LintJob {
        dockerfile: "web/Dockerfile".into(),
        options,
    };
    lint::run(&job, &step.context).await
}

fn step(dockerfile: &str) -> TestStep {
    let step = TestStep::alone("lint", &[]);
    step.write("web/Dockerfile", dockerfile);
    step
}

fn codes(output: &StepOutput) -> Vec<String> {
    output.findings.iter().flatten().map(|finding| finding.code.clone()).collect()
}

#[tokio::test]
async fn a_clean_dockerfile_passes() {
    let step = step("FROM debian:13-slim\nWORKDIR /srv\n");
    let output = lint(&step, HadolintOptions::default()).await.unwrap();
    assert_eq!((codes(&output), output.notes), (Vec::new(), Vec::new()));
}

#[tokio::test]
async fn findings_fail_the_step_and_say_where() {
    let step = step(DOCKERFILE);
    let failure = lint(&step, HadolintOptions::default()).await.unwrap_err();
    assert_eq!(failure.class, FailureClass::Step);
    insta::assert_snapshot!(failure.message, @r"
    3 findings in the Dockerfile
    web/Dockerfile:1 DL3006 warning: Always tag the version of an image explicitly
    web/Dockerfile:2 DL3003 warning: Use WORKDIR to switch to a directory
    web/Dockerfile:2 SC2164 warning: Use 'cd ... || exit' or 'cd ... || return' in case cd fails.
    ");
    assert_eq!(codes(&failure.output), ["DL3006", "DL3003", "SC2164"]);
    assert!(step.log().contains("web/Dockerfile:1 DL3006 warning"), "{}", step.log());
}

#[tokio::test]
async fn the_threshold_is_ours() {
    let step = step(DOCKERFILE);
    for (fail_on, passes) in [
        (LintThreshold::Error, true),
        (LintThreshold::None, true),
        (LintThreshold::Style, false),
    ] {
        let options = HadolintOptions {
            fail_on,
            ..HadolintOptions::default()
        };
        let linted = lint(&step, options).await;
        assert_eq!(linted.is_ok(), passes, "{fail_on:?}: {linted:?}");
    }
}

#[tokio::test]
async fn a_syntax_error_is_a_finding() {
    let failure = lint(&step("FROM debian:13\nBOGUS x\n"), HadolintOptions::default())
        .await
        .unwrap_err();
    assert_eq!(
        (failure.class, codes(&failure.output)),
        (FailureClass::Step, vec!["DL1000".to_owned()])
    );
}

#[tokio::test]
async fn what_is_switched_off_is_told_with_what_did_it() {
    let step = step(&format!("# hadolint ignore = DL3006\n{DOCKERFILE}"));
    step.write(".hadolint.yml", "ignored: [SC2164]\n");
    let options = HadolintOptions {
        ignore: vec!["DL3003".to_owned()],
        ..HadolintOptions::default()
    };
    let output = lint(&step, options.clone()).await.unwrap();
    insta::assert_snapshot!(output.notes.join("\n"), @r"
    waived by `ignore` in pipeline.toml: DL3003 (1x)
    `.hadolint.yml` decides which rules apply
    switched off by comments in `web/Dockerfile`: DL3006 (line 1)
    ");

    // Strictly, only what pipeline.toml waives is waived.
    let strict = HadolintOptions { strict: true, ..options };
    let failure = lint(&step, strict).await.unwrap_err();
    assert_eq!(codes(&failure.output), ["DL3006", "SC2164"]);
    assert_eq!(failure.output.notes, ["waived by `ignore` in pipeline.toml: DL3003 (1x)"]);
}

#[tokio::test]
async fn a_configuration_that_says_how_to_report_does_not_blind_the_gate() {
    let step = step(DOCKERFILE);
    step.write(
        ".hadolint.yaml",
        "format: sarif\nfailure-threshold: error\nno-fail: true\nignored:\n  - DL3006\n",
    );
    let failure = lint(&step, HadolintOptions::default()).await.unwrap_err();
    assert_eq!(
        (failure.class, codes(&failure.output)),
        (FailureClass::Step, vec!["DL3003".to_owned(), "SC2164".to_owned()])
    );
}

#[tokio::test]
async fn a_named_configuration_takes_the_place_of_the_one_beside_pipeline_toml() {
    let step = step(DOCKERFILE);
    step.write(".hadolint.yaml", "ignored: [DL3006, DL3003, SC2164]\n");
    step.write("ci/hadolint.yaml", "ignored: [DL3006]\n");
    let options = HadolintOptions {
        config: Some("ci/hadolint.yaml".into()),
        ..HadolintOptions::default()
    };
    let failure = lint(&step, options.clone()).await.unwrap_err();
    assert_eq!(codes(&failure.output), ["DL3003", "SC2164"]);

    fs::remove_file(step.root().join("ci/hadolint.yaml")).unwrap();
    let failure = lint(&step, options.clone()).await.unwrap_err();
    assert_eq!(failure.message, "there is no `ci/hadolint.yaml`, which `config` names");

    step.write("ci/hadolint.yaml", "ignored: {{\n");
    let failure = lint(&step, options).await.unwrap_err();
    assert_eq!(failure.class, FailureClass::Step);
    assert!(
        failure
            .message
            .starts_with("`ci/hadolint.yaml` is no configuration that hadolint understands: "),
        "{}",
        failure.message
    );

    step.write("ci/hadolint.yaml", "# nothing yet\n");
    let options = HadolintOptions {
        config: Some("ci/hadolint.yaml".into()),
        ..HadolintOptions::default()
    };
    let failure = lint(&step, options).await.unwrap_err();
    assert_eq!(codes(&failure.output), ["DL3006", "DL3003", "SC2164"]);
}

#[tokio::test]
async fn only_trusted_registries() {
    let options = HadolintOptions {
        trusted_registries: vec!["mine.example".to_owned()],
        ..HadolintOptions::default()
    };
    lint(&step("FROM mine.example/x:1\n"), options.clone()).await.unwrap();
    let failure = lint(&step("FROM other.example/x:1\n"), options).await.unwrap_err();
    assert_eq!(codes(&failure.output), ["DL3026"]);
}

#[test]
fn neither_the_home_folder_nor_the_environment_opens_the_gate() {
    if !support::is_rerun() {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir(home.path().join(".config")).unwrap();
        fs::write(home.path().join(".config/hadolint.yaml"), "ignored: [DL3006, DL3003, SC2164]\n").unwrap();
        let variables = [
            ("HOME", home.path().to_str()),
            ("XDG_CONFIG_HOME", None),
            ("HADOLINT_IGNORE", Some("DL3006,DL3003,SC2164")),
            ("HADOLINT_NOFAIL", Some("1")),
            ("HADOLINT_FAILURE_THRESHOLD", Some("none")),
            ("HADOLINT_FORMAT", Some("sarif")),
        ];
        support::rerun_with("lint::neither_the_home_folder_nor_the_environment_opens_the_gate", &variables);
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let step = step(DOCKERFILE);
    let failure = runtime.block_on(lint(&step, HadolintOptions::default())).unwrap_err();
    assert_eq!(codes(&failure.output), ["DL3006", "DL3003", "SC2164"]);
}

/// A stand-in for hadolint, because a real one cannot be made to crash on demand.
#[tokio::test]
async fn a_crash_is_no_finding_and_no_pass() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("hadolint");
    for script in [
        "echo 'hadolint: internal error' >&2; exit 1",
        "echo 'Segmentation fault'; echo 'hadolint: internal error' >&2; exit 0",
        "echo 'hadolint: internal error' >&2; printf '[]'; exit 139",
    ] {
        support::script(&program, script);
        let step = TestStep::alone("lint", &[("hadolint", &program)]);
        step.write("web/Dockerfile", "FROM debian:13\n");
        let failure = lint(&step, HadolintOptions::default()).await.unwrap_err();
        assert_eq!(failure.class, FailureClass::Machine, "{script}");
        assert!(
            failure.message.contains("hadolint: internal error"),
            "{script}: {}",
            failure.message
        );
    }
}
