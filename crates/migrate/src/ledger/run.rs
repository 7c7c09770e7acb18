//! Runs: one row per command that changed, or meant to change, the database.

use std::collections::BTreeMap;
use std::convert::identity;

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use super::{LedgerError, RunInfo, read};
use crate::folder::Direction;
use crate::script::Script;
use crate::silence::answered;
use crate::version::Version;

/// A row of `migration_run`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunRow {
    /// Its id.
    pub id: Uuid,
    /// `up`, `deploy`, `rollback` …
    pub command: String,
    /// Which environment.
    pub environment: String,
    /// The commit that was checked out.
    pub git_commit: Option<String>,
    /// Who or what started it.
    pub actor: Option<String>,
    /// Its page in CI.
    pub ci_url: Option<String>,
    /// The tool's version.
    pub tool_version: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended; none while it runs, and none for ever when it was killed.
    pub finished_at: Option<DateTime<Utc>>,
    /// `running`, `succeeded`, `failed`, `interrupted`, `rolled-back`, `needs-a-person`.
    pub outcome: String,
    /// `forwards` or `backwards`.
    pub phase: Option<String>,
    /// The killed run whose work it took over.
    pub continues: Option<Uuid>,
    /// Why somebody overruled the tool.
    pub reason: Option<String>,
    /// Why it failed.
    pub message: Option<String>,
    /// The highest applied version before; 0 for none.
    pub version_before: Option<i64>,
    /// The highest applied version after; 0 for none.
    pub version_after: Option<i64>,
    /// The schema's fingerprint before.
    pub fingerprint_before: Option<String>,
    /// The schema's fingerprint after.
    pub fingerprint_after: Option<String>,
    /// The server process that held the lock.
    pub backend_pid: Option<i32>,
    /// When that process began: a pid alone may be somebody else's by now.
    pub backend_start: Option<DateTime<Utc>>,
}

/// Which runs are wanted.
#[derive(Debug, Clone, Default)]
pub struct RunFilter {
    /// Only this one.
    pub id: Option<Uuid>,
    /// Only these commands.
    pub commands: Option<Vec<String>>,
    /// Only those that began then or later.
    pub since: Option<DateTime<Utc>>,
    /// Only those that did not succeed.
    pub failed: bool,
    /// At most so many; all when it is none.
    pub limit: Option<u32>,
}

/// The commands that work on an environment, and that take each other's unfinished work over.
const DEPLOYS: [&str; 2] = ["deploy", "rollback"];

/// Runs, newest first; none when there is no ledger. Never writes.
pub async fn read_runs(conn: &mut PgConnection, filter: &RunFilter) -> Result<Vec<RunRow>, LedgerError> {
    let tables = read::exists(conn).await?;
    let current =
        tables.get("meshhook_ops.migration_run").is_some_and(|table| table.has(super::NEWEST_COLUMN));
    if !current {
        return Ok(Vec::new());
    }
    let read = sqlx::query(include_str!("run_rows.sql"))
        .bind(filter.id)
        .bind(&filter.commands)
        .bind(filter.since)
        .bind(filter.failed)
        .bind(filter.limit.map(i64::from))
        .persistent(false)
        .fetch_all(conn);
    let rows = answered(read, identity).await.map_err(LedgerError::new("read"))?;
    rows.iter().map(run_row).collect::<Result<_, _>>().map_err(LedgerError::new("read"))
}

/// The last deploy or rollback, when it never came to its end. Whether its process still works is for the lock
/// to say ([`crate::lock_holder`]).
pub async fn unfinished_run(conn: &mut PgConnection) -> Result<Option<RunRow>, LedgerError> {
    let commands = Some(DEPLOYS.iter().map(|&command| command.to_owned()).collect());
    let latest = read_runs(conn, &RunFilter { commands, limit: Some(1), ..RunFilter::default() }).await?;
    Ok(latest.into_iter().next().filter(|run| run.finished_at.is_none()))
}

/// One script of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunStep {
    /// The migration.
    pub version: Version,
    /// Which way.
    pub direction: Direction,
    /// `started`, `succeeded`, `failed`, `interrupted`, `rolled back`.
    pub status: String,
}

/// What a run did, in order.
pub async fn run_steps(conn: &mut PgConnection, run: Uuid) -> Result<Vec<RunStep>, LedgerError> {
    let read = sqlx::query(include_str!("run_steps.sql")).bind(run).persistent(false).fetch_all(conn);
    let rows = answered(read, identity).await.map_err(LedgerError::new("read"))?;
    let step = |row: &PgRow| {
        let direction = match row.try_get("direction")? {
            "down" => Direction::Down,
            _ => Direction::Up,
        };
        Ok(RunStep {
            version: Version::new(row.try_get("version")?),
            direction,
            status: row.try_get("status")?,
        })
    };
    rows.iter().map(step).collect::<Result<_, sqlx::Error>>().map_err(LedgerError::new("read"))
}

/// The rollbacks that were kept when these versions were applied. Their path is that of the file they came from.
pub async fn recorded_rollbacks(
    conn: &mut PgConnection,
    versions: &[Version],
) -> Result<BTreeMap<Version, Script>, LedgerError> {
    let sql = "SELECT version, script, sql FROM meshhook_ops.rollback_script WHERE version = ANY ($1)";
    let read = sqlx::query(sql)
        .bind(versions.iter().map(|version| version.number()).collect::<Vec<_>>())
        .persistent(false)
        .fetch_all(conn);
    let rows = answered(read, identity).await.map_err(LedgerError::new("read"))?;
    let one = |row: &PgRow| {
        let (path, sql): (String, String) = (row.try_get("script")?, row.try_get("sql")?);
        Ok((Version::new(row.try_get("version")?), Script::new(path, sql)))
    };
    rows.iter().map(one).collect::<Result<_, sqlx::Error>>().map_err(LedgerError::new("read"))
}

/// What is known about a run when it begins.
#[derive(Debug, Clone, Default)]
pub struct Opening {
    /// `forwards` or `backwards`.
    pub phase: &'static str,
    /// The killed run whose work it takes over.
    pub continues: Option<Uuid>,
    /// Why somebody overrules the tool.
    pub reason: Option<String>,
    /// The highest applied version.
    pub version_before: Option<Version>,
    /// The schema's fingerprint.
    pub fingerprint_before: Option<String>,
}

/// What is known about a run when it ends.
#[derive(Debug, Clone, Default)]
pub struct Closing {
    /// `succeeded`, `failed`, `interrupted`, `rolled-back`, `needs-a-person`.
    pub outcome: &'static str,
    /// Why it failed.
    pub message: Option<String>,
    /// The highest applied version.
    pub version_after: Option<Version>,
    /// The schema's fingerprint.
    pub fingerprint_after: Option<String>,
    /// Why somebody overruled the tool, when that shows only now.
    pub reason: Option<String>,
}

pub(crate) async fn open(
    conn: &mut PgConnection,
    id: Uuid,
    info: &RunInfo,
    opening: &Opening,
    pid: i32,
) -> Result<(), sqlx::Error> {
    let clean = |text: &Option<String>| text.as_deref().map(|text| meshhook_redact::clean(text).into_owned());
    sqlx::query(include_str!("run_open.sql"))
        .bind(id)
        .bind(&info.command)
        .bind(&info.environment)
        .bind(clean(&info.git_commit))
        .bind(clean(&info.actor))
        .bind(clean(&info.ci_url))
        .bind(&info.tool_version)
        .bind(opening.phase)
        .bind(opening.continues)
        .bind(opening.reason.as_deref().map(meshhook_redact::clean))
        .bind(opening.version_before.map_or(0, Version::number))
        .bind(&opening.fingerprint_before)
        .bind(pid)
        .execute(&mut *conn)
        .await?;
    if let Some(old) = opening.continues {
        sqlx::query(include_str!("run_abandoned.sql")).bind(old).execute(conn).await?;
    }
    Ok(())
}

pub(crate) async fn close(conn: &mut PgConnection, id: Uuid, closing: &Closing) -> Result<(), sqlx::Error> {
    let message = closing.message.as_deref().map(meshhook_redact::clean);
    sqlx::query(include_str!("run_close.sql"))
        .bind(id)
        .bind(closing.outcome)
        .bind(message)
        .bind(closing.version_after.map_or(0, Version::number))
        .bind(&closing.fingerprint_after)
        .bind(closing.reason.as_deref().map(meshhook_redact::clean))
        .execute(conn)
        .await
        .map(drop)
}

fn run_row(row: &PgRow) -> Result<RunRow, sqlx::Error> {
    Ok(RunRow {
        id: row.try_get("id")?,
        command: row.try_get("command")?,
        environment: row.try_get("environment")?,
        git_commit: row.try_get("git_commit")?,
        actor: row.try_get("actor")?,
        ci_url: row.try_get("ci_url")?,
        tool_version: row.try_get("tool_version")?,
        started_at: row.try_get("started_at")?,
        finished_at: row.try_get("finished_at")?,
        outcome: row.try_get("outcome")?,
        phase: row.try_get("phase")?,
        continues: row.try_get("continues")?,
        reason: row.try_get("reason")?,
        message: row.try_get("message")?,
        version_before: row.try_get("version_before")?,
        version_after: row.try_get("version_after")?,
        fingerprint_before: row.try_get("fingerprint_before")?,
        fingerprint_after: row.try_get("fingerprint_after")?,
        backend_pid: row.try_get("backend_pid")?,
        backend_start: row.try_get("backend_start")?,
    })
}
