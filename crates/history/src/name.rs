//! File names that carry a version.

use std::ffi::{OsStr, OsString};

/// Whether a file takes the schema forwards or back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Role {
    Migration,
    Rollback,
}

/// What a file name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Name {
    pub(crate) version: i64,
    pub(crate) role: Role,
}

/// Reads `<digits>_<anything>.sql`, the shape that both sqlx and the Supabase CLI take for a migration
/// (`^([0-9]+)_(.*)\.sql$`). Names are bytes, since git's are. A `.down.sql` beside its `.up.sql` is a rollback,
/// as sqlx has it. None for everything else, and for digits that no `i64` holds: a runner refuses those.
pub(crate) fn parse(name: &[u8]) -> Option<Name> {
    let stem = name.strip_suffix(b".sql")?;
    let digits = stem.iter().position(|byte| !byte.is_ascii_digit())?;
    if digits == 0 || stem.get(digits) != Some(&b'_') {
        return None;
    }
    let version = std::str::from_utf8(stem.get(..digits)?).ok()?.parse().ok()?;
    let role = if stem.ends_with(b".down") { Role::Rollback } else { Role::Migration };
    Some(Name { version, role })
}

/// The same name with another version. Sequence numbers keep their leading zeros.
pub(crate) fn with_version(name: &[u8], version: i64) -> Vec<u8> {
    let digits = name.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let mut new = format!("{version:0digits$}").into_bytes();
    new.extend_from_slice(name.get(digits..).unwrap_or_default());
    new
}

/// Git's bytes as a name of the file system.
pub(crate) fn os(bytes: &[u8]) -> OsString {
    #[cfg(unix)]
    {
        <OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(bytes).to_os_string()
    }
    #[cfg(not(unix))]
    {
        OsString::from(String::from_utf8_lossy(bytes).into_owned())
    }
}

/// A name of the file system as git's bytes.
pub(crate) fn bytes(name: &OsStr) -> Vec<u8> {
    name.as_encoded_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_gives_its_version_and_role_or_is_no_migration() {
        let migration = |version| Some(Name { version, role: Role::Migration });
        let rollback = |version| Some(Name { version, role: Role::Rollback });
        for (name, expected) in [
            (&b"20260102030405_create_projects.sql"[..], migration(20260102030405)),
            (b"0001_a.sql", migration(1)),
            (b"1_.sql", migration(1)),
            (b"1_a.up.sql", migration(1)),
            (b"1_a.down.sql", rollback(1)),
            (b"1_caf\xe9.sql", migration(1)),
            (b"1-a.sql", None),
            (b"_a.sql", None),
            (b"a_1.sql", None),
            (b"1.sql", None),
            (b"1_a.SQL", None),
            (b"1_a.sql.orig", None),
            (b"99999999999999999999_a.sql", None),
            (b"+1_a.sql", None),
        ] {
            assert_eq!(parse(name), expected, "{}", String::from_utf8_lossy(name));
        }
    }

    #[test]
    fn another_version_keeps_the_rest_of_the_name_and_the_width_of_the_number() {
        for (name, version, expected) in [
            (&b"20260102030405_a.sql"[..], 20260102030406, &b"20260102030406_a.sql"[..]),
            (b"0007_a_1.sql", 12, b"0012_a_1.sql"),
            (b"9_a.sql", 10, b"10_a.sql"),
        ] {
            assert_eq!(with_version(name, version), expected);
        }
    }
}
