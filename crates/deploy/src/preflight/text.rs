//! Numbers and lists as people read them.

use std::time::Duration;

/// How many names are told before `and 7 more`.
const NAMED: usize = 5;

/// The first few of them.
pub(super) fn some_of(names: &[String]) -> String {
    let mut text = names.iter().take(NAMED).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    if names.len() > NAMED {
        text += &format!(" and {} more", names.len() - NAMED);
    }
    text
}

/// `1.5 GiB`.
pub(super) fn bytes(bytes: i64) -> String {
    let units = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
    match units.iter().find(|(_, size)| bytes >= *size) {
        Some((unit, size)) => format!("{:.1} {unit}", bytes as f64 / *size as f64),
        None => format!("{bytes} bytes"),
    }
}

/// `90 s`, `15 min`, `3 h`.
pub(super) fn time(duration: Duration) -> String {
    match duration.as_secs() {
        seconds @ 0..=119 => format!("{seconds} s"),
        seconds @ 120..=7199 => format!("{} min", seconds / 60),
        seconds => format!("{} h", seconds / 3600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_cut_and_large_numbers_have_units() {
        let names: Vec<String> = (0..7).map(|n| format!("t{n}")).collect();
        assert_eq!(some_of(&names[..2]), "`t0`, `t1`");
        assert_eq!(some_of(&names), "`t0`, `t1`, `t2`, `t3`, `t4` and 2 more");
        assert_eq!([bytes(12), bytes(1536), bytes(3 << 30)], ["12 bytes", "1.5 KiB", "3.0 GiB"]);
        let times = [90, 900, 7200].map(|seconds| time(Duration::from_secs(seconds)));
        assert_eq!(times, ["90 s", "15 min", "2 h"]);
    }
}
