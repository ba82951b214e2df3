//! Regular expressions of tag rules. They are JavaScript's, as in docker/metadata-action, over UTF-16 as there.

use regress::{Flags, Match, Regex};

/// A regular expression with JavaScript's meaning.
#[derive(Clone, Debug)]
pub struct Expression {
    source: String,
    regex: Regex,
    groups: usize,
    flags: String,
}

/// Two expressions are the same if they are written the same.
impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.source == other.source
    }
}

impl Eq for Expression {}

impl Expression {
    /// Reads `source` as it is: slashes around it are part of it.
    pub fn plain(source: &str) -> Result<Self, String> {
        Self::compile(source, source, "")
    }

    /// Reads `source`, which may be written `/expression/flags`.
    pub fn with_flags(source: &str) -> Result<Self, String> {
        let one_line = !source.contains(['\n', '\r', '\u{2028}', '\u{2029}']);
        let split = source.strip_prefix('/').and_then(|rest| rest.rsplit_once('/'));
        match split.filter(|(expression, _)| one_line && !expression.is_empty()) {
            Some((expression, flags)) => Self::compile(source, expression, flags),
            None => Self::plain(source),
        }
    }

    fn compile(source: &str, expression: &str, flags: &str) -> Result<Self, String> {
        check_flags(flags)?;
        let by_character = flags.contains(['u', 'v']);
        let compile = |expression: &str| {
            let regex = if by_character {
                Regex::with_flags(expression, Flags::from(flags))
            } else {
                // There a character of two units is two, of which `*` repeats the second.
                Regex::from_unicode(expression.encode_utf16().map(u32::from), Flags::from(flags))
            };
            regex.map_err(|error| error.to_string())
        };
        let regex = compile(expression)?;
        // With an empty alternative it matches anything, and a match knows its groups.
        let always = compile(&format!("{expression}|"))?;
        Ok(Self {
            source: source.to_owned(),
            groups: always.find("").map_or(0, |found| found.captures.len()),
            regex,
            flags: flags.to_owned(),
        })
    }

    /// As it is written.
    pub fn as_str(&self) -> &str {
        &self.source
    }

    /// Whether there can be a group of this number. With the flag `g` nobody knows: there a group is a whole match, by its number.
    pub fn may_have_group(&self, group: i64) -> bool {
        self.flags.contains('g') || usize::try_from(group).is_ok_and(|group| group <= self.groups)
    }

    /// What JavaScript's `text.match(expression)` gives: the match with its groups, or with the flag `g` all matches. `None` in it is a
    /// group that took no part.
    pub fn groups(&self, text: &str) -> Option<Vec<Option<String>>> {
        let units: Vec<u16> = text.encode_utf16().collect();
        let text_of = |range: std::ops::Range<usize>| String::from_utf16_lossy(&units[range]);
        if !self.flags.contains('g') {
            let found = self.find(&units, 0)?;
            return Some(found.groups().map(|group| group.map(text_of)).collect());
        }
        let mut all = Vec::new();
        let mut from = 0;
        while let Some(found) = self.find(&units, from) {
            from = found.end() + usize::from(found.start() == found.end()) * self.step(&units, found.end());
            all.push(Some(text_of(found.range())));
        }
        (!all.is_empty()).then_some(all)
    }

    fn find(&self, units: &[u16], from: usize) -> Option<Match> {
        if from > units.len() {
            return None;
        }
        let found = if self.is_unicode() {
            self.regex.find_from_utf16(units, from).next()
        } else {
            self.regex.find_from_ucs2(units, from).next()
        };
        found.filter(|found| !self.flags.contains('y') || found.start() == from)
    }

    fn is_unicode(&self) -> bool {
        self.flags.contains(['u', 'v'])
    }

    /// How far to go on after an empty match: not into the middle of a character, where those count.
    fn step(&self, units: &[u16], at: usize) -> usize {
        let is_pair = |at: usize| matches!(units.get(at), Some(0xd800..=0xdbff)) && matches!(units.get(at + 1), Some(0xdc00..=0xdfff));
        1 + usize::from(self.is_unicode() && is_pair(at))
    }
}

fn check_flags(flags: &str) -> Result<(), String> {
    for (index, flag) in flags.char_indices() {
        if !"dgimsuvy".contains(flag) {
            return Err(format!("there is no flag `{flag}`"));
        }
        if flags[..index].contains(flag) {
            return Err(format!("the flag `{flag}` stands twice"));
        }
    }
    if flags.contains('u') && flags.contains('v') {
        return Err("the flags `u` and `v` exclude each other".to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(source: &str, text: &str) -> Option<Vec<Option<String>>> {
        Expression::with_flags(source).unwrap().groups(text)
    }

    #[expect(clippy::unnecessary_wraps, reason = "it is compared with what may be absent")]
    fn some(texts: &[&str]) -> Option<Vec<Option<String>>> {
        Some(texts.iter().map(|text| Some((*text).to_owned())).collect())
    }

    #[test]
    fn groups_are_those_of_the_first_match() {
        assert_eq!(groups(r"v(\d+)\.(?<minor>\d+)", "x-v1.22"), some(&["v1.22", "1", "22"]));
        assert_eq!(groups("(a)|(b)", "b"), Some(vec![Some("b".to_owned()), None, Some("b".to_owned())]));
        assert_eq!(groups("a", "b"), None);
        assert_eq!(groups(r"(?<=v)\d", "1v2"), some(&["2"]));
    }

    #[test]
    fn flags() {
        assert_eq!(groups("/V(1)/i", "v1"), some(&["v1", "1"]));
        assert_eq!(groups("/(.)1/g", "a1b1"), some(&["a1", "b1"]));
        assert_eq!(groups("/x*/g", "ax"), some(&["", "x", ""]));
        assert_eq!(groups("/1/y", "v1"), None);
        assert_eq!(groups("/a/gy", "aaba"), some(&["a", "a"]));
        for wrong in ["/a/q", "/a/gg", "/a/uv", "("] {
            assert!(Expression::with_flags(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn slashes_mean_flags_only_around_something() {
        assert_eq!(groups("//", "a//b"), some(&["//"]));
        assert_eq!(groups("/a", "x/a"), some(&["/a"]));
        assert_eq!(groups("/a/b/i", "A/B"), some(&["A/B"]));
        assert_eq!(Expression::plain("/a/i").unwrap().groups("A"), None);
    }

    #[test]
    fn text_is_utf_16_unless_a_flag_says_otherwise() {
        assert_eq!(groups("^.x", "\u{1f600}x"), None);
        assert_eq!(groups("\u{1f600}*", "x"), None);
        assert_eq!(groups("/^.x/u", "\u{1f600}x"), some(&["\u{1f600}x"]));
    }

    #[test]
    fn the_number_of_groups_is_known() {
        let expression = Expression::plain("(a)|(?:b)(c)").unwrap();
        assert!(expression.may_have_group(2));
        assert!(!expression.may_have_group(3));
        assert!(!expression.may_have_group(-1));
        assert!(Expression::with_flags("/a/g").unwrap().may_have_group(7));
    }
}
