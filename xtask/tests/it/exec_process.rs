//! Commands as steps run them, with real processes: what is kept, what is logged, and that nothing is left running.

use std::{collections::BTreeMap, fs, path::Path, time::Duration};

use tempfile::TempDir;
use tokio::sync::mpsc::UnboundedReceiver;
use xtask::{
    exec::{Cancel, Event, FailureClass, RunOptions, StepContext},
    plan::StepId,
    tool::CommandLine,
};

struct Fixture {
    folder: TempDir,
    context: StepContext,
    events: UnboundedReceiver<Event>,
}

impl Fixture {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (mut context, events) = StepContext::detached(options(folder.path()), StepId::new("run", Some("web")));
        context.limits.drain = Duration::from_millis(100);
        Self { folder, context, events }
    }

    fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.context.log_path()).unwrap()).into_owned()
    }

    fn lines(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        while let Ok(event) = self.events.try_recv() {
            if let Event::Output { line, .. } = event {
                lines.push(line);
            }
        }
        lines
    }

    /// What a script wrote to a file in the root, once it did: the only way to know that a background process is up.
    async fn written(&self, name: &str) -> String {
        let path = self.folder.path().join(name);
        loop {
            match fs::read_to_string(&path) {
                Ok(text) if text.ends_with('\n') => return text.trim().to_owned(),
                _ => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    }
}

fn options(root: &Path) -> RunOptions {
    RunOptions {
        root: root.to_owned(),
        project: "test".into(),
        run_dir: root.join("run"),
        run_id: "run".into(),
        jobs: 1,
        keep_going: false,
        programs: BTreeMap::new(),
        cache_dir: root.join("cache"),
    }
}

fn sh(script: &str) -> CommandLine {
    CommandLine::new(["sh", "-c", script])
}

/// Waits until a process is gone or a zombie that nobody reaps; hangs, and so fails, if it never goes.
async fn gone(pid: &str) {
    while is_running(pid) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn is_running(pid: &str) -> bool {
    let Ok(stat) = fs::read_to_string(format!("/proc/{pid}/stat")) else {
        return false;
    };
    let state = stat.rsplit(") ").next().and_then(|rest| rest.chars().next());
    state != Some('Z')
}

#[tokio::test]
async fn output_is_kept_logged_and_sent() {
    let mut fixture = Fixture::new();
    let command = sh("echo one; echo two >&2; printf '\\033[31mbad\\033[0m \\377 end'; exit 3");
    let output = fixture.context.run(&command).await.unwrap();
    assert_eq!((output.code, output.status.as_str()), (Some(3), "exit status 3"));
    assert_eq!(output.stdout, "one\n\u{1b}[31mbad\u{1b}[0m \u{fffd} end");
    assert_eq!(output.stderr, "two\n");
    let log = fixture.log();
    assert!(log.starts_with("$ sh -c "), "{log}");
    assert!(log.contains("one\n") && log.contains("two\n") && log.ends_with(" end\n"), "{log}");
    let mut lines = fixture.lines();
    lines.sort();
    assert_eq!(lines[1..], ["bad \u{fffd} end", "one", "two"]);
}

#[tokio::test]
async fn standard_input_is_closed_or_what_was_given() {
    let fixture = Fixture::new();
    assert_eq!(fixture.context.run(&CommandLine::new(["cat"])).await.unwrap().stdout, "");
    let given = vec![b'x'; 1 << 20];
    let output = fixture
        .context
        .run_with(&CommandLine::new(["cat"]), Some(given), Duration::from_mins(1))
        .await
        .unwrap();
    assert_eq!(output.stdout.len(), 1 << 20);
    // A program that does not read what it is given is no reason to fail.
    let output = fixture
        .context
        .run_with(&sh("exec true"), Some(vec![0; 1 << 20]), Duration::from_mins(1))
        .await
        .unwrap();
    assert!(output.success());
}

#[tokio::test]
async fn data_is_read_but_not_logged() {
    let fixture = Fixture::new();
    let (output, bytes) = fixture.context.read(&sh("printf 'a\\0\\377'; echo why >&2")).await.unwrap();
    assert_eq!(bytes, b"a\0\xff");
    assert_eq!(output.stderr, "why\n");
    assert_eq!(fixture.log().lines().skip(1).collect::<Vec<_>>(), ["why"]);
}

#[tokio::test]
async fn folder_environment_and_path_are_the_command_s() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("sub")).unwrap();
    let mut options = options(folder.path());
    options.programs.insert("shell".into(), "/bin/sh".into());
    options.programs.insert("tool".into(), folder.path().join("tools/tool"));
    let (context, _events) = StepContext::detached(options, StepId::new("run", None));
    let command = CommandLine {
        cwd: Some("sub".into()),
        ..CommandLine::new(["shell", "-c", "pwd; echo $GREETING; echo ${PATH%%:/usr*}"]).env("GREETING", "hello")
    };
    let output = context.run(&command).await.unwrap();
    let lines: Vec<_> = output.stdout.lines().collect();
    assert!(lines[0].ends_with("/sub"), "{lines:?}");
    assert_eq!(lines[1], "hello");
    assert!(lines[2].contains("/tools") && lines[2].starts_with("/bin:"), "{lines:?}");
}

#[tokio::test]
async fn what_cannot_be_started_says_so() {
    let fixture = Fixture::new();
    let failure = fixture.context.run(&CommandLine::new(["no-such-tool", "x"])).await.unwrap_err();
    assert_eq!(failure.class, FailureClass::Machine);
    assert_eq!(failure.message, "`no-such-tool` is not found on `PATH`");
    assert!(failure.hint.unwrap().contains("cargo xtask setup"));
    let nowhere = CommandLine {
        cwd: Some("nowhere".into()),
        ..sh("true")
    };
    let failure = fixture.context.run(&nowhere).await.unwrap_err();
    assert!(failure.message.contains("nowhere` does not exist"), "{}", failure.message);
}

#[tokio::test]
async fn a_background_process_does_not_hold_the_step() {
    let fixture = Fixture::new();
    let output = fixture.context.run(&sh("sleep 1000 & echo $! > pid; echo done")).await.unwrap();
    assert!(output.success());
    assert_eq!(output.stdout, "done\n");
    gone(&fixture.written("pid").await).await;
    assert!(fixture.log().contains("still holds its output"));
}

#[tokio::test]
async fn an_escapee_does_not_hold_the_step_either() {
    let fixture = Fixture::new();
    let output = fixture
        .context
        .run(&sh(
            "setsid sh -c 'echo $$ > pid; exec sleep 1000' & while ! [ -s pid ]; do :; done",
        ))
        .await
        .unwrap();
    assert!(output.success());
    let pid = fixture.written("pid").await;
    assert!(
        is_running(&pid),
        "it left the group, so it is out of reach: that is what this test is about"
    );
    assert!(std::process::Command::new("kill").arg(&pid).status().unwrap().success());
}

#[tokio::test]
async fn a_deadline_ends_the_whole_group() {
    let fixture = Fixture::new();
    let command = sh("sleep 1000 & echo $! > pid.new; mv pid.new pid; wait");
    // On a busy machine the shell may not have come far when its time is up: then it gets more.
    let mut deadline = Duration::from_millis(300);
    let failure = loop {
        let failure = fixture.context.run_with(&command, None, deadline).await.unwrap_err();
        if fixture.folder.path().join("pid").exists() {
            break failure;
        }
        deadline *= 2;
    };
    assert!(failure.message.starts_with("`sh` takes longer than "), "{}", failure.message);
    assert_eq!(failure.class, FailureClass::Step);
    assert_eq!(failure.command, Some(command));
    gone(&fixture.written("pid").await).await;
}

#[tokio::test]
async fn who_ignores_term_is_killed() {
    let mut fixture = Fixture::new();
    fixture.context.limits.grace = Duration::from_millis(100);
    let cancel = Cancel::new();
    let context = fixture.context.clone().with_cancel(cancel.clone());
    let stubborn =
        "trap '' TERM; (trap '' TERM; echo $BASHPID > child; while :; do sleep 1; done) & echo $$ > pid; while :; do sleep 1; done";
    let run = tokio::spawn(async move { context.run(&CommandLine::new(["bash", "-c", stubborn])).await });
    let (pid, child) = (fixture.written("pid").await, fixture.written("child").await);
    cancel.request(2);
    let failure = run.await.unwrap().unwrap_err();
    assert!(failure.message.contains("interrupted"), "{}", failure.message);
    gone(&pid).await;
    gone(&child).await;
}

#[tokio::test]
async fn an_interrupted_command_may_tidy_up_and_a_second_signal_does_not_wait() {
    let fixture = Fixture::new();
    let cancel = Cancel::new();
    let mut context = fixture.context.clone().with_cancel(cancel.clone());
    // Nothing ends by grace in this test: it ends by the programs' own doing, or by the second signal.
    context.limits.grace = Duration::from_secs(100_000);
    let tidy = sh("trap 'echo tidied > tidied; exit 0' TERM; echo $$ > pid; while :; do sleep 0.01; done");
    let running = tokio::spawn({
        let context = context.clone();
        async move { context.run(&tidy).await }
    });
    let stubborn = tokio::spawn(async move { context.run(&sh("trap '' TERM; echo $$ > pid2; while :; do sleep 1; done")).await });
    fixture.written("pid").await;
    let pid = fixture.written("pid2").await;
    cancel.request(15);
    assert!(running.await.unwrap().is_err());
    assert_eq!(fixture.written("tidied").await, "tidied");
    cancel.request(15);
    assert!(stubborn.await.unwrap().is_err());
    gone(&pid).await;
}

#[tokio::test]
async fn nothing_starts_once_the_run_is_interrupted() {
    let fixture = Fixture::new();
    let cancel = Cancel::new();
    cancel.request(2);
    let context = fixture.context.clone().with_cancel(cancel);
    assert!(context.run(&sh("touch started")).await.is_err());
    assert!(!fixture.folder.path().join("started").exists());
}

#[tokio::test]
async fn dropping_a_step_kills_what_it_runs() {
    let fixture = Fixture::new();
    let context = fixture.context.clone();
    let run = tokio::spawn(async move { context.run(&sh("sleep 1000 & echo $! > pid; wait")).await });
    let pid = fixture.written("pid").await;
    run.abort();
    gone(&pid).await;
}

#[tokio::test]
async fn a_flood_is_logged_in_full_and_sent_in_part() {
    let mut fixture = Fixture::new();
    let command = sh("yes 0123456789012345678901234567890123456789 | head -c 50000000; head -c 5000000 /dev/zero | tr '\\0' x");
    let output = fixture.context.run(&command).await.unwrap();
    assert_eq!(output.stdout.len(), 55_000_000);
    assert!(
        output.stdout.capacity() <= 2 * 55_000_000,
        "kept once, in one buffer that grew by doubling"
    );
    assert!(
        fs::metadata(fixture.context.log_path()).unwrap().len() > 55_000_000,
        "logs are never cut"
    );
    let lines = fixture.lines();
    assert!(lines.len() < 400_000, "{} events", lines.len());
    assert!(lines.iter().all(|line| line.chars().count() <= 2_001));
}

#[tokio::test]
async fn a_log_that_cannot_be_written_is_the_machine_s_failure() {
    let folder = tempfile::tempdir().unwrap();
    // `/dev/full` as the log: every write fails as on a full disk.
    fs::create_dir_all(folder.path().join("run/logs")).unwrap();
    std::os::unix::fs::symlink("/dev/full", folder.path().join("run/logs/run.web.log")).unwrap();
    let (context, _events) = StepContext::detached(options(folder.path()), StepId::new("run", Some("web")));
    let failure = context.run(&sh("echo hello")).await.unwrap_err();
    assert_eq!(failure.class, FailureClass::Machine);
    assert!(failure.message.contains("cannot be written"), "{}", failure.message);
}
