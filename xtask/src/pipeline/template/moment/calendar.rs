//! English names, ordinals, and the two ways to count weeks.

use jiff::Zoned;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// How weeks are counted.
#[derive(Clone, Copy)]
pub(super) enum Calendar {
    /// From Sunday; the first week is the one with January 1st.
    American,
    /// From Monday; the first week is the one with January 4th. Source: ISO 8601.
    Iso,
}

/// A week, and the year it is counted in.
pub(super) struct Week {
    pub year: i64,
    pub number: i64,
}

pub(super) fn week(time: &Zoned, calendar: Calendar) -> Week {
    let iso = match calendar {
        Calendar::Iso => time.date().iso_week_date(),
        Calendar::American => {
            // A week belongs to the year of its last day here, of its fourth there.
            let to_saturday = 6 - i64::from(time.weekday().to_sunday_zero_offset());
            let saturday = time.date().saturating_add(jiff::Span::new().days(to_saturday));
            return Week {
                year: i64::from(saturday.year()),
                number: i64::from((saturday.day_of_year() - 1) / 7 + 1),
            };
        }
    };
    Week {
        year: i64::from(iso.year()),
        number: i64::from(iso.week()),
    }
}

/// `1` is January.
pub(super) fn month(number: i64) -> &'static str {
    usize::try_from(number - 1)
        .ok()
        .and_then(|index| MONTHS.get(index))
        .copied()
        .unwrap_or_default()
}

/// `0` is Sunday.
pub(super) fn weekday(number: i64) -> &'static str {
    usize::try_from(number)
        .ok()
        .and_then(|index| WEEKDAYS.get(index))
        .copied()
        .unwrap_or_default()
}

/// `1st`, `2nd`, `11th`.
pub(super) fn ordinal(number: i64) -> String {
    let ending = match (number % 100 / 10, number % 10) {
        (1, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}

/// The zone's short name at that time, such as `CEST` or `+03`.
pub(super) fn zone(time: &Zoned) -> String {
    let information = time.time_zone().to_offset_info(time.timestamp());
    information.abbreviation().to_owned()
}
