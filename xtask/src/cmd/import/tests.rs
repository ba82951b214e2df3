//! Steps as TOML, without files.

use super::*;

fn imported(with: &str) -> (String, Vec<Note>) {
    let text = format!("jobs:\n  build:\n    steps:\n      - id: meta\n        uses: docker/metadata-action@v6\n        with:\n{with}");
    let steps = workflow::steps(&text).unwrap();
    assert_eq!(steps.len(), 1);
    section(&steps[0]).unwrap()
}

#[test]
fn every_kind_of_rule_becomes_a_table() {
    let (text, notes) = imported(
        "          images: ghcr.io/acme/web\n          tags: |\n            type=semver,pattern={{version}},priority=950\n            type=match,pattern=v(\\d+),group=1\n            edge-x\n            type=sha,prefix=,enable=false\n",
    );
    assert_eq!(
        text,
        "# From job `build`, step `meta`, line 4.\n# images: ghcr.io/acme/web\n\n[[tags]]\ntype = \"semver\"\npattern = \"{{version}}\"\npriority = 950\n\n\
         [[tags]]\ntype = \"match\"\npattern = 'v(\\d+)'\ngroup = 1\n\n[[tags]]\nvalue = \"edge-x\"\n\n[[tags]]\ntype = \"sha\"\nprefix = \"\"\nenable = false\n"
    );
    assert!(notes.is_empty(), "{notes:?}");
}

#[test]
fn what_cannot_be_the_same_is_a_comment_and_told() {
    let (text, notes) = imported(
        "          tags: |\n            type=raw,value=${{ github.run_number }}\n            type=sha,pattern=x\n          labels: |\n            a=${{ github.actor }}\n            b=c=d\n          annotations: |\n            e=f\n",
    );
    assert!(text.contains("# [[tags]]\n# value = \"${{ github.run_number }}\"\n"), "{text}");
    assert!(text.contains("# \"a\" = \"${{ github.actor }}\"\n\"b\" = \"c=d\"\n"), "{text}");
    let lines: Vec<_> = notes.iter().map(|note| note.line).collect();
    assert_eq!(lines, [8, 9, 11, 14], "{notes:?}");
}

#[test]
fn the_flavor_keeps_what_belongs_together() {
    let (text, _) = imported("          flavor: |\n            latest=false\n            prefix=p-,onlatest=true\n            suffix=-s\n");
    assert!(
        text.contains("[flavor]\nlatest = false\nprefix = \"p-\"\nprefix-onlatest = true\nsuffix = \"-s\"\n"),
        "{text}"
    );
    assert!(text.contains("no `tags`"), "{text}");
}
