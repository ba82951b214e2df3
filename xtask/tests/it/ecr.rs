//! `cargo xtask ecr`: repositories of a real client against an API that is not of our making (moto): created, changed, left alone, pruned.

use serde_json::{Value, json};

use crate::support::{
    moto::Moto,
    project::{Project, Ran},
};

const PIPELINE: &str = r#"
[images]
web = { context = "web" }
api = { context = "api" }
[[stages]]
name = "build"
uses = "docker-build"
[registries.local]
host = "127.0.0.1:1"
"#;

/// A project with an ECR registry, and the API it talks to.
struct Account {
    project: Project,
    moto: Moto,
}

impl Account {
    fn new(registry: &str) -> Self {
        let account = Self {
            project: Project::new(""),
            moto: Moto::start(),
        };
        for image in ["web", "api"] {
            account.project.file(&format!("{image}/Dockerfile"), "FROM scratch\n");
        }
        account.declare(registry);
        account
    }

    fn declare(&self, registry: &str) {
        let head = "[registries.production]\nuses = \"ecr\"\nregion = \"us-east-1\"\n";
        self.project.pipeline(&format!("{PIPELINE}{head}{registry}"));
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let endpoint = format!("http://127.0.0.1:{}", self.moto.port());
        let variables = [
            ("AWS_ENDPOINT_URL_ECR", endpoint.as_str()),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
        ];
        self.project.run_with(&variables, &[&["ecr"], arguments].concat())
    }

    /// The changes that a plan has for an image: `what: from -> to`, with `!` before those that are not made.
    fn changes(&self, image: &str) -> Vec<String> {
        let plan = self.run(&["plan", "--format", "json"]).ends(0).json();
        let repositories = plan["repositories"].as_array().unwrap();
        let repository = repositories.iter().find(|repository| repository["image"] == image).unwrap();
        let text = |value: &Value| value.as_str().unwrap_or("none").to_owned();
        let change = |change: &Value| {
            let mark = if change["applies"] == true { "" } else { "!" };
            format!(
                "{mark}{}: {} -> {}",
                text(&change["what"]),
                text(&change["from"]),
                text(&change["to"])
            )
        };
        repository["changes"].as_array().unwrap().iter().map(change).collect()
    }
}

const DECLARED: &str = "immutable-tags = true\nscan-on-push = true\nlifecycle = { keep = [\"v*\"], keep-last = 30, expire-untagged = \"7d\" }\n\
                        resource-tags = { team = \"shop\" }\npolicy = \"policy.json\"\n";
const POLICY: &str =
    r#"{"Version": "2012-10-17", "Statement": [{"Sid": "pull", "Effect": "Allow", "Principal": "*", "Action": ["ecr:BatchGetImage"]}]}"#;

#[test]
fn repositories_become_what_is_declared_and_then_stay() {
    let account = Account::new(DECLARED);
    account.project.file("policy.json", POLICY);
    let name = &account.project.name;
    let plan = account.run(&["plan"]).ends(0).stdout;
    for line in [
        &format!("+ {name}/web is to be created"),
        "    tag mutability     IMMUTABLE\n",
        "    lifecycle          keep v*; expire untagged images after 7 days; keep the last 30 images\n",
        "2 to create, 0 to change",
    ] {
        assert!(plan.contains(line), "no {line:?} in\n{plan}");
    }
    account
        .run(&["apply"])
        .ends(2)
        .says(&["2 to create", "nothing is changed without a yes"]);
    account
        .run(&["apply", "--yes"])
        .ends(0)
        .says(&[&format!("created {name}/web"), &format!("created {name}/api")]);
    let again = account.run(&["apply"]).ends(0);
    assert!(again.stdout.contains(&format!("= {name}/web is as declared")), "{}", again.stdout);
    assert!(again.stdout.contains("0 to create, 0 to change"), "{}", again.stdout);
}

#[test]
fn drift_is_shown_and_only_what_is_declared_is_changed() {
    // moto takes scanning being switched on, and not its being switched off.
    let account = Account::new(&DECLARED.replace("scan-on-push = true\n", ""));
    account.project.file("policy.json", POLICY);
    account.run(&["apply", "web", "--yes"]).ends(0);
    account.declare("scan-on-push = true\nresource-tags = { owner = \"me\" }\nencryption = \"KMS\"\n");
    assert_eq!(
        account.changes("web"),
        [
            "tag mutability: IMMUTABLE -> MUTABLE",
            "scan on push: no -> yes",
            "!encryption: AES256 -> KMS",
            "!lifecycle: keep v*; expire untagged images after 7 days; keep the last 30 images -> none",
            &format!("!repository policy: {} -> none", serde_json::from_str::<Value>(POLICY).unwrap()),
            "resource tag owner: none -> me",
            "!resource tag team: shop -> none",
        ]
    );
    let said = account.run(&["plan", "web"]).ends(0).stdout;
    for part in [
        "only a new repository can have that",
        "(not declared; `--prune` removes it)",
        "0 to create, 1 to change, 4 left as they are",
    ] {
        assert!(said.contains(part), "no {part:?} in\n{said}");
    }
    account.run(&["apply", "web", "--yes"]).ends(0);
    let left = account.changes("web");
    assert_eq!(left.len(), 4, "{left:?}");
    assert!(left.iter().all(|change| change.starts_with('!')), "{left:?}");
    account.run(&["apply", "web", "--yes", "--prune"]).ends(0);
    assert_eq!(account.changes("web"), ["!encryption: AES256 -> KMS"]);
}

#[test]
fn the_policy_for_iam_names_what_there_is() {
    let account = Account::new("account = \"123456789012\"\n");
    let policy = account.run(&["policy", "web"]).ends(0).json();
    let expected = json!([format!(
        "arn:aws:ecr:us-east-1:123456789012:repository/{}/web",
        account.project.name
    )]);
    assert_eq!(policy["Statement"][1]["Resource"], expected);
}

#[test]
fn what_cannot_be_is_said() {
    let account = Account::new("lifecycle = { file = \"none.json\" }\n");
    account.run(&["plan"]).ends(3).says(&["cannot read `none.json`"]);
    account.project.file("none.json", "{");
    account.run(&["plan"]).ends(3).says(&["`none.json` is no JSON"]);
    account
        .run(&["plan", "--registry", "local"])
        .ends(2)
        .says(&["`local` is no registry with `uses = \"ecr\"`; there is `production`"]);
    account.run(&["plan", "wob"]).ends(2).says(&["did you mean `web`?"]);
    account.project.pipeline(PIPELINE);
    account.run(&["plan"]).ends(2).says(&["declares no registry with `uses = \"ecr\"`"]);
}
