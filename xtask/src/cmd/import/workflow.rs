//! Where the steps are: in the jobs of a workflow, or in a composite action.

use saphyr::{LoadableYamlNode as _, MarkedYaml};

use super::input::{self, Line};

/// A step that uses docker/metadata-action, with its inputs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Step {
    /// Where it stands, for people: job `build`, step `meta`.
    pub place: String,
    /// Its line in the file, from 1.
    pub line: usize,
    pub images: Vec<Line>,
    pub tags: Vec<Line>,
    pub flavor: Vec<Line>,
    pub labels: Vec<Line>,
    pub annotations: Vec<Line>,
}

/// The steps in the file; `Err` if it is no YAML.
pub(super) fn steps(text: &str) -> Result<Vec<Step>, String> {
    let documents = MarkedYaml::load_from_str(text).map_err(|error| format!("it is no YAML that can be read: {error}"))?;
    let mut found = Vec::new();
    for document in &documents {
        if let Some(jobs) = document.data.as_mapping_get("jobs").and_then(|jobs| jobs.data.as_mapping()) {
            for (name, job) in jobs {
                let name = name.data.as_str().unwrap_or_default();
                found.extend(of_list(job, &format!("job `{name}`")));
            }
        }
        if let Some(runs) = document.data.as_mapping_get("runs") {
            found.extend(of_list(runs, "the action"));
        }
    }
    Ok(found)
}

fn of_list(parent: &MarkedYaml<'_>, place: &str) -> Vec<Step> {
    let steps = parent.data.as_mapping_get("steps").and_then(|steps| steps.data.as_vec());
    let steps = steps.into_iter().flatten().enumerate();
    steps.filter_map(|(index, step)| of_step(step, index, place)).collect()
}

fn of_step(step: &MarkedYaml<'_>, index: usize, place: &str) -> Option<Step> {
    let word = |key: &str| step.data.as_mapping_get(key)?.data.as_str();
    let uses = word("uses")?;
    if uses.split('@').next()? != "docker/metadata-action" {
        return None;
    }
    let name = word("id").or_else(|| word("name"));
    let name = name.map_or_else(|| format!("step {}", index + 1), |name| format!("step `{name}`"));
    let with = step.data.as_mapping_get("with");
    let input = |key: &str| {
        let node = with.and_then(|with| with.data.as_mapping_get(key));
        node.map(|node| input::lines(&text(node), node.span.start.line()))
            .unwrap_or_default()
    };
    Some(Step {
        place: format!("{place}, {name}"),
        line: step.span.start.line(),
        images: input("images"),
        tags: input("tags"),
        flavor: input("flavor"),
        labels: input("labels"),
        annotations: input("annotations"),
    })
}

/// A scalar as GitHub hands it to the action: text, whatever YAML takes it for.
fn text(node: &MarkedYaml<'_>) -> String {
    let data = &node.data;
    let number = || data.as_integer().map(|number| number.to_string());
    let float = || data.as_floating_point().map(|number| number.to_string());
    let boolean = || data.as_bool().map(|value| value.to_string());
    let text = data.as_str().map(str::to_owned);
    text.or_else(number).or_else(float).or_else(boolean).unwrap_or_default()
}
