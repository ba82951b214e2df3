//! The JSON schema of pipeline.toml, made from the very types that read it.

use schemars::{JsonSchema, SchemaGenerator, generate::SchemaSettings};
use serde_json::{Map, Value, json};

use crate::{
    manifest::Tables,
    pipeline::options::{ContainerTestOptions, DockerBuildOptions, HadolintOptions, PushOptions, RunOptions, TrivyOptions},
};

use super::{Console, DONE};

/// Prints the schema.
pub(super) fn print(console: &Console) -> u8 {
    console.out(&text());
    DONE
}

/// The schema as it is kept in `docs/pipeline.schema.json`.
pub fn text() -> String {
    serde_json::to_string_pretty(&schema()).unwrap_or_default() + "\n"
}

/// As written, stage options stand beside a stage's own keys, and build options and overrides in the image's table: put them there.
fn schema() -> Value {
    let mut generator = SchemaSettings::draft07().into_generator();
    let stages = [
        ("hadolint", properties::<HadolintOptions>(&mut generator)),
        ("docker-build", properties::<DockerBuildOptions>(&mut generator)),
        ("container-test", properties::<ContainerTestOptions>(&mut generator)),
        ("trivy", properties::<TrivyOptions>(&mut generator)),
        ("push", properties::<PushOptions>(&mut generator)),
        ("run", properties::<RunOptions>(&mut generator)),
    ];
    let mut schema = generator.into_root_schema_for::<Tables>().to_value();
    schema["title"] = json!("pipeline.toml");
    let build = stages[1].1.clone();
    let mut all = Map::new();
    for (_, options) in &stages {
        all.extend(options.clone());
    }
    all.insert(
        "skip".to_owned(),
        json!({ "type": "string", "description": "Leave the stage out, for this reason." }),
    );
    extend(&mut schema["definitions"]["StageTable"], all.clone());
    extend(&mut schema["definitions"]["ImageTable"], build);
    schema["definitions"]["ImageTable"]["additionalProperties"] =
        json!({ "type": "object", "description": "Overrides of the stage of this name.", "properties": all });
    schema
}

fn properties<T: JsonSchema>(generator: &mut SchemaGenerator) -> Map<String, Value> {
    let mut schema = T::json_schema(generator).to_value();
    schema
        .get_mut("properties")
        .and_then(Value::as_object_mut)
        .map(std::mem::take)
        .unwrap_or_default()
}

fn extend(table: &mut Value, properties: Map<String, Value>) {
    if let Some(known) = table.get_mut("properties").and_then(Value::as_object_mut) {
        for (key, value) in properties {
            known.entry(key).or_insert(value);
        }
    }
}
