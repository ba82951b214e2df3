//! Splits the raw tables into what has one type and what does not: the options of stages, which depend on what the stage uses.

use indexmap::IndexMap;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::{ImageOptions, OptionTable};

/// The keys that every `[[stages]]` table has.
const STAGE_KEYS: [&str; 6] = ["name", "uses", "needs", "after", "env", "timeout"];
/// The keys of an `[images.NAME]` table itself.
const IMAGE_KEYS: [&str; 5] = ["context", "dockerfile", "groups", "tags", "version"];

/// The file, split.
pub(super) struct Shaped<'a> {
    pub table: Spanned<DeTable<'a>>,
    pub stage_options: Vec<OptionTable<'a>>,
    pub image_options: IndexMap<String, ImageOptions<'a>>,
}

pub(super) fn shape<'a>(mut table: Spanned<DeTable<'a>>, build_keys: &[String]) -> Shaped<'a> {
    let root = table.get_mut();
    let mut stage_options = Vec::new();
    let mut stage_names = Vec::new();
    if let Some(DeValue::Array(stages)) = root.get_mut("stages").map(Spanned::get_mut) {
        for stage in stages.iter_mut() {
            let span = stage.span();
            let DeValue::Table(stage) = stage.get_mut() else {
                stage_options.push(OptionTable::default());
                continue;
            };
            stage_names.extend(stage.get("name").and_then(|name| name.get_ref().as_str().map(str::to_owned)));
            let options = take(stage, |key| !STAGE_KEYS.contains(&key));
            stage_options.push(OptionTable(Spanned::new(span, options)));
        }
    }
    let mut image_options = IndexMap::new();
    if let Some(DeValue::Table(images)) = root.get_mut("images").map(Spanned::get_mut) {
        for (name, image) in images.iter_mut() {
            let span = image.span();
            if let DeValue::Table(image) = image.get_mut() {
                image_options.insert(
                    name.get_ref().to_string(),
                    take_image_options(image, span, build_keys, &stage_names),
                );
            }
        }
    }
    Shaped {
        table,
        stage_options,
        image_options,
    }
}

fn take_image_options<'a>(
    image: &mut DeTable<'a>,
    span: std::ops::Range<usize>,
    build_keys: &[String],
    stage_names: &[String],
) -> ImageOptions<'a> {
    let build = take(image, |key| {
        !IMAGE_KEYS.contains(&key) && build_keys.iter().any(|known| known == key)
    });
    let is_override = |key: &str| !IMAGE_KEYS.contains(&key) && stage_names.iter().any(|name| name == key);
    let mut stages = IndexMap::new();
    for (key, value) in take(image, is_override) {
        let span = value.span();
        match value.into_inner() {
            DeValue::Table(options) => {
                stages.insert(key.get_ref().to_string(), OptionTable(Spanned::new(span, options)));
            }
            // Put back, to be refused as an unknown key.
            other => drop(image.insert(key, Spanned::new(span, other))),
        }
    }
    ImageOptions {
        build: OptionTable(Spanned::new(span, build)),
        stages,
    }
}

fn take<'a>(table: &mut DeTable<'a>, wanted: impl Fn(&str) -> bool) -> DeTable<'a> {
    let (taken, left): (Vec<_>, Vec<_>) = std::mem::take(table).into_iter().partition(|(key, _)| wanted(key.get_ref()));
    *table = left.into_iter().collect();
    taken.into_iter().collect()
}
