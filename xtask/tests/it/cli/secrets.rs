//! Build secrets: needed, used, and seen nowhere.

use crate::support::project::{Project, docker};

/// Shaped like nothing a scanner knows.
const VALUE: &str = "s3cr3t-do-not-show";

fn project() -> Project {
    let project = Project::new(
        "[images.web]\ncontext = \"web\"\nsecrets = [\"id=token,env=IT_TOKEN\"]\n[[stages]]\nname = \"build\"\nuses = \"docker-build\"\n",
    );
    // The file of the project's own keeps the step out of the cache: it must run, and shout.
    project.file("web/unique", &project.name).image(
        "web",
        "FROM scratch\nCOPY busybox /bin/busybox\nCOPY unique /unique\n\
         RUN --mount=type=secret,id=token,required=true [\"/bin/busybox\", \"sh\", \"-c\", \
         \"echo the token is $(/bin/busybox cat /run/secrets/token); /bin/busybox wc -c < /run/secrets/token > /length\"]\n",
    );
    project
}

#[test]
fn a_secret_is_seen_neither_in_output_nor_in_files_nor_in_the_image() {
    let project = project();
    let ran = project
        .run_with(&[("IT_TOKEN", VALUE)], &["build", "--verbose", "--format", "json"])
        .ends(0)
        .says(&["the token is ***"]);
    assert!(!ran.stderr.contains(VALUE) && !ran.stdout.contains(VALUE), "{}", ran.stderr);
    assert_eq!(project.files_with(VALUE), Vec::<std::path::PathBuf>::new());

    let image = project.reference("web");
    let length = docker(&["run", "--rm", &image, "/bin/busybox", "cat", "/length"]);
    assert_eq!(length, VALUE.len().to_string(), "the build did get it");
    assert!(!docker(&["history", "--no-trunc", &image]).contains(VALUE));
    assert!(!docker(&["image", "inspect", &image]).contains(VALUE));
}

#[test]
fn a_secret_that_is_not_set_fails_the_build() {
    let project = project();
    for variables in [&[][..], &[("IT_TOKEN", "")]] {
        project
            .run_with(variables, &["build"])
            .ends(1)
            .says(&["build secret `token` has no value", "`IT_TOKEN` is not set", "hint"]);
    }
}
