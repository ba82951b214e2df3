//! GitHub's expressions, `${{ … }}`: those that mean the same as a template of ours.

/// A condition that an `enable` may be, blanks taken out → the template.
const CONDITIONS: [(&str, &str); 8] = [
    (
        "github.ref==format('refs/heads/{0}',github.event.repository.default_branch)",
        "{{is_default_branch}}",
    ),
    (
        "github.ref!=format('refs/heads/{0}',github.event.repository.default_branch)",
        "{{is_not_default_branch}}",
    ),
    ("startsWith(github.ref,'refs/tags/')", "{{#if tag}}true{{else}}false{{/if}}"),
    ("!startsWith(github.ref,'refs/tags/')", "{{#if tag}}false{{else}}true{{/if}}"),
    ("github.ref_type=='tag'", "{{#if tag}}true{{else}}false{{/if}}"),
    ("github.ref_type!='tag'", "{{#if tag}}false{{else}}true{{/if}}"),
    ("startsWith(github.ref,'refs/heads/')", "{{#if branch}}true{{else}}false{{/if}}"),
    ("github.sha", "{{commit}}"),
];

/// `text` with its expressions translated; `None` if there is one that has no like here.
pub(super) fn translate(text: &str) -> Option<String> {
    let mut translated = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("${{") {
        let end = start + rest[start..].find("}}")? + 2;
        translated += &rest[..start];
        translated += &template(&rest[start + 3..end - 2])?;
        rest = &rest[end..];
    }
    Some(translated + rest)
}

fn template(expression: &str) -> Option<String> {
    let bare: String = expression.chars().filter(|character| !character.is_whitespace()).collect();
    if let Some((_, template)) = CONDITIONS.iter().find(|(known, _)| *known == bare) {
        return Some((*template).to_owned());
    }
    let name = bare.strip_prefix("github.ref=='refs/")?.strip_suffix('\'')?;
    let (kind, name) = name.split_once('/')?;
    let known = match kind {
        "heads" => "branch",
        "tags" => "tag",
        _ => return None,
    };
    let is_plain = name.chars().all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c));
    is_plain.then(|| format!("{{{{#if (eq {known} \"{name}\")}}}}true{{{{else}}}}false{{{{/if}}}}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_the_same_is_translated() {
        for (there, here) in [
            ("{{is_default_branch}}", "{{is_default_branch}}"),
            (
                "${{ github.ref == format('refs/heads/{0}', github.event.repository.default_branch) }}",
                "{{is_default_branch}}",
            ),
            ("a-${{ github.sha }}-b", "a-{{commit}}-b"),
            (
                "${{github.ref=='refs/heads/main'}}",
                "{{#if (eq branch \"main\")}}true{{else}}false{{/if}}",
            ),
            ("${{ startsWith(github.ref, 'refs/tags/') }}", "{{#if tag}}true{{else}}false{{/if}}"),
        ] {
            assert_eq!(translate(there).as_deref(), Some(here), "{there}");
        }
    }

    #[test]
    fn the_rest_is_not_guessed_at() {
        for there in [
            "${{ github.run_number }}",
            "${{ inputs.tag || 'x' }}",
            "${{ github.ref_name }}",
            "${{ github.sha",
            "${{ github.ref == 'refs/heads/it''s' }}",
        ] {
            assert_eq!(translate(there), None, "{there}");
        }
    }
}
