//! What people type wrong, in the file and on the command line.

use super::happy::{self, PIPELINE};

#[test]
fn a_typo_in_a_key_is_shown_with_what_was_meant() {
    let project = happy::project(1);
    let wrong = PIPELINE.replace("scanners =", "scaners =").replace("PORT", "1");
    project.pipeline(&wrong);
    for arguments in [&["all"][..], &["check"], &["plan", "all"]] {
        project
            .run(arguments)
            .ends(3)
            .says(&["error", "pipeline.toml:", "`scaners`", "did you mean `scanners`?"]);
    }
    assert!(!project.path("target").exists(), "nothing was run");
}

#[test]
fn two_mistakes_are_told_at_once() {
    let project = happy::project(1);
    let wrong = PIPELINE
        .replace("host =", "hosst =")
        .replace("uses = \"hadolint\"", "uses = \"hadolin\"");
    project.pipeline(&wrong);
    project
        .run(&["check"])
        .ends(3)
        .says(&["did you mean `host`?", "did you mean `hadolint`?"]);
}

#[test]
fn unknown_names_are_told_with_the_near_ones() {
    let project = happy::project(1);
    project
        .run(&["all", "wep"])
        .ends(2)
        .says(&["unknown image or group `wep`", "did you mean `web`?"]);
    project
        .run(&["plan", "relaese", "--registry", "local"])
        .ends(2)
        .says(&["unknown task `relaese`", "did you mean `release`?"]);
    project.run(&["biuld"]).ends(2).says(&["biuld", "build"]);
    project
        .run(&["release", "--registry", "locall"])
        .ends(2)
        .says(&["unknown registry `locall`", "did you mean `local`?"]);
    project
        .run(&["release"])
        .ends(2)
        .says(&["names no registry", "--registry NAME", "`local`"]);
    project.run(&["all", "--joobs", "2"]).ends(2).says(&["--joobs", "--jobs"]);
    assert!(!project.path("target").exists(), "nothing was run");
}

#[test]
fn a_folder_without_a_pipeline_is_told_what_to_do() {
    let project = happy::project(1);
    std::fs::remove_file(project.path("pipeline.toml")).unwrap();
    project.run(&["all"]).ends(3).says(&["there is no `pipeline.toml`", "-C DIR"]);
    project.run(&["-C", "nowhere", "all"]).ends(2).says(&["nowhere` is not a folder"]);
}

#[test]
fn a_dockerfile_that_is_not_there_is_told_before_anything_runs() {
    let project = happy::project(1);
    std::fs::remove_file(project.path("job/Dockerfile")).unwrap();
    project.run(&["all"]).ends(3).says(&["job/Dockerfile", "pipeline.toml:"]);
    assert!(!project.path("target").exists(), "nothing was run");
    project.run(&["lint", "web"]).ends(0);
}
