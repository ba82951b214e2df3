//! `env` of a stage reaches the commands of that stage, and of no other.

use crate::support::project::Project;

#[test]
fn a_stages_environment_is_its_own() {
    let stage =
        |name: &str, env: &str, check: &str| format!("[[stages]]\nname = \"{name}\"\nneeds = []\n{env}run = [\"sh\", \"-c\", '{check}']\n");
    let with = stage("with", "env = { GREETING = \"hello\" }\n", "test \"$GREETING\" = hello");
    let without = stage("without", "", "test -z \"$GREETING\"");
    let task = "[tasks.all]\nstages = [\"with\", \"without\"]\n";
    let project = Project::new(&format!("[images.web]\ncontext = \"web\"\n{with}{without}{task}"));
    project.file("web/Dockerfile", "FROM scratch\n");
    let plan = project.run(&["plan", "all", "--format", "json"]).ends(0);
    assert_eq!(plan.step("with:web")["env"], serde_json::json!({ "GREETING": "hello" }));
    let ran = project.run(&["all", "--format", "json"]).ends(0);
    assert_eq!(ran.outcomes(), ["with:web passed", "without:web passed"]);
}
