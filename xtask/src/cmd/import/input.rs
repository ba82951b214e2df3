//! The inputs of docker/metadata-action: lists of lines, each a record of comma-separated fields.

/// A line of an input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Line {
    /// In the file, from 1; of a folded text, where that begins.
    pub number: usize,
    pub text: String,
}

/// The lines of an input whose text begins on line `start`: empty ones and comments count for nothing.
pub(super) fn lines(input: &str, start: usize) -> Vec<Line> {
    let lines = input.lines().enumerate().map(|(index, text)| Line {
        number: start + index,
        text: text.trim().to_owned(),
    });
    lines.filter(|line| !line.text.is_empty() && !line.text.starts_with('#')).collect()
}

/// The fields of a record, each as key and value; a field without `=` has no key. Quotes as in CSV: `"a,b"`, with `""` for a quote.
pub(super) fn fields(line: &str) -> Result<Vec<(Option<String>, String)>, String> {
    let records = records(line)?;
    let pair = |field: &String| match field.split_once('=').filter(|(key, _)| !key.is_empty()) {
        Some((key, value)) => (Some(key.trim().to_lowercase()), value.trim().to_owned()),
        None => (None, field.trim().to_owned()),
    };
    Ok(records.iter().map(pair).collect())
}

/// GitHub's expressions are whole, whatever they hold: the action sees only what becomes of them.
fn records(line: &str) -> Result<Vec<String>, String> {
    let mut fields = vec![String::new()];
    let mut quoted = false;
    let mut rest = line;
    while let Some(character) = rest.chars().next() {
        let field = fields.last_mut().expect("there is always one");
        let expression = rest
            .strip_prefix("${{")
            .and_then(|inner| inner.find("}}"))
            .map(|end| end + "${{}}".len());
        let taken = expression.unwrap_or(character.len_utf8());
        match character {
            _ if expression.is_some() => field.push_str(&rest[..taken]),
            '"' if quoted && rest[taken..].starts_with('"') => {
                field.push('"');
                rest = &rest[taken..];
            }
            '"' if quoted || field.is_empty() => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            other => field.push(other),
        }
        rest = &rest[taken..];
    }
    if quoted {
        return Err(format!("a quote is not closed in `{line}`"));
    }
    Ok(fields)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_split_as_csv_and_at_the_first_equals_sign() {
        let split = |line: &str| {
            let fields = fields(line).unwrap().into_iter();
            fields
                .map(|(key, value)| format!("{}:{value}", key.unwrap_or_default()))
                .collect::<Vec<_>>()
        };
        assert_eq!(split("type=raw,value=a=b"), ["type:raw", "value:a=b"]);
        assert_eq!(split("  Type = raw , x"), ["type:raw", ":x"]);
        assert_eq!(
            split(r#"type=match,"pattern=\d{1,3}",group=1"#),
            ["type:match", r"pattern:\d{1,3}", "group:1"]
        );
        assert_eq!(split("\"value=a \"\"b\"\"\""), ["value:a \"b\""]);
        assert_eq!(split("prefix="), ["prefix:"]);
        assert_eq!(
            split("x,enable=${{ startsWith(github.ref, 'v') }},suffix=s"),
            [":x", "enable:${{ startsWith(github.ref, 'v') }}", "suffix:s"]
        );
        assert!(fields("\"a").is_err());
    }

    #[test]
    fn lines_know_where_they_stand() {
        let found = lines("type=sha\n\n# not this\ntype=edge # nor is this a comment\n", 7);
        let found: Vec<_> = found.iter().map(|line| (line.number, line.text.as_str())).collect();
        assert_eq!(found, [(7, "type=sha"), (10, "type=edge # nor is this a comment")]);
        assert_eq!(lines("type=sha", 7)[0].number, 7);
    }
}
