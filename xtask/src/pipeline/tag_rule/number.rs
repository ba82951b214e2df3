//! Numbers as JavaScript reads and writes them: docker/metadata-action's rules come down to that in two places, the length of a short
//! commit id and the numbers of a PEP 440 version.

/// The value of `text`; `None` where JavaScript's `Number` gives `NaN`.
pub fn read(text: &str) -> Option<f64> {
    let text = trim(text);
    let radix = [("0x", 16), ("0o", 8), ("0b", 2)].into_iter().find_map(|(prefix, radix)| {
        let head = text.get(..2)?;
        head.eq_ignore_ascii_case(prefix).then(|| (&text[2..], radix))
    });
    match (radix, text) {
        (Some((digits, radix)), _) => digits
            .chars()
            .try_fold(0.0, |sum, digit| {
                let digit = digit.to_digit(radix)?;
                Some(f64::from(radix).mul_add(sum, f64::from(digit)))
            })
            .filter(|_| !digits.is_empty()),
        (None, "") => Some(0.0),
        (None, "Infinity" | "+Infinity") => Some(f64::INFINITY),
        (None, "-Infinity") => Some(f64::NEG_INFINITY),
        // Rust knows words for infinity that JavaScript does not.
        (None, text) if text.contains(|character: char| character.is_ascii_alphabetic() && !character.eq_ignore_ascii_case(&'e')) => None,
        (None, text) => text.parse().ok(),
    }
}

/// A whole number from 0 up, in JavaScript's digits.
pub fn write(number: f64) -> String {
    if number.is_infinite() {
        "Infinity".to_owned()
    } else if number < 1e21 {
        number.to_string()
    } else {
        format!("{number:e}").replace('e', "e+")
    }
}

/// Without what JavaScript's `trim` takes off.
pub fn trim(text: &str) -> &str {
    text.trim_matches(|character: char| (character.is_whitespace() && character != '\u{85}') || character == '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading() {
        let good = [
            ("", 0.0),
            (" 12 ", 12.0),
            ("1e1", 10.0),
            ("0x1F", 31.0),
            ("0b11", 3.0),
            ("7.9", 7.9),
            ("-1", -1.0),
            (".5", 0.5),
            ("Infinity", f64::INFINITY),
        ];
        for (text, number) in good {
            assert_eq!(read(text), Some(number), "{text}");
        }
        for text in ["seven", "inf", "NaN", "infinity", "0x", "0xg", "1_0", "7 8", "-0x1"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn writing() {
        assert_eq!(write(20_240_101.0), "20240101");
        assert_eq!(write(123_456_789_012_345_678_901.0), "123456789012345680000");
        assert_eq!(write(1.5e21), "1.5e+21");
        assert_eq!(write(1e21), "1e+21");
        assert_eq!(write(f64::INFINITY), "Infinity");
    }
}
