//! The identity of a migration and of a script's bytes, both exactly as sqlx has them.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Duration, NaiveDateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha384};

/// The number in front of a migration's name, an `i64` as in sqlx. New ones are UTC times, `YYYYMMDDHHMMSS`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(i64);

/// A version that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a migration version: digits are expected, such as 20260131120000")]
pub struct NotAVersion(String);

const TIMESTAMP: &str = "%Y%m%d%H%M%S";

impl Version {
    /// The version with this number.
    pub const fn new(number: i64) -> Version {
        Version(number)
    }

    /// The number itself, as the ledger stores it.
    pub const fn number(self) -> i64 {
        self.0
    }

    /// The version for a new migration: the time `now` in UTC, or one above the highest known version when that
    /// is ahead of the clock (another branch, a wrong clock). `None` when no higher number exists.
    pub fn next(known: impl IntoIterator<Item = Version>, now: DateTime<Utc>) -> Option<Version> {
        let clock = now.format(TIMESTAMP).to_string().parse().ok()?;
        match known.into_iter().max() {
            Some(highest) if highest.0 >= clock => highest.successor(),
            _ => Some(Version(clock)),
        }
    }

    /// One second later when the number reads as a time, otherwise one more.
    fn successor(self) -> Option<Version> {
        let later = NaiveDateTime::parse_from_str(&self.0.to_string(), TIMESTAMP)
            .ok()
            .and_then(|time| time.checked_add_signed(Duration::seconds(1)))
            .and_then(|time| time.format(TIMESTAMP).to_string().parse().ok())
            .filter(|later| *later > self.0);
        later.or_else(|| self.0.checked_add(1)).map(Version)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl FromStr for Version {
    type Err = NotAVersion;

    /// Reads ASCII digits, with dashes between them as diesel writes its versions (`2021-01-31-120000`).
    fn from_str(text: &str) -> Result<Version, NotAVersion> {
        let refused = || NotAVersion(text.to_owned());
        let inner =
            text.starts_with(|c: char| c.is_ascii_digit()) && text.ends_with(|c: char| c.is_ascii_digit());
        if !inner || !text.chars().all(|c| c.is_ascii_digit() || c == '-') {
            return Err(refused());
        }
        text.replace('-', "").parse().map(Version).map_err(|_| refused())
    }
}

/// SHA-384 of a file's UTF-8 bytes, which is what sqlx keeps in its ledger.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Checksum([u8; 48]);

impl Checksum {
    /// The checksum of a script's text.
    pub fn of(text: &str) -> Checksum {
        Checksum(Sha384::digest(text).into())
    }

    /// A checksum as the ledger returned it; `None` when it is not 48 bytes long.
    pub fn from_bytes(bytes: &[u8]) -> Option<Checksum> {
        bytes.try_into().ok().map(Checksum)
    }

    /// The 48 bytes.
    pub const fn bytes(&self) -> &[u8; 48] {
        &self.0
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Checksum({self})")
    }
}

impl Serialize for Checksum {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        NaiveDateTime::parse_from_str(text, TIMESTAMP).unwrap().and_utc()
    }

    #[test]
    fn the_next_version_is_always_above_every_known_one() {
        let now = at("20260131120000");
        for (known, next) in [
            (vec![], 20260131120000),
            (vec![1, 20260131115959], 20260131120000),
            (vec![20260131120000], 20260131120001),
            (vec![20270101235959], 20270102000000),
            (vec![20269999999999], 20270000000000),
            (vec![202601311200000000], 202601311200000001),
        ] {
            let found = Version::next(known.iter().copied().map(Version), now).unwrap();
            assert_eq!(found, Version(next), "above {known:?}");
        }
        assert_eq!(Version::next([Version(i64::MAX)], now), None);
    }

    #[test]
    fn a_version_is_digits_or_diesels_dashed_digits() {
        for (text, number) in
            [("1", 1), ("0001", 1), ("2021-01-31-120000", 20210131120000), ("00000000000000", 0)]
        {
            assert_eq!(text.parse(), Ok(Version(number)), "{text}");
        }
        for text in ["", "-1", "+1", "1-", "v1", "1a", "１２", "99999999999999999999"] {
            assert!(text.parse::<Version>().is_err(), "{text}");
        }
    }
}
