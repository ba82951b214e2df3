//! Times and sizes as people read them.

use std::time::Duration;

/// `0.3s`, `12.3s`, `2m 05s`, `1h 02m`.
pub(super) fn time(duration: Duration) -> String {
    let tenths = (duration.as_millis() + 50) / 100;
    if tenths < 600 {
        return format!("{}.{}s", tenths / 10, tenths % 10);
    }
    let seconds = (duration.as_millis() + 500) / 1000;
    if seconds < 3600 {
        format!("{}m {:02}s", seconds / 60, seconds % 60)
    } else {
        format!("{}h {:02}m", seconds / 3600, seconds % 3600 / 60)
    }
}

/// `812 B`, `12.3 MB`: decimal units, as docker shows them.
pub fn size(bytes: u64) -> String {
    const UNITS: [(u64, &str); 4] = [(1_000_000_000_000, "TB"), (1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    let Some((unit, name)) = UNITS.iter().find(|(unit, _)| bytes >= *unit) else {
        return format!("{bytes} B");
    };
    let tenths = u128::from(bytes) * 10 / u128::from(*unit);
    if tenths < 1000 {
        format!("{}.{} {name}", tenths / 10, tenths % 10)
    } else {
        format!("{} {name}", tenths / 10)
    }
}

/// `1 step`, `2 steps`.
pub(super) fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        let shown = |milliseconds| time(Duration::from_millis(milliseconds));
        assert_eq!(shown(0), "0.0s");
        assert_eq!(shown(12_349), "12.3s");
        assert_eq!(shown(59_949), "59.9s");
        assert_eq!(shown(59_950), "1m 00s");
        assert_eq!(shown(125_000), "2m 05s");
        assert_eq!(shown(3_720_000), "1h 02m");
    }

    #[test]
    fn sizes() {
        assert_eq!(size(0), "0 B");
        assert_eq!(size(999), "999 B");
        assert_eq!(size(1_000), "1.0 kB");
        assert_eq!(size(12_345_678), "12.3 MB");
        assert_eq!(size(180_000_000), "180 MB");
        assert_eq!(size(u64::MAX), "18446744 TB");
    }
}
