//! The JSON schema of pipeline.toml: current, and true of our own file.

use std::{fs, path::Path};

use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn printed() -> String {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("schema")
        .output()
        .unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_schema_in_the_docs_is_current() {
    let kept = fs::read_to_string(root().join("docs/pipeline.schema.json")).unwrap_or_default();
    assert!(kept == printed(), "run `cargo xtask schema > docs/pipeline.schema.json`");
}

#[test]
fn every_key_of_our_own_pipeline_is_in_the_schema_and_in_the_reference() {
    let schema: Value = serde_json::from_str(&printed()).unwrap();
    let reference = fs::read_to_string(root().join("docs/pipeline.md")).unwrap();
    let mut seen = 0;
    for (name, definition) in schema["definitions"].as_object().unwrap() {
        for key in definition["properties"].as_object().into_iter().flat_map(|keys| keys.keys()) {
            seen += 1;
            assert!(
                reference.contains(&format!("`{key}`")),
                "`{key}` of {name} is not in docs/pipeline.md"
            );
        }
    }
    assert!(seen > 60, "the schema has lost its keys");
    let stage = &schema["definitions"]["StageTable"]["properties"];
    for key in ["uses", "needs", "fail-on", "severity", "max-size", "run", "skip"] {
        assert!(stage[key].is_object(), "`{key}` is no key of a stage");
    }
}
