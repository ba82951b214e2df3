//! A stage of the user's own: late tokens get their values, and one without a value is refused.

use std::{collections::BTreeMap, fs, path::Path};

use tempfile::TempDir;
use xtask::{
    exec::{BuiltImage, Failure, RunOptions, StepContext, action},
    pipeline::ImageName,
    plan::StepId,
    tool::{CommandLine, run::RunJob},
};

fn context(folder: &TempDir, image: Option<&str>) -> StepContext {
    let root: &Path = folder.path();
    let options = RunOptions {
        root: root.to_owned(),
        project: "test".into(),
        run_dir: root.join("runs/7"),
        run_id: "7".into(),
        jobs: 1,
        keep_going: false,
        programs: BTreeMap::new(),
        cache_dir: root.join("cache"),
    };
    let (context, _) = StepContext::detached(options, StepId::new("sign", image));
    let built = BuiltImage {
        id: "sha256:1".into(),
        local_reference: "test/web:dev".into(),
    };
    context.outputs.built.lock().unwrap().insert(ImageName::new("web"), built);
    context
}

async fn run(context: &StepContext, argv: &[&str]) -> Result<(), Failure> {
    let command = CommandLine::new(argv.iter().copied());
    action::run::run(&RunJob { command }, context).await.map(drop)
}

#[tokio::test]
async fn values_reach_the_command_and_its_exit_code_decides() {
    let folder = tempfile::tempdir().unwrap();
    let context = context(&folder, Some("web"));
    let script = "echo $1 > $2/id; echo '{{.Id}}' >> $2/id";
    run(&context, &["sh", "-c", script, "sh", "{{image_id}}", "{{run_dir}}"])
        .await
        .unwrap();
    assert_eq!(fs::read_to_string(folder.path().join("runs/7/id")).unwrap(), "sha256:1\n{{.Id}}\n");

    let failure = run(&context, &["sh", "-c", "exit 3"]).await.unwrap_err();
    assert_eq!(failure.message, "`sh` ends with exit status 3");
    assert_eq!(failure.status.as_deref(), Some("exit status 3"));
}

#[tokio::test]
async fn a_token_without_a_value_is_named_and_nothing_runs() {
    let folder = tempfile::tempdir().unwrap();
    let argv = ["touch", "{{run_dir}}/ran", "{{digest_ref}}"];
    let failure = run(&context(&folder, Some("web")), &argv).await.unwrap_err();
    assert_eq!(failure.message, "`{{digest_ref}}` has no value at this point of the run");
    assert!(failure.hint.unwrap().contains("after the one that pushes"));
    let failure = run(&context(&folder, None), &["echo", "{{image_id}}", "{{digest}}"])
        .await
        .unwrap_err();
    assert_eq!(
        failure.message,
        "`{{image_id}}`, `{{digest}}` have no value at this point of the run"
    );
    assert!(failure.hint.unwrap().contains("once"));
    assert!(!folder.path().join("runs/7/ran").exists());
}
