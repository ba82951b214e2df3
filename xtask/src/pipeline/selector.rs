//! How people name images: by name, by group, or by a glob over either.

use globset::{Glob, GlobMatcher};

/// Whether `selector` is one of `names`, or a glob that fits one.
pub fn matches_any<'a>(selector: &str, names: impl IntoIterator<Item = &'a str>) -> bool {
    let glob = glob(selector);
    names
        .into_iter()
        .any(|name| name == selector || glob.as_ref().is_some_and(|glob| glob.is_match(name)))
}

fn glob(selector: &str) -> Option<GlobMatcher> {
    selector
        .contains(['*', '?', '[', '{'])
        .then(|| Glob::new(selector).ok().map(|glob| glob.compile_matcher()))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_globs() {
        let names = ["python-basic", "go-multistage"];
        assert!(matches_any("python-basic", names));
        assert!(matches_any("*-multistage", names));
        assert!(matches_any("{go,rust}-*", names));
        assert!(!matches_any("python", names));
        assert!(!matches_any("[", names));
    }
}
