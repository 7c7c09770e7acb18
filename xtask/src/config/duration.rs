//! Durations as people write them: `500ms`, `3s`, `15min`, `1h`.

use std::time::Duration;

/// The units, as Postgres spells them, in milliseconds.
const UNITS: [(&str, u64); 4] = [("ms", 1), ("s", 1_000), ("min", 60_000), ("h", 3_600_000)];

/// What to write instead of a duration that is not understood.
pub(crate) const EXAMPLES: &str = "a number and a unit, such as `500ms`, `3s`, `15min` or `1h`";

/// Reads a whole number and its unit, with nothing between them.
pub(crate) fn parse(text: &str) -> Option<Duration> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let (_, milliseconds) = UNITS.iter().find(|(name, _)| *name == unit)?;
    number.parse::<u64>().ok()?.checked_mul(*milliseconds).map(Duration::from_millis)
}

/// Writes it in the largest unit that takes no fraction.
pub(crate) fn format(duration: Duration) -> String {
    let milliseconds = duration.as_millis();
    let fits = |size: u64| milliseconds.is_multiple_of(u128::from(size));
    match UNITS.iter().rev().find(|(_, size)| milliseconds > 0 && fits(*size)) {
        Some((unit, size)) => format!("{}{unit}", milliseconds / u128::from(*size)),
        None => format!("{}s", duration.as_secs()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_and_a_unit_is_a_duration_and_is_written_as_it_was_read() {
        for (text, milliseconds) in
            [("500ms", 500), ("3s", 3_000), ("90s", 90_000), ("15min", 900_000), ("1h", 3_600_000), ("0s", 0)]
        {
            assert_eq!(parse(text), Some(Duration::from_millis(milliseconds)), "{text}");
            assert_eq!(format(Duration::from_millis(milliseconds)), text);
        }
    }

    #[test]
    fn anything_else_is_none() {
        for text in ["", "3", "s", "3 s", "-3s", "1.5s", "3m", "3S", "3sec", "99999999999999999999s", "٣s"] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse("18446744073709551615h"), None, "more than fits");
    }
}
