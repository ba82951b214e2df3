//! "Did you mean": the near ones among the names that exist.

/// At most three of `known` that are near to `name`, nearest first.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let mut near: Vec<(usize, &str)> = known
        .into_iter()
        .filter_map(|candidate| {
            let distance = strsim::damerau_levenshtein(&name.to_lowercase(), &candidate.to_lowercase());
            let part = name.len() >= 3 && (candidate.contains(name) || name.contains(candidate));
            (part || distance <= name.chars().count().max(3) / 3).then_some((distance, candidate))
        })
        .collect();
    near.sort_unstable();
    near.dedup();
    near.into_iter().take(3).map(|(_, candidate)| candidate).collect()
}

/// "did you mean `x`?", or what there is when nothing is near.
pub fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> Option<String> {
    let quote = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let near = nearest(name, known.clone());
    if !near.is_empty() {
        return Some(format!("did you mean {}?", quote(&near).replace(", ", " or ")));
    }
    let all: Vec<&str> = known.into_iter().take(30).collect();
    (!all.is_empty()).then(|| format!("there is: {}", quote(&all)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_come_first_and_far_ones_not_at_all() {
        assert_eq!(nearest("contxt", ["context", "dockerfile", "target"]), ["context"]);
        assert_eq!(nearest("python", ["python-basic", "go-multistage"]), ["python-basic"]);
        assert_eq!(did_you_mean("zzz", ["lint", "build"]).as_deref(), Some("there is: `lint`, `build`"));
        assert_eq!(did_you_mean("biuld", ["lint", "build"]).as_deref(), Some("did you mean `build`?"));
    }
}
