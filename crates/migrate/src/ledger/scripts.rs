//! The scripts of runs, as the log has them.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use super::LedgerError;
use crate::version::Version;

/// One attempt at one script.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScriptRow {
    /// Its place in the run, from 1.
    pub step: i32,
    /// The migration.
    pub version: Version,
    /// The script's file.
    pub script: String,
    /// `up` or `down`.
    pub direction: String,
    /// `started`, `succeeded`, `failed`, `interrupted`, `rolled back`; `adopted`, `forgotten`, `mended` without having
    /// been run.
    pub status: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
    /// SQLSTATE of its failure.
    pub error_code: Option<String>,
    /// Its failure.
    pub error_message: Option<String>,
    /// Where it failed, `file:line:column`.
    pub error_position: Option<String>,
}

/// The scripts of these runs, each run's in order; a run without scripts is not in the map. The log must be there:
/// the ids come from [`super::read_runs`]. Never writes.
pub async fn run_scripts(
    conn: &mut PgConnection,
    runs: &[Uuid],
) -> Result<BTreeMap<Uuid, Vec<ScriptRow>>, LedgerError> {
    let mut scripts: BTreeMap<Uuid, Vec<ScriptRow>> = BTreeMap::new();
    if runs.is_empty() {
        return Ok(scripts);
    }
    let rows = sqlx::query(include_str!("run_scripts.sql"))
        .bind(runs)
        .persistent(false)
        .fetch_all(conn)
        .await
        .map_err(LedgerError::new("read"))?;
    for row in &rows {
        let (run, script) = script_row(row).map_err(LedgerError::new("read"))?;
        scripts.entry(run).or_default().push(script);
    }
    Ok(scripts)
}

fn script_row(row: &PgRow) -> Result<(Uuid, ScriptRow), sqlx::Error> {
    let script = ScriptRow {
        step: row.try_get("step")?,
        version: Version::new(row.try_get("version")?),
        script: row.try_get("script")?,
        direction: row.try_get("direction")?,
        status: row.try_get("status")?,
        started_at: row.try_get("started_at")?,
        finished_at: row.try_get("finished_at")?,
        error_code: row.try_get("error_code")?,
        error_message: row.try_get("error_message")?,
        error_position: row.try_get("error_position")?,
    };
    Ok((row.try_get("run")?, script))
}
