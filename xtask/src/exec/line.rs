//! A line of a program's output, made fit to be shown: valid text, no escape codes, what a progress bar last drew, not endless.

/// Longer lines are cut, in events only.
const LONGEST: usize = 2_000;

/// What a person would see of this line on a terminal.
pub(super) fn for_people(raw: &[u8]) -> String {
    let raw = raw.strip_suffix(b"\r").unwrap_or(raw);
    let shown = raw.rsplit(|&byte| byte == b'\r').find(|part| !part.is_empty()).unwrap_or_default();
    // Cut before decoding, so that a line of many megabytes costs nothing; four bytes is the longest character.
    let text = String::from_utf8_lossy(&shown[..shown.len().min(LONGEST * 4)]);
    let mut line = String::with_capacity(text.len().min(LONGEST));
    let mut count = 0;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            skip_escape(&mut characters);
            continue;
        }
        if character.is_control() && character != '\t' {
            continue;
        }
        if count == LONGEST {
            line.push('…');
            return line;
        }
        line.push(character);
        count += 1;
    }
    line
}

/// Goes past an escape sequence: CSI up to its final byte, OSC up to its terminator, else one character.
fn skip_escape(characters: &mut std::str::Chars<'_>) {
    match characters.next() {
        Some('[') => {
            characters.find(|c| ('@'..='~').contains(c));
        }
        Some(']') => {
            while let Some(c) = characters.next() {
                if c == '\u{7}' {
                    break;
                }
                if c == '\u{1b}' {
                    characters.next();
                    break;
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_shows_is_what_is_left() {
        assert_eq!(for_people(b"plain"), "plain");
        assert_eq!(
            for_people(b"\x1b[1;31mred\x1b[0m \x1b]0;title\x07and \x1b]8;;url\x1b\\link"),
            "red and link"
        );
        assert_eq!(for_people(b" 10%\r 50%\r100%\r"), "100%");
        assert_eq!(for_people(b"bad \xff byte"), "bad \u{fffd} byte");
        assert_eq!(for_people(b""), "");
        assert_eq!(for_people(b"\r\r"), "");
    }

    #[test]
    fn a_long_line_is_cut() {
        let line = for_people("ä".repeat(1_000_000).as_bytes());
        assert_eq!(line.chars().count(), LONGEST + 1);
        assert!(line.ends_with('…'));
    }
}
