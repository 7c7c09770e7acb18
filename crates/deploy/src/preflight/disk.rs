//! Room on the server's disk, as far as it can be seen. SQL does not tell; where the server runs on this machine and our
//! role may know its folder, the file system does. Anything else would be a guess.

use std::path::Path;

use sqlx::Row;
use sqlx::postgres::PgRow;

use super::finding::{Check, Finding};
use super::objects::Objects;
use super::settings::Settings;
use super::text;

/// Below it nothing is safe, the server's own log of changes least of all.
const LEAST: i64 = 256 << 20;
/// What a slot may hold before somebody should look: an inactive one, an active one.
const SLOT_INACTIVE: i64 = 64 << 20;
const SLOT_ACTIVE: i64 = 1 << 30;

pub(super) fn judge(settings: &Settings, objects: Option<&Objects>) -> Option<Finding> {
    let folder = settings.data_directory.as_deref().filter(|_| settings.by_socket);
    let largest = objects.map_or(0, |objects| objects.largest);
    let size = text::bytes(settings.database_size);
    match folder.and_then(|folder| free(Path::new(folder))) {
        None => Some(Finding::note(
            Check::Disk,
            format!("how much room the disk has is not visible from here; the database takes {size}"),
        )),
        Some(free) => room(free, largest, &size),
    }
}

fn room(free: i64, largest: i64, size: &str) -> Option<Finding> {
    let said = format!("the server's disk has {} left", text::bytes(free));
    if free < LEAST {
        return Some(Finding::error(Check::Disk, said).hint("make room first: a full disk stops the server"));
    }
    (free < largest).then(|| {
        let largest = text::bytes(largest);
        Finding::warning(Check::Disk, format!("{said}, the database takes {size}"))
            .hint(format!("a script that rewrites the largest table needs {largest}, and as much for WAL"))
    })
}

/// Bytes that are free where this folder is; none when it is not to be seen.
fn free(folder: &Path) -> Option<i64> {
    let system = nix::sys::statvfs::statvfs(folder).ok()?;
    i64::try_from(system.blocks_available() * system.fragment_size()).ok()
}

/// A row of `slots.sql`.
pub(super) fn slot(row: &PgRow) -> Result<Option<Finding>, sqlx::Error> {
    let name: String = row.try_get("name")?;
    let active: bool = row.try_get("active")?;
    let status: Option<String> = row.try_get("wal_status")?;
    let held: Option<i64> = row.try_get("held")?;
    let held = held.unwrap_or_default();
    let lost = matches!(status.as_deref(), Some("unreserved" | "lost"));
    let much = held > if active { SLOT_ACTIVE } else { SLOT_INACTIVE };
    if !lost && !much {
        return Ok(None);
    }
    let state = if active { "active" } else { "nobody reads from it" };
    let message = format!("replication slot `{name}` ({state}) holds {} of WAL", text::bytes(held));
    Ok(Some(Finding::warning(Check::ReplicationSlots, message).hint(format!(
        "what a deploy writes is held too: mend its reader, or SELECT pg_drop_replication_slot('{name}')"
    ))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preflight::finding::Severity;

    #[test]
    fn little_room_stops_a_deploy_and_less_than_the_largest_table_is_told() {
        for (free, largest, expected) in [
            (100 << 20, 0, Some(Severity::Error)),
            (1 << 30, 2 << 30, Some(Severity::Warning)),
            (3 << 30, 2 << 30, None),
        ] {
            let found = room(free, largest, "1.0 GiB");
            assert_eq!(found.map(|finding| finding.severity), expected, "{free} {largest}");
        }
    }

    #[test]
    fn what_is_not_visible_is_said_and_not_guessed() {
        let settings = Settings { by_socket: true, database_size: 8 << 20, ..Settings::default() };
        let found = judge(&settings, None).unwrap();
        assert_eq!(found.severity, Severity::Note);
        assert_eq!(
            found.message,
            "how much room the disk has is not visible from here; the database takes 8.0 MiB"
        );
        // over TCP the folder may be that of another machine
        let elsewhere =
            Settings { by_socket: false, data_directory: Some("/".to_owned()), ..Settings::default() };
        assert_eq!(judge(&elsewhere, None).unwrap().severity, Severity::Note);
        let here = Settings { by_socket: true, ..elsewhere };
        assert!(judge(&here, None).is_none_or(|finding| finding.severity == Severity::Error));
    }
}
