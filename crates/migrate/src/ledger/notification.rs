//! The messages about a run, kept in its row: opaque JSON, of which only `settled` is read here.

use std::collections::BTreeMap;

use serde_json::Value;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use super::{LedgerError, read};

/// The messages that did not all go out (`"settled": false`), of the oldest run first. None when there is no ledger.
/// Never writes.
pub async fn pending(conn: &mut PgConnection) -> Result<Vec<(Uuid, Value)>, LedgerError> {
    let tables = read::exists(conn).await?;
    if !tables.get("meshhook_ops.migration_run").is_some_and(|table| table.has("notification")) {
        return Ok(Vec::new());
    }
    let rows = sqlx::query(include_str!("notification_pending.sql"))
        .persistent(false)
        .fetch_all(conn)
        .await
        .map_err(LedgerError::new("read"))?;
    rows.iter()
        .map(|row| Ok((row.try_get("id")?, row.try_get("notification")?)))
        .collect::<Result<_, sqlx::Error>>()
        .map_err(LedgerError::new("read"))
}

/// Whether there is a message about this run, sent or not. Never writes.
pub async fn is_kept(conn: &mut PgConnection, run: Uuid) -> Result<bool, LedgerError> {
    sqlx::query_scalar("SELECT notification IS NOT NULL FROM meshhook_ops.migration_run WHERE id = $1")
        .bind(run)
        .persistent(false)
        .fetch_one(conn)
        .await
        .map_err(LedgerError::new("read"))
}

/// Whether the messages about these runs are settled: sent or given up, none of them waiting. A run without messages is
/// not in the map. The ids come from [`crate::read_runs`]. Never writes.
pub async fn settled(conn: &mut PgConnection, runs: &[Uuid]) -> Result<BTreeMap<Uuid, bool>, LedgerError> {
    if runs.is_empty() {
        // there may be no ledger
        return Ok(BTreeMap::new());
    }
    let rows = sqlx::query(include_str!("notification_settled.sql"))
        .bind(runs)
        .persistent(false)
        .fetch_all(conn)
        .await
        .map_err(LedgerError::new("read"))?;
    rows.iter()
        .map(|row| Ok((row.try_get("id")?, row.try_get("settled")?)))
        .collect::<Result<_, sqlx::Error>>()
        .map_err(LedgerError::new("read"))
}

/// Keeps this with the run, in place of what was kept before.
pub async fn store(conn: &mut PgConnection, run: Uuid, notification: &Value) -> Result<(), LedgerError> {
    let done = sqlx::query("UPDATE meshhook_ops.migration_run SET notification = $2 WHERE id = $1")
        .bind(run)
        .bind(notification)
        .persistent(false)
        .execute(conn)
        .await
        .map_err(LedgerError::new("written"))?;
    if done.rows_affected() == 1 {
        return Ok(());
    }
    Err(LedgerError { doing: "written", code: None, message: format!("it has no run {run}") })
}
