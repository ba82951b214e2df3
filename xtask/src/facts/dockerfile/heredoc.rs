//! Takes the bodies of here-documents out of a Dockerfile, before `parse-dockerfile` reads it.
//!
//! The crate knows `RUN <<EOF` only where `<<` comes first, and one body an instruction: of `RUN cat <<EOF > /file` it would read the
//! body as instructions. Nothing that a plan depends on stands in a body, so the lines of it are emptied; line numbers stay. The rules are
//! those of `BuildKit`'s own parser.

use std::borrow::Cow;

use super::words;

/// A here-document without an end.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unterminated {
    /// 1-based line of its instruction.
    pub line: usize,
    /// The word that should end it.
    pub name: String,
}

/// The same Dockerfile with the bodies empty and their `<<` made unremarkable.
pub(super) fn mask(text: &str, escape: char) -> Result<Cow<'_, str>, Unterminated> {
    let Some(last) = text.rfind("<<") else {
        return Ok(Cow::Borrowed(text));
    };
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while text.len() - rest.len() <= last {
        let start = text.len() - rest.len();
        let (instruction, after) = split_instruction(rest, escape);
        let documents = documents(instruction, escape);
        rest = after;
        if documents.is_empty() {
            masked.push_str(instruction);
            continue;
        }
        masked.push_str(&instruction.replace("<<", "__"));
        for document in documents {
            loop {
                let (body, after) = split_line(rest);
                if body.is_empty() {
                    let line = text[..start].matches('\n').count() + 1;
                    return Err(Unterminated { line, name: document.name });
                }
                masked.push('\n');
                rest = after;
                if document.ends_at(body) {
                    break;
                }
            }
        }
    }
    masked.push_str(rest);
    Ok(Cow::Owned(masked))
}

/// The first instruction with all its lines, or the comment or blank line that stands there instead.
fn split_instruction(text: &str, escape: char) -> (&str, &str) {
    let (first, mut rest) = split_line(text);
    let mut continues = !is_comment_or_blank(first) && without_continuation(first, escape).1;
    while continues && !rest.is_empty() {
        let line;
        (line, rest) = split_line(rest);
        continues = is_comment_or_blank(line) || without_continuation(line, escape).1;
    }
    text.split_at(text.len() - rest.len())
}

fn split_line(text: &str) -> (&str, &str) {
    text.split_at(text.find('\n').map_or(text.len(), |end| end + 1))
}

struct Document {
    name: String,
    strip_tabs: bool,
}

impl Document {
    /// `<<EOF`, `<<-EOF`, `3<<"EOF"`.
    fn parse(word: &str) -> Option<Self> {
        let rest = word.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix("<<")?;
        let (rest, strip_tabs) = rest.strip_prefix('-').map_or((rest, false), |rest| (rest, true));
        let name = words::unquote(rest);
        (!rest.contains('<') && !name.is_empty()).then_some(Self { name, strip_tabs })
    }

    fn ends_at(&self, line: &str) -> bool {
        let line = line.trim_end_matches(['\n', '\r']);
        let line = if self.strip_tabs { line.trim_start_matches('\t') } else { line };
        line == self.name
    }
}

/// The here-documents an instruction opens, in order.
fn documents(instruction: &str, escape: char) -> Vec<Document> {
    if !instruction.contains("<<") || is_comment_or_blank(instruction) {
        return Vec::new();
    }
    let lines = instruction.lines().filter(|line| !is_comment_or_blank(line));
    let joined: String = lines.map(|line| without_continuation(line, escape).0).collect();
    let mut keywords = joined.split_whitespace();
    let keyword = match keywords.next() {
        Some(first) if first.eq_ignore_ascii_case("ONBUILD") => keywords.next(),
        first => first,
    };
    let takes_documents = keyword.is_some_and(|keyword| ["RUN", "COPY", "ADD"].iter().any(|known| keyword.eq_ignore_ascii_case(known)));
    if !takes_documents {
        return Vec::new();
    }
    // Here-documents are the shell's: their escape is `\`, whatever the Dockerfile's. Unbalanced quotes mean that there are none.
    let words = words::split(&joined, '\\').unwrap_or_default();
    words.into_iter().filter_map(Document::parse).collect()
}

fn is_comment_or_blank(line: &str) -> bool {
    let line = line.trim_start();
    line.is_empty() || line.starts_with('#')
}

/// The line without its end and the escape that joins it to the next; whether there was one.
fn without_continuation(line: &str, escape: char) -> (&str, bool) {
    let line = line.trim_end_matches(['\n', '\r']);
    match line.trim_end_matches([' ', '\t']).strip_suffix(escape) {
        Some(part) => (part, true),
        None => (line, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> String {
        mask(text, '\\').unwrap().into_owned()
    }

    #[test]
    fn bodies_are_emptied_and_lines_stay() {
        assert_eq!(
            masked("FROM a\nRUN cat <<EOF > /x && \\\n # why\n cat 3<<-'B C'\nFROM b\nEOF\nCOPY\n\tB C\nUSER me\n"),
            "FROM a\nRUN cat __EOF > /x && \\\n # why\n cat 3__-'B C'\n\n\n\n\nUSER me\n"
        );
    }

    #[test]
    fn only_where_buildkit_sees_one() {
        for text in [
            "RUN echo $((1<<2))\nUSER a\n",
            "RUN cat <<<word\nUSER a\n",
            "RUN cat << EOF\nUSER a\n",
            "RUN echo don't <<EOF\nUSER a\n",
            "ENV A=<<EOF\nUSER a\n",
            "# RUN <<EOF\nUSER a\n",
        ] {
            assert_eq!(masked(text), text);
        }
        assert_eq!(
            masked("onbuild copy <<a <<b /\n1\na\n2\nb\nUSER a\n"),
            "onbuild copy __a __b /\n\n\n\n\nUSER a\n"
        );
    }

    #[test]
    fn an_end_is_a_whole_line() {
        assert_eq!(masked("RUN <<E\nE \n E\nE\r\nUSER a"), "RUN __E\n\n\n\nUSER a");
        let unterminated = Unterminated {
            line: 2,
            name: "E".to_owned(),
        };
        assert_eq!(mask("FROM a\nRUN <<E\n\tE\n", '\\'), Err(unterminated));
    }
}
