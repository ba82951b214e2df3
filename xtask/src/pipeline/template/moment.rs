//! Times in the format language of moment.js, in English: `YYYY-MM-DD`, `[text]`, `LLL`.
//!
//! What is no token stands for itself. The text is first rid of the tokens that stand for others (`LT`), then read token by token, then
//! written. Source: moment.js's documentation, and for its corners its behaviour.

mod calendar;
mod token;

use jiff::Zoned;

use calendar::Calendar;
use token::Token;

/// Writes `time` as `format` says.
pub(super) fn format(time: &Zoned, format: &str) -> String {
    let is_utc = time.offset().seconds() == 0;
    let format = match format {
        "" if is_utc => "YYYY-MM-DDTHH:mm:ss[Z]",
        "" => "YYYY-MM-DDTHH:mm:ssZ",
        format => format,
    };
    let expanded = token::expand_long(format);
    token::tokens(&expanded)
        .map(|token| match token {
            Token::Literal(text) => text,
            Token::Name(name) => write(time, name).unwrap_or_else(|| name.to_owned()),
        })
        .collect()
}

fn write(time: &Zoned, name: &str) -> Option<String> {
    date(time, name).or_else(|| weeks(time, name)).or_else(|| clock(time, name))
}

/// Year, quarter, month and day.
fn date(time: &Zoned, name: &str) -> Option<String> {
    let (year, month, day) = (i64::from(time.year()), i64::from(time.month()), i64::from(time.day()));
    let day_of_year = i64::from(time.day_of_year());
    let quarter = (month + 2) / 3;
    let (era_year, era, era_name) = if year > 0 {
        (year, "AD", "Anno Domini")
    } else {
        (1 - year, "BC", "Before Christ")
    };
    Some(match name {
        "YY" => fill(year % 100, 2),
        "Y" | "YYYY" => fill(year, 4),
        "YYYYY" => fill(year, 5),
        "YYYYYY" => format!("{}{}", if year < 0 { "" } else { "+" }, fill(year, 6)),
        "y" | "yy" | "yyy" | "yyyy" => fill(era_year, name.len()),
        "yo" => calendar::ordinal(era_year),
        "N" | "NN" | "NNN" | "NNNNN" => era.to_owned(),
        "NNNN" => era_name.to_owned(),
        "Q" => quarter.to_string(),
        "Qo" => calendar::ordinal(quarter),
        "M" | "MM" => fill(month, name.len()),
        "Mo" => calendar::ordinal(month),
        "MMM" => calendar::month(month)[..3].to_owned(),
        "MMMM" => calendar::month(month).to_owned(),
        "D" | "DD" => fill(day, name.len()),
        "Do" => calendar::ordinal(day),
        "DDD" => day_of_year.to_string(),
        "DDDo" => calendar::ordinal(day_of_year),
        "DDDD" => fill(day_of_year, 3),
        _ => return None,
    })
}

/// Weeks and their days: American ones (`w`, `g`, `e`), which start on Sunday, and those of ISO 8601 (`W`, `G`, `E`).
fn weeks(time: &Zoned, name: &str) -> Option<String> {
    let weekday = i64::from(time.weekday().to_sunday_zero_offset());
    let american = || calendar::week(time, Calendar::American);
    let iso = || calendar::week(time, Calendar::Iso);
    Some(match name {
        "d" | "e" => weekday.to_string(),
        "do" => calendar::ordinal(weekday),
        "dd" => calendar::weekday(weekday)[..2].to_owned(),
        "ddd" => calendar::weekday(weekday)[..3].to_owned(),
        "dddd" => calendar::weekday(weekday).to_owned(),
        "E" => time.weekday().to_monday_one_offset().to_string(),
        "w" | "ww" => fill(american().number, name.len()),
        "wo" => calendar::ordinal(american().number),
        "W" | "WW" => fill(iso().number, name.len()),
        "Wo" => calendar::ordinal(iso().number),
        "gg" => fill(american().year % 100, 2),
        "gggg" | "ggggg" => fill(american().year, name.len()),
        "GG" => fill(iso().year % 100, 2),
        "GGGG" | "GGGGG" => fill(iso().year, name.len()),
        _ => return None,
    })
}

/// The time of day, its zone, and the time as one number.
fn clock(time: &Zoned, name: &str) -> Option<String> {
    let (hour, minute, second) = (i64::from(time.hour()), i64::from(time.minute()), i64::from(time.second()));
    let twelve = (hour + 11) % 12 + 1;
    let thousandths = time.timestamp().subsec_millisecond();
    Some(match name {
        "H" | "HH" => fill(hour, name.len()),
        "h" | "hh" => fill(twelve, name.len()),
        "k" | "kk" => fill(if hour == 0 { 24 } else { hour }, name.len()),
        "Hmm" => format!("{hour}{minute:02}"),
        "Hmmss" => format!("{hour}{minute:02}{second:02}"),
        "hmm" => format!("{twelve}{minute:02}"),
        "hmmss" => format!("{twelve}{minute:02}{second:02}"),
        "A" => if hour < 12 { "AM" } else { "PM" }.to_owned(),
        "a" => if hour < 12 { "am" } else { "pm" }.to_owned(),
        "m" | "mm" => fill(minute, name.len()),
        "s" | "ss" => fill(second, name.len()),
        _ if name.starts_with('S') => format!("{thousandths:03}000000").chars().take(name.len()).collect(),
        "z" | "zz" => calendar::zone(time),
        "Z" => offset(time, ":"),
        "ZZ" => offset(time, ""),
        "X" => time.timestamp().as_second().to_string(),
        "x" => time.timestamp().as_millisecond().to_string(),
        _ => return None,
    })
}

fn offset(time: &Zoned, between: &str) -> String {
    let seconds = time.offset().seconds();
    let minutes = seconds.abs() / 60;
    let sign = if seconds < 0 { '-' } else { '+' };
    format!("{sign}{:02}{between}{:02}", minutes / 60, minutes % 60)
}

/// With zeros up to `width` digits; the sign comes on top.
fn fill(number: i64, width: usize) -> String {
    let sign = if number < 0 { "-" } else { "" };
    format!("{sign}{:0width$}", number.unsigned_abs())
}

#[cfg(test)]
mod tests;
