//! A push that is no release keeps its way: each image by itself, as soon as it is ready.

use crate::support::registry::Registry;

use super::project::project;

#[test]
fn a_push_of_a_branch_waits_for_no_other_image() {
    let registry = Registry::start();
    let project = project(
        "[tasks.edge]\nstages = [\"build\", \"push\"]\nregistry = \"one\"\n",
        &[("one", &registry.host())],
    );
    project.file("web/Dockerfile", "FROM scratch\nCOPY missing /\n").commit();
    let ran = project.run(&["edge", "--keep-going", "--format", "json"]).ends(1);
    assert_eq!(ran.step("push:web")["outcome"], "skipped");
    let sha = project.git(&["rev-parse", "--short=7", "HEAD"]);
    let tags = registry.tags(&format!("{}/api", project.name));
    assert_eq!(tags.into_keys().collect::<Vec<_>>(), [format!("sha-{sha}")]);
}
