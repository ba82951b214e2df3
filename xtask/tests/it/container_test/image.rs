//! What an image is, without running it.

use xtask::exec::FailureClass;

use super::fixture::{BUSYBOX, Fixture};

const DESCRIBED: &str = "COPY --chown=1000:1001 --chmod=0640 rootfs/www/index.html /srv/private
USER app
ENV MODE=production
EXPOSE 8080
WORKDIR /srv
ENTRYPOINT [\"sh\"]
CMD [\"-c\", \"exit 3\"]";

#[tokio::test]
async fn what_holds_passes_and_the_size_is_told() {
    let image = Fixture::build(&format!("{BUSYBOX}{DESCRIBED}"));
    let output = image
        .test(
            r#"
            max-size = "20MB"
            user = "app"
            non-root = true
            entrypoint = ["sh"]
            cmd = ["-c", "exit 3"]
            env = { MODE = "production" }
            exposed-ports = ["8080"]
            workdir = "/srv"
            start = { enabled = false }
            files = [
                { path = "/srv/private", type = "file", mode = "0640", owner = "app:app" },
                { path = "/srv", type = "directory" },
                { path = "/bin/sh", type = "symlink", target = "busybox" },
                { path = "/etc/shadow", exists = false },
                { path = "/etc/passwd/x", exists = false },
                { path = "/bin/busybox", mode = "0755", owner = "0:0" },
            ]
            "#,
        )
        .await
        .unwrap();
    assert!(output.size_bytes.is_some_and(|size| size > 1_000_000), "{output:?}");
    assert!(
        output.notes[0].starts_with("14 checks pass: max-size, user, non-root"),
        "{output:?}"
    );
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once() {
    let image = Fixture::build(&format!("{BUSYBOX}{DESCRIBED}\nUSER toor"));
    let message = image
        .failure(
            r#"
            max-size = "1kB"
            user = "app"
            non-root = true
            entrypoint = []
            workdir = "/"
            labels = { team = "web" }
            start = { enabled = false }
            http = { port = 80 }
            files = [
                { path = "/srv/private", type = "directory", mode = "0600", owner = "0:0" },
                { path = "/srv/private", owner = "stranger" },
                { path = "/bin", exists = false },
                { path = "/nowhere" },
                { path = "/bin/sh", target = "bash" },
            ]
            "#,
        )
        .await;
    let size = message
        .lines()
        .find(|line| line.contains("max-size"))
        .unwrap_or_default()
        .to_owned();
    assert!(size.contains("expected at most 1.0kB, actual 2.0MB"), "{message}");
    insta::assert_snapshot!(message.replace(&size, "✗ max-size"), @r#"
    12 of 12 checks fail
    ✗ max-size
    ✗ user: expected `app`, actual `toor`
    ✗ non-root: expected a user other than root, actual `toor` is uid 0
    ✗ entrypoint: expected `[]`, actual `["sh"]`
    ✗ label `team`: expected `web`, actual not set
    ✗ workdir: expected `/`, actual `/srv`
    ✗ file `/srv/private`: expected type directory, actual file; expected mode 0600, actual 0640; expected owner `0:0`, actual 1000:1001
    ✗ file `/srv/private`: expected owner `stranger` is not in the image's `/etc/passwd`
    ✗ file `/bin`: expected not to be there, actual directory 0755 0:0
    ✗ file `/nowhere`: expected to be there, actual absent
    ✗ file `/bin/sh`: expected to point at `bash`, actual `busybox`
    ✗ http: expected a started container, actual `start.enabled` is `false`
    "#);
}

#[tokio::test]
async fn an_image_without_shell_or_accounts_is_tested_all_the_same() {
    let image = Fixture::build("FROM scratch\nCOPY rootfs/www/ /www/\nUSER 1000");
    let checks = "non-root = true\nstart = { enabled = false }\nfiles = [{ path = '/www', type = 'directory' }, { path = '/etc/passwd', exists = false }]";
    image.test(checks).await.unwrap();

    let image = Fixture::build("FROM scratch\nCOPY rootfs/www/ /www/\nUSER app");
    let message = image.failure(checks).await;
    assert!(
        message.contains("✗ non-root: expected a user other than root, actual `app` is not in the image's `/etc/passwd`"),
        "{message}"
    );
}

#[tokio::test]
async fn an_image_that_was_not_built_or_is_gone_is_a_failure_of_its_own() {
    let image = Fixture::build(BUSYBOX);
    let name = xtask::pipeline::ImageName::new("web");
    image.context.outputs.built.lock().unwrap().get_mut(&name).unwrap().id = format!("sha256:{}", "0".repeat(64));
    let failure = image.test("").await.unwrap_err();
    assert_eq!(failure.class, FailureClass::Machine);
    assert!(failure.message.starts_with("`docker image` fails: "), "{}", failure.message);

    image.context.outputs.built.lock().unwrap().clear();
    let failure = image.test("").await.unwrap_err();
    assert_eq!(failure.message, "the image `web` has not been built in this run");
}
