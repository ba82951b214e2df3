//! A container that serves, or fails to.

use xtask::exec::{Cancel, action};

use super::fixture::{BUSYBOX, Fixture, job};

/// A server that handles SIGTERM, as busybox's own does not.
fn server(before: &str) -> String {
    let script = format!("trap 'exit 0' TERM; {before} httpd -f -p 8080 -h /www & wait");
    format!("{BUSYBOX}CMD [\"sh\", \"-c\", \"{script}\"]\n")
}

fn script(script: &str) -> String {
    format!("{BUSYBOX}CMD [\"sh\", \"-c\", \"{script}\"]\n")
}

#[tokio::test]
async fn a_service_that_does_all_it_should_passes() {
    let image = Fixture::build(&format!(
        "{}HEALTHCHECK --retries=1 CMD [\"test\", \"-e\", \"/run/ready\"]",
        server("echo $MODE > /run/ready;")
    ));
    let output = image
        .test(
            r#"
            healthcheck = true
            http = { port = 8080, path = "/index.html", body = "^hello" }
            run = [{ args = ["echo", "beside"] }]
            [start]
            env = { MODE = "production" }
            read-only = true
            tmpfs = ["/run"]
            stops-within = "10s"
            "#,
        )
        .await
        .unwrap();
    assert_eq!(
        output.notes,
        ["5 checks pass: start, http GET /index.html on port 8080, healthcheck, stops-within, run `echo beside`"]
    );
}

#[tokio::test]
async fn one_that_exits_at_once_shows_its_code_and_its_last_words() {
    let image = Fixture::build(&script("echo no database >&2; exit 4"));
    let message = image
        .failure("http = { port = 8080 }\nstart = { stays-up = '1h', stops-within = '1s' }")
        .await;
    assert!(
        message.contains("✗ start: expected to stay up 3600s, actual it exits with exit code 4 after "),
        "{message}"
    );
    assert!(message.contains("; meanwhile the container exits with exit code 4\n"), "{message}");
    assert!(
        message.contains("✗ stops-within: expected to run until it is asked to stop, actual it exits with exit code 4 before"),
        "{message}"
    );
    assert!(message.ends_with("\nthe container's last lines:\n  no database"), "{message}");
}

#[tokio::test]
async fn one_that_cannot_be_started_says_why() {
    let image = Fixture::build(&format!("{BUSYBOX}CMD [\"nothing-of-the-kind\"]"));
    let message = image.failure("http = { port = 8080 }").await;
    assert!(
        message.starts_with("1 of 1 check fails\n✗ start: expected to start, actual "),
        "{message}"
    );
    assert!(message.contains("executable file not found"), "{message}");
}

#[tokio::test]
async fn one_that_dies_during_the_probe_is_told_of_before_the_time_is_up() {
    // It ends with the first connection, whatever is asked: no clock decides.
    let image = Fixture::build(&script("nc -l -p 8080 >/dev/null; echo that was too much; exit 7"));
    let message = image
        .failure("http = { port = 8080, timeout = '10m' }\nstart = { stays-up = '0s' }")
        .await;
    assert!(message.contains("meanwhile the container exits with exit code 7"), "{message}");
    assert!(message.ends_with("\n  that was too much"), "{message}");
}

#[tokio::test]
async fn a_wrong_answer_is_shown() {
    let image = Fixture::build(&server(""));
    let message = image
        .failure("http = { port = 8080, path = '/nothing', timeout = '3s' }\nstart = { stays-up = '0s' }")
        .await;
    assert!(
        message.contains("✗ http GET /nothing on port 8080: expected status 200, actual status 404, body `"),
        "{message}"
    );
    assert!(message.contains("within 3s"), "{message}");
    let message = image.failure("http = { port = 8080, body = 'bye', timeout = '3s' }").await;
    assert!(
        message.contains("expected a body that matches `bye`, actual status 200, body `hello from busybox`, within 3s"),
        "{message}"
    );
    let message = image.failure("http = { port = 8080, path = '/a b' }").await;
    assert!(message.contains("the path makes no request"), "{message}");
}

#[tokio::test]
async fn no_answer_at_all_is_told_as_such() {
    let image = Fixture::build(&script("sleep 1000"));
    let message = image
        .failure("http = { port = 8080, timeout = '1s' }\nstart = { stays-up = '0s' }")
        .await;
    assert!(
        message.contains("✗ http GET / on port 8080: expected status 200, actual "),
        "{message}"
    );
    assert!(message.contains("within 1s"), "{message}");
    assert!(message.ends_with("(it wrote nothing)"), "{message}");
}

#[tokio::test]
async fn slow_to_become_healthy_is_healthy() {
    // It becomes healthy at its fourth probe, although the image allows for no retry and asks every 30 s only.
    let check = "if test -e /tmp/3; then exit 0; elif test -e /tmp/2; then touch /tmp/3; elif test -e /tmp/1; then touch /tmp/2; else touch /tmp/1; fi; exit 1";
    let image = Fixture::build(&format!("{}HEALTHCHECK --retries=1 CMD {check}", script("sleep 1000")));
    let output = image.test("healthcheck = true").await.unwrap();
    assert_eq!(output.notes, ["2 checks pass: start, healthcheck"]);
}

#[tokio::test]
async fn what_is_not_healthy_shows_what_its_probe_says() {
    let image = Fixture::build(&format!("{}HEALTHCHECK CMD echo connection refused; exit 1", script("sleep 1000")));
    let message = image.failure("healthcheck = true\nstart = { timeout = '4s' }").await;
    assert!(
        message.contains("✗ healthcheck: expected to become healthy, actual not within 4s: "),
        "{message}"
    );
    assert!(
        message.contains("in a row fail, the last with exit code 1 and output `connection refused`"),
        "{message}"
    );
}

#[tokio::test]
async fn a_probe_whose_program_is_missing_is_not_waited_for() {
    for check in ["CMD curl localhost", "CMD [\"/curl\"]"] {
        let image = Fixture::build(&format!("{}HEALTHCHECK {check}", script("sleep 1000")));
        let message = image
            .failure("healthcheck = true\nstart = { timeout = '10m', stays-up = '0s' }")
            .await;
        assert!(
            message.contains("expected to become healthy, actual ") && message.contains(" in a row fail, the last with "),
            "{message}"
        );
        assert!(message.contains("curl"), "{message}");
    }
}

#[tokio::test]
async fn an_image_without_healthcheck_says_so() {
    for check in ["", "HEALTHCHECK NONE"] {
        let image = Fixture::build(&format!("{}{check}", script("sleep 1000")));
        let message = image.failure("healthcheck = true").await;
        assert!(message.contains("actual the image has no `HEALTHCHECK`"), "{message}");
    }
}

#[tokio::test]
async fn one_that_ignores_its_stop_signal_is_told_of() {
    let image = Fixture::build(&script("sleep 1000; echo"));
    let message = image.failure("start = { stays-up = '0s', stops-within = '1s' }").await;
    assert!(
        message.contains("✗ stops-within: expected to exit within 1s of SIGTERM, actual still running"),
        "{message}"
    );
    let image = Fixture::build(&format!(
        "{}STOPSIGNAL SIGQUIT",
        script("trap 'exit 5' QUIT; while sleep 0.1; do echo; done")
    ));
    image.test("start = { stops-within = '30s' }").await.unwrap();
}

#[tokio::test]
async fn a_write_to_a_read_only_file_system_fails() {
    let image = Fixture::build(&script("set -e; touch /tmp/fine; touch /data; sleep 1000"));
    let message = image.failure("start = { read-only = true, stays-up = '1h' }").await;
    assert!(
        message.contains("✗ start: expected to stay up 3600s, actual it exits with exit code 1"),
        "{message}"
    );
    assert!(message.contains("/data: Read-only file system"), "{message}");
    image.test("start = { read-only = false }").await.unwrap();
}

#[tokio::test]
async fn an_interrupted_test_removes_its_container() {
    let mut image = Fixture::build(&script("sleep 1000"));
    let cancel = Cancel::new();
    let context = image.context.clone().with_cancel(cancel.clone());
    let job = job("start = { stays-up = '10m' }");
    let test = tokio::spawn(async move { action::test::run(&job, &context).await });
    image.logged("$ docker wait ").await;
    cancel.request(15);
    let failure = test.await.unwrap().unwrap_err();
    assert!(failure.message.contains("interrupted"), "{}", failure.message);
    assert_eq!(image.containers(), "");
}
