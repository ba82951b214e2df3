//! Times and formats, each with what moment.js writes.

use jiff::{Timestamp, tz::TimeZoneDatabase};

use super::*;

fn written(seconds: i64, zone: &str, text: &str) -> String {
    let zone = TimeZoneDatabase::bundled().get(zone).unwrap();
    format(&Timestamp::from_second(seconds).unwrap().to_zoned(zone), text)
}

/// Saturday, 2 January 2021, 01:05:09 in Berlin.
const JANUARY: i64 = 1_609_545_909;

#[test]
fn every_token() {
    let expected = [
        ("Y YY YYYY YYYYY YYYYYY", "2021 21 2021 02021 +002021"),
        ("y yo yy yyy yyyy", "2021 2021st 2021 2021 2021"),
        ("N NN NNN NNNN NNNNN", "AD AD AD Anno Domini AD"),
        ("Q Qo", "1 1st"),
        ("M Mo MM MMM MMMM", "1 1st 01 Jan January"),
        ("D Do DD", "2 2nd 02"),
        ("DDD DDDo DDDD", "2 2nd 002"),
        ("d do dd ddd dddd e E", "6 6th Sa Sat Saturday 6 6"),
        ("w wo ww gg gggg ggggg", "1 1st 01 21 2021 02021"),
        ("W Wo WW GG GGGG GGGGG", "53 53rd 53 20 2020 02020"),
        ("H HH h hh k kk", "1 01 1 01 1 01"),
        ("m mm s ss", "5 05 9 09"),
        ("S SS SSS SSSSSSSSS", "0 00 000 000000000"),
        ("Hmm Hmmss hmm hmmss", "105 10509 105 10509"),
        ("A a", "AM am"),
        ("z zz Z ZZ", "CET CET +01:00 +0100"),
        ("X x", "1609545909 1609545909000"),
        ("LT LTS", "1:05 AM 1:05:09 AM"),
        ("L LL", "01/02/2021 January 2, 2021"),
        ("LLL", "January 2, 2021 1:05 AM"),
        ("LLLL", "Saturday, January 2, 2021 1:05 AM"),
        ("l ll", "1/2/2021 Jan 2, 2021"),
        ("lll", "Jan 2, 2021 1:05 AM"),
        ("llll", "Sat, Jan 2, 2021 1:05 AM"),
    ];
    for (text, expected) in expected {
        assert_eq!(written(JANUARY, "Europe/Berlin", text), expected, "{text}");
    }
}

#[test]
fn what_is_no_token_stands_for_itself() {
    for (text, expected) in [
        ("[v]YYYY", "v2021"),
        ("[a]b]D", "a]b2"),
        ("[", "["),
        ("[]D", "2"),
        ("[a[b]D", "[amb2"),
        (r"\YYYYY", "YYYYY"),
        (r"\D\\D", "D2"),
        (r"\[D]", "[2]"),
        ("\\", ""),
        (r"\LT", "LT"),
        ("YYY", "212021"),
        ("w|D", "w|2"),
        ("g-G-c-ö", "g-G-c-ö"),
        ("D\nD", "22"),
    ] {
        assert_eq!(written(JANUARY, "UTC", text), expected, "{text}");
    }
}

#[test]
fn no_format_is_iso_8601() {
    assert_eq!(written(0, "UTC", ""), "1970-01-01T00:00:00Z");
    assert_eq!(written(1_700_000_000, "Asia/Kolkata", ""), "2023-11-15T03:43:20+05:30");
}

#[test]
fn hours_of_both_kinds() {
    let at = |hour: i64| written(hour * 3600, "UTC", "H h k A");
    assert_eq!(
        [at(0), at(11), at(12), at(23)],
        ["0 12 24 AM", "11 11 11 AM", "12 12 12 PM", "23 11 23 PM"]
    );
}

#[test]
fn weeks_at_the_ends_of_years() {
    // 2022-12-31, a Saturday, and 2023-01-01, a Sunday.
    assert_eq!(written(1_672_444_800, "UTC", "gggg-ww GGGG-WW"), "2022-53 2022-52");
    assert_eq!(written(1_672_531_200, "UTC", "gggg-ww GGGG-WW"), "2023-01 2022-52");
}

#[test]
fn ordinals() {
    let endings: Vec<String> = [0, 1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 111, 121].map(calendar::ordinal).into();
    let expected = [
        "0th", "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "23rd", "111th", "121st",
    ];
    assert_eq!(endings, expected);
}

#[test]
fn offsets_and_names_of_zones() {
    assert_eq!(written(JANUARY, "America/St_Johns", "Z ZZ z"), "-03:30 -0330 NST");
    assert_eq!(written(JANUARY, "America/Sao_Paulo", "z"), "-03");
}
