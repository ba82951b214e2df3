//! Labels and annotations, as `cargo xtask tags --format json` has them.

use super::Ci;

const PIPELINE: &str = "[project]\nname = \"shop\"\n[images.web]\ncontext = \"web\"\n[images.web.labels]\nteam = \"{{branch}} {{version}}\"\n\"org.opencontainers.image.title\" = \"mine\"\n[[stages]]\nname = \"build\"\nuses = \"docker-build\"\nlabels = { all = \"{{{branch}}}\" }\n[[tags]]\nvalue = \"one\"\n";

#[test]
fn oci_keys_come_from_the_run_and_the_payload_and_what_people_write_wins() {
    let run = Ci::github("release", "refs/heads/a&b").payload("release");
    let named = run.named(PIPELINE);
    let labels: Vec<String> = named.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let expected = [
        "all=a&b",
        "org.opencontainers.image.created=2026-02-03T04:05:06.000Z",
        "org.opencontainers.image.description=Sells things",
        "org.opencontainers.image.licenses=Apache-2.0",
        "org.opencontainers.image.revision=1111111111111111111111111111111111111111",
        "org.opencontainers.image.source=https://github.example/acme/shop-renamed",
        "org.opencontainers.image.title=mine",
        "org.opencontainers.image.url=https://github.example/acme/shop-renamed",
        "org.opencontainers.image.version=one",
        "team=a&amp;b one",
    ];
    assert_eq!(labels, expected);
    assert_eq!(named.annotations["org.opencontainers.image.title"], "web");
    assert!(!named.annotations.contains_key("team"));
}

#[test]
fn the_pipelines_own_words_win_over_the_payloads() {
    let own = PIPELINE.replace("name = \"shop\"", "name = \"shop\"\ndescription = \"Ours\"\nlicenses = \"MIT\"");
    let named = Ci::github("release", "refs/heads/main").payload("release").named(&own);
    assert_eq!(named.labels["org.opencontainers.image.description"], "Ours");
    assert_eq!(named.labels["org.opencontainers.image.licenses"], "MIT");
}

#[test]
fn what_nobody_knows_is_left_out() {
    let named = Ci::nothing().named(PIPELINE);
    let keys: Vec<&str> = named.labels.keys().map(|key| key.rsplit('.').next().unwrap()).collect();
    assert_eq!(keys, ["all", "created", "title", "version", "team"]);
    assert_eq!(named.labels["all"], "");
}
