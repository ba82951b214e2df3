//! Commands in containers of their own.

use super::fixture::{BUSYBOX, Fixture};

#[tokio::test]
async fn commands_are_held_to_exit_code_and_output() {
    let image = Fixture::build(&format!("{BUSYBOX}USER app\nENTRYPOINT [\"sh\", \"-c\"]"));
    let output = image
        .test(
            r#"
            start = { enabled = false }
            run = [
                { args = ["id -u; echo warn >&2"], stdout = "^1000\n$", stderr = "^warn" },
                { entrypoint = "id", args = ["-g"], stdout = "1001" },
                { args = ["exit 42"], exit-code = 42 },
            ]
            "#,
        )
        .await
        .unwrap();
    assert_eq!(
        output.notes,
        ["3 checks pass: run `'id -u; echo warn >&2'`, run `id -g`, run `'exit 42'`"]
    );
}

#[tokio::test]
async fn each_wrong_command_is_told_and_one_that_hangs_is_removed() {
    let image = Fixture::build(BUSYBOX);
    let message = image
        .failure(
            r#"
            start = { enabled = false }
            run = [
                { args = ["sh", "-c", "echo no >&2; exit 3"], stdout = "yes", stderr = "(" },
                { args = ["sleep", "1000"], timeout = "1s" },
                { args = ["nothing-of-the-kind"] },
                { args = ["echo", "hi"], stdout = "hi" },
            ]
            "#,
        )
        .await;
    let (first, rest) = message.split_once("\n✗ run `sleep 1000`: ").unwrap();
    assert_eq!(
        first,
        "3 of 4 checks fail\n✗ run `sh -c 'echo no >&2; exit 3'`: expected exit code 0, actual 3: `no`; expected stdout to match `yes`, actual ``; \
         expected `(` is not a regular expression"
    );
    let (hangs, missing) = rest.split_once('\n').unwrap();
    assert_eq!(hangs, "expected to end within 1s, actual still running");
    assert!(
        missing.starts_with("✗ run `nothing-of-the-kind`: expected exit code 0, actual 127"),
        "{missing}"
    );
}
