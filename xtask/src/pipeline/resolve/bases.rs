//! `[bases."REFERENCE"]`.

use indexmap::IndexMap;

use crate::{
    diag::Diagnostic,
    pipeline::{Base, Fallback},
};

use super::Problems;

pub(super) fn resolve(problems: &mut Problems<'_>) -> IndexMap<String, Base> {
    let mut bases = IndexMap::new();
    for (key, table) in &problems.manifest.tables.bases {
        let fallback = table.fallback.as_ref().and_then(|fallback| {
            let path = format!("bases.{}.fallback.suite", key.as_str());
            let suite = problems.required(fallback.suite.as_ref(), &path, Some(key.span()))?.to_owned();
            Some(Fallback {
                suite,
                packages: fallback.packages.clone(),
                setup: fallback.setup.clone(),
                env: fallback.env.clone(),
            })
        });
        if table.mirrors.is_empty() && table.fallback.is_none() {
            let message = format!("base `{}` has neither `mirrors` nor a `fallback`", key.as_str());
            problems.push(Diagnostic::warning("empty-base", message).label(key.span(), "has no effect"));
        }
        let mirrors = table.mirrors.iter().map(|mirror| mirror.as_str().to_owned()).collect();
        bases.insert(
            key.as_str().to_owned(),
            Base {
                reference: key.as_str().to_owned(),
                mirrors,
                fallback,
            },
        );
    }
    bases
}
