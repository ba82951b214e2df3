//! `cargo xtask ecr`: repositories of a real client against an API that is not of our making (moto): created, changed, left alone, pruned.

use serde_json::{Value, json};

use crate::support::{
    fault_proxy::{Fault, FaultProxy, Rule},
    http,
    moto::{self, Moto},
    project::{Project, Ran},
    registry::Registry,
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
        self.run_at(self.moto.port(), arguments)
    }

    /// With the API at another port.
    fn run_at(&self, port: u16, arguments: &[&str]) -> Ran {
        let endpoint = format!("http://127.0.0.1:{port}");
        let variables = [
            ("AWS_ENDPOINT_URL_ECR", endpoint.as_str()),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
        ];
        self.project.run_with(&variables, &[&["ecr"], arguments].concat())
    }

    /// Puts a manifest under a tag, as a push would.
    fn put_image(&self, repository: &str, tag: &str) {
        self.put_content(repository, tag, 0);
    }

    /// As [`put_image`](Self::put_image), one of several images.
    fn put_content(&self, repository: &str, tag: &str, content: usize) {
        let manifest = json!({"schemaVersion": 2, "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
            "config": {"mediaType": "application/vnd.docker.container.image.v1+json", "size": 2, "digest": format!("sha256:{content:064}")}, "layers": []})
        .to_string();
        // moto takes the digest it is told, and makes up another where it is told none.
        let digest = xtask::tool::manifest::sha256(manifest.as_bytes());
        let body = json!({"repositoryName": repository, "imageTag": tag, "imageManifest": manifest, "imageDigest": digest}).to_string();
        let headers = [
            ("Content-Type", "application/x-amz-json-1.1"),
            ("X-Amz-Target", "AmazonEC2ContainerRegistry_V20150921.PutImage"),
            (
                "Authorization",
                "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/ecr/aws4_request, SignedHeaders=host, Signature=x",
            ),
        ];
        let answer = http::request(self.moto.port(), "POST", "/", &headers, body.as_bytes());
        assert_eq!(answer.status, 200, "{answer:?}");
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
fn images_are_listed_with_their_tags() {
    let account = Account::new("");
    let repository = format!("{}/web", account.project.name);
    account.run(&["apply", "web", "--yes"]).ends(0);
    let listed = account.run(&["ls"]).ends(0).stdout;
    assert_eq!(
        listed,
        format!(
            "{repository}\n  no images\n\n{0}/api\n  does not exist; `cargo xtask ecr apply` creates it\n",
            account.project.name
        )
    );
    for tag in ["1.0.0", "latest"] {
        account.put_image(&repository, tag);
    }
    let answer = account.run(&["ls", "web", "--format", "json"]).ends(0).json();
    let images = answer["repositories"][0]["images"].as_array().unwrap().clone();
    assert_eq!(images.len(), 1, "{answer}");
    assert_eq!(images[0]["tags"], json!(["1.0.0", "latest"]));
    let line = account.run(&["ls", "web"]).ends(0).stdout;
    let digest = &images[0]["digest"].as_str().unwrap()[..19];
    assert!(line.contains(digest) && line.contains("never pulled  1.0.0, latest"), "{line}");
}

#[test]
fn an_image_is_promoted_with_its_digest() {
    let account = Account::new("");
    let repository = format!("{}/web", account.project.name);
    account.run(&["apply", "web", "--yes"]).ends(0);
    account.put_content(&repository, "1.0.0-rc.1", 1);
    account.put_content(&repository, "edge", 2);
    let promote = |from: &str, to: &str, more: &[&str]| account.run(&[&["promote", "web", "--from", from, "--to", to], more].concat());

    let done = promote("1.0.0-rc.1", "1.0.0", &["--format", "json"]).ends(0).json();
    assert_eq!(done["changed"], true);
    let images = account.run(&["ls", "web", "--format", "json"]).ends(0).json()["repositories"][0]["images"].clone();
    let image = |tag: &str| {
        let images = images.as_array().unwrap().iter();
        images
            .clone()
            .find(|image| image["tags"].as_array().unwrap().contains(&json!(tag)))
            .unwrap()
    };
    assert_eq!(image("1.0.0"), image("1.0.0-rc.1"), "{images}");
    assert_eq!(image("1.0.0")["digest"], done["digest"]);

    let again = promote("1.0.0-rc.1", "1.0.0", &["--format", "json"]).ends(0).json();
    assert_eq!((&again["changed"], &again["digest"]), (&json!(false), &done["digest"]));
    promote("edge", "1.0.0", &[])
        .ends(5)
        .says(&["stands for `sha256:", "and `edge` is `sha256:", "promote to another tag"]);
    promote("edge", "1.0.0", &["--move"]).ends(0);
    account
        .run(&["promote", "*", "--from", "a", "--to", "b"])
        .ends(2)
        .says(&["`*` is more than one image"]);
    promote("2.0.0", "3.0.0", &[])
        .ends(1)
        .says(&["there is no image", "`cargo xtask ecr ls web` lists what there is"]);
}

#[test]
fn people_get_a_docker_login_of_their_own_and_no_token_is_shown() {
    let account = Account::new("");
    let registry = Registry::with_login("AWS", moto::PASSWORD);
    let redirect = Rule {
        method: "POST",
        path: "/",
        times: 1,
        fault: Fault::Replace(format!("https://{}", moto::HOST), format!("http://{}", registry.host())),
    };
    let proxy = FaultProxy::start(account.moto.port(), vec![redirect]);
    let ran = account.run_at(proxy.port, &["login"]).ends(0);
    assert!(
        ran.stdout.starts_with(&format!("docker is logged in to {}", registry.host())),
        "{}",
        ran.stdout
    );
    let config = std::fs::read_to_string(account.project.home().join(".docker/config.json")).unwrap();
    assert!(config.contains(&registry.host()), "{config}");
    assert!(!(ran.stdout + &ran.stderr).contains(moto::PASSWORD));

    // Amazon's own host is not to be had here.
    account.run(&["login"]).ends(7).says(&["docker does not log in to", moto::HOST]);
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
