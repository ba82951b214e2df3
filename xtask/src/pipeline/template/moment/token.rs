//! A format, taken apart. The longest token goes first, `[…]` stands for its inside, and `\` makes what follows stand for itself.

/// Tokens that are there, by length, for the longest to be found first. `ddd` is there, `YYY` is not: it is `YY` and `Y`.
const NAMES: [&str; 80] = [
    "YYYYYY",
    "YYYYY",
    "NNNNN",
    "ggggg",
    "GGGGG",
    "Hmmss",
    "hmmss",
    "YYYY",
    "MMMM",
    "DDDo",
    "DDDD",
    "dddd",
    "yyyy",
    "NNNN",
    "gggg",
    "GGGG",
    "MMM",
    "DDD",
    "ddd",
    "yyy",
    "NNN",
    "Hmm",
    "hmm",
    "YY",
    "MM",
    "Mo",
    "DD",
    "Do",
    "dd",
    "do",
    "ww",
    "wo",
    "w|",
    "WW",
    "Wo",
    "W|",
    "Qo",
    "NN",
    "yy",
    "yo",
    "gg",
    "GG",
    "hh",
    "HH",
    "kk",
    "mm",
    "ss",
    "zz",
    "ZZ",
    "Y",
    "M",
    "D",
    "d",
    "w",
    "W",
    "Q",
    "N",
    "y",
    "e",
    "E",
    "a",
    "A",
    "h",
    "H",
    "k",
    "m",
    "s",
    "SSSSSSSSS",
    "SSSSSSSS",
    "SSSSSSS",
    "SSSSSS",
    "SSSSS",
    "SSSS",
    "SSS",
    "SS",
    "S",
    "X",
    "x",
    "z",
    "Z",
];

/// Tokens that stand for others.
const LONG: [(&str, &str); 10] = [
    ("LTS", "h:mm:ss A"),
    ("LT", "h:mm A"),
    ("LLLL", "dddd, MMMM D, YYYY h:mm A"),
    ("LLL", "MMMM D, YYYY h:mm A"),
    ("LL", "MMMM D, YYYY"),
    ("L", "MM/DD/YYYY"),
    ("llll", "ddd, MMM D, YYYY h:mm A"),
    ("lll", "MMM D, YYYY h:mm A"),
    ("ll", "MMM D, YYYY"),
    ("l", "M/D/YYYY"),
];

/// One piece of a format.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// Something to fill in.
    Name(&'a str),
    /// Something that stands for itself.
    Literal(String),
}

/// Replaces `L`, `LT` and the like by what they stand for.
pub(super) fn expand_long(format: &str) -> String {
    let mut expanded = String::new();
    let mut rest = format;
    while let Some(first) = rest.chars().next() {
        let escape = usize::from(first == '\\');
        let long = LONG.iter().find(|(name, _)| rest[escape..].starts_with(name));
        let taken = match (bracketed(rest), long) {
            (Some(length), _) => length,
            (None, Some((name, _))) if escape == 1 => 1 + name.len(),
            (None, Some((name, stands_for))) => {
                expanded.push_str(stands_for);
                rest = &rest[name.len()..];
                continue;
            }
            (None, None) => first.len_utf8(),
        };
        expanded.push_str(&rest[..taken]);
        rest = &rest[taken..];
    }
    expanded
}

/// The tokens of `format`, in order.
pub(super) fn tokens(format: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = format;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let (piece, length) = if let Some(length) = bracketed(rest) {
            (Token::Literal(rest[1..length - 1].to_owned()), length)
        } else if let Some(escaped) = rest.strip_prefix('\\') {
            let taken = name(escaped).map_or_else(
                || escaped.chars().next().filter(|next| !is_line_end(*next)).map_or(0, char::len_utf8),
                str::len,
            );
            (Token::Literal(escaped[..taken].replace('\\', "")), 1 + taken)
        } else if let Some(name) = name(rest) {
            (Token::Name(name), name.len())
        } else if is_line_end(first) {
            // moment.js's `.` takes no line end, so that it is lost.
            (Token::Literal(String::new()), first.len_utf8())
        } else {
            (Token::Literal(first.to_string()), first.len_utf8())
        };
        rest = &rest[length..];
        Some(piece)
    })
}

fn name(text: &str) -> Option<&str> {
    let name = NAMES.iter().find(|name| text.starts_with(**name))?;
    Some(&text[..name.len()])
}

const fn is_line_end(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

/// The length of a `[…]` at the start: up to the last `]` before the next `[`.
fn bracketed(text: &str) -> Option<usize> {
    let inside = text.strip_prefix('[')?;
    let end = inside.find('[').unwrap_or(inside.len());
    Some(1 + inside[..end].rfind(']')? + 1)
}
