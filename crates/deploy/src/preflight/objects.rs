//! What lies about in the project's schemas.

use sqlx::Row;
use sqlx::postgres::PgRow;

use super::finding::{Check, Finding};
use super::text;

/// The row of `objects.sql`.
#[derive(Debug, Clone, Default)]
pub(super) struct Objects {
    pub(super) tables: i64,
    /// `schema.table (owner)`
    pub(super) not_ours: Vec<String>,
    /// Bytes of the largest table, as the last ANALYZE or VACUUM counted it.
    pub(super) largest: i64,
    pub(super) invalid_indexes: Vec<String>,
    pub(super) event_triggers: Vec<String>,
    pub(super) wraparound: Vec<String>,
}

impl Objects {
    pub(super) fn of(row: &PgRow) -> Result<Objects, sqlx::Error> {
        Ok(Objects {
            tables: row.try_get("tables")?,
            not_ours: row.try_get("not_ours")?,
            largest: row.try_get("largest")?,
            invalid_indexes: row.try_get("invalid_indexes")?,
            event_triggers: row.try_get("event_triggers")?,
            wraparound: row.try_get("wraparound")?,
        })
    }

    pub(super) fn judge(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        if !self.invalid_indexes.is_empty() {
            let message = format!("invalid indexes: {}", text::some_of(&self.invalid_indexes));
            findings.push(Finding::warning(Check::InvalidIndexes, message).hint(
                "a CREATE INDEX CONCURRENTLY failed; they cost writes and serve no query, and IF NOT EXISTS takes \
                 them for good: DROP INDEX CONCURRENTLY",
            ));
        }
        if !self.wraparound.is_empty() {
            let message = format!(
                "autovacuum works against transaction id wraparound on {}",
                text::some_of(&self.wraparound)
            );
            findings.push(Finding::warning(Check::Autovacuum, message).hint(
                "this kind does not yield to a script that waits for the table's lock: wait until it is done",
            ));
        }
        if !self.event_triggers.is_empty() {
            let message =
                format!("event triggers run along with the scripts: {}", text::some_of(&self.event_triggers));
            findings.push(Finding::note(Check::EventTriggers, message));
        }
        findings
    }
}
