//! Ctrl-C.

use std::{
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

use crate::support::project::{Project, Ran, SLEEPER};

const DEADLINE: Duration = Duration::from_mins(2);

/// Asks again and again until there is an answer: the only way to learn of what another process does to the engine.
fn poll<T>(child: &mut Child, what: &str, mut ask: impl FnMut(&mut Child) -> Option<T>) -> T {
    let since = Instant::now();
    loop {
        if let Some(answer) = ask(child) {
            return answer;
        }
        if since.elapsed() > DEADLINE {
            let _ = child.kill();
            panic!("no {what} after {DEADLINE:?}");
        }
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn an_interrupted_run_leaves_no_container_and_says_what_was_done() {
    let project = Project::new(
        "[images.web]\ncontext = \"web\"\ntest = { start = { stays-up = \"10m\" } }\n\
         [[stages]]\nname = \"build\"\nuses = \"docker-build\"\n[[stages]]\nname = \"test\"\nuses = \"container-test\"\n\
         [[stages]]\nname = \"scan\"\nuses = \"trivy\"\nscanners = [\"secret\"]\noffline = true\n",
    );
    project.image("web", SLEEPER);
    let mut command = project.command(&["scan", "--format", "json"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    poll(&mut child, "container", |child| {
        assert!(child.try_wait().unwrap().is_none(), "it ended before its container ran");
        (!project.containers().is_empty()).then_some(())
    });
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    poll(&mut child, "end", |child| child.try_wait().unwrap());

    let ran = Ran::of(&child.wait_with_output().unwrap()).ends(130).says(&["SIGINT"]);
    assert_eq!(ran.outcomes(), ["build:web passed", "test:web cancelled", "scan:web cancelled"]);
    assert_eq!(ran.json()["exit_code"], 130);
    assert_eq!(project.containers(), Vec::<String>::new());
}
