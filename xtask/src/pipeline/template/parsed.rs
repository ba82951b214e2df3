//! Templates, parsed once: a large pipeline expands the same few texts for each of its images, and parsing is most of the work.
//!
//! A text always parses to the same template, so the process keeps them all; there are no more than people write.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use handlebars::{Template, TemplateError};

use super::literal;

static PARSED: LazyLock<Mutex<HashMap<String, Arc<Template>>>> = LazyLock::new(Mutex::default);

/// The template that `text` is.
pub(super) fn parse(text: &str) -> Result<Arc<Template>, Box<TemplateError>> {
    // Nothing panics while it is locked, and a map of finished templates is whole at any time.
    let mut parsed = PARSED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(template) = parsed.get(text) {
        return Ok(Arc::clone(template));
    }
    let template = Arc::new(Template::compile(&literal::as_the_engine_reads_them(text)).map_err(Box::new)?);
    parsed.insert(text.to_owned(), Arc::clone(&template));
    Ok(template)
}
