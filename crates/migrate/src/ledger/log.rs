//! The log: who ran what, when, how long, with which outcome. Written on a connection of its own, so that a
//! failure's row survives the failure's rollback.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use super::LedgerError;
use super::record::Record;
use crate::error::ScriptError;
use crate::lock::lock_holder;
use crate::version::Version;

/// Who runs something, and from where. Goes into the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunInfo {
    /// The command: `up`, `down`, `deploy` …
    pub command: String,
    /// The environment, `development` when it is nobody else's.
    pub environment: String,
    /// The commit that is checked out.
    pub git_commit: Option<String>,
    /// Who or what started it.
    pub actor: Option<String>,
    /// The page of the CI run.
    pub ci_url: Option<String>,
    /// The tool's own version.
    pub tool_version: String,
}

impl RunInfo {
    /// A command on a development database.
    pub fn development(command: &str) -> RunInfo {
        RunInfo {
            command: command.to_owned(),
            environment: "development".to_owned(),
            git_commit: None,
            actor: None,
            ci_url: None,
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Everything was done.
    Succeeded,
    /// A script failed.
    Failed,
    /// Somebody stopped it.
    Interrupted,
}

impl Outcome {
    const fn as_str(self) -> &'static str {
        match self {
            Outcome::Succeeded => "succeeded",
            Outcome::Failed => "failed",
            Outcome::Interrupted => "interrupted",
        }
    }
}

/// A row of the log with its run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogRow {
    /// The run it belongs to.
    pub run: Uuid,
    /// Its place in the run, from 1.
    pub step: i32,
    /// The migration.
    pub version: Version,
    /// The script's file.
    pub script: String,
    /// `up` or `down`.
    pub direction: String,
    /// `started`, `succeeded`, `failed` or `interrupted`.
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
    /// The run's command.
    pub command: String,
    /// The run's environment.
    pub environment: String,
    /// The run's commit.
    pub git_commit: Option<String>,
    /// Who started the run.
    pub actor: Option<String>,
    /// The run's page in CI.
    pub ci_url: Option<String>,
    /// The tool's version.
    pub tool_version: String,
    /// How the run ended, `running` while it has not.
    pub outcome: String,
}

/// The latest rows of the log, newest first; none when there is no log. Never writes: what a run that was killed
/// left as running is told as interrupted, and written as that by the next run that has something to do.
pub async fn read_log(conn: &mut PgConnection, limit: u32) -> Result<Vec<LogRow>, LedgerError> {
    if !super::read::exists(conn).await?.contains_key("meshhook_ops.migration_log") {
        return Ok(Vec::new());
    }
    let rows = sqlx::query(include_str!("log.sql"))
        .bind(i64::from(limit))
        .persistent(false)
        .fetch_all(&mut *conn)
        .await
        .map_err(LedgerError::new("read"))?;
    let mut rows: Vec<LogRow> =
        rows.iter().map(log_row).collect::<Result<_, _>>().map_err(LedgerError::new("read"))?;
    let open = rows.iter().any(|row| row.outcome == "running" || row.status == "started");
    if open && lock_holder(conn).await?.is_none() {
        for row in &mut rows {
            for (said, open) in [(&mut row.outcome, "running"), (&mut row.status, "started")] {
                if said == open {
                    "interrupted".clone_into(said);
                }
            }
        }
    }
    Ok(rows)
}

fn log_row(row: &sqlx::postgres::PgRow) -> Result<LogRow, sqlx::Error> {
    Ok(LogRow {
        run: row.try_get("run")?,
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
        command: row.try_get("command")?,
        environment: row.try_get("environment")?,
        git_commit: row.try_get("git_commit")?,
        actor: row.try_get("actor")?,
        ci_url: row.try_get("ci_url")?,
        tool_version: row.try_get("tool_version")?,
        outcome: row.try_get("outcome")?,
    })
}

/// Marks what an earlier run left open as interrupted. Only under the lock, when no other run can be going.
pub(crate) async fn abandon(conn: &mut PgConnection) -> Result<(), sqlx::Error> {
    crate::run::message::simple(conn, include_str!("abandon.sql")).await.map(drop)
}

/// Opens a run.
pub(crate) async fn open_run(conn: &mut PgConnection, id: Uuid, info: &RunInfo) -> Result<(), sqlx::Error> {
    sqlx::query(include_str!("open_run.sql"))
        .bind(id)
        .bind(&info.command)
        .bind(&info.environment)
        .bind(&info.git_commit)
        .bind(info.actor.as_deref().map(meshhook_redact::clean))
        .bind(info.ci_url.as_deref().map(meshhook_redact::clean))
        .bind(&info.tool_version)
        .execute(conn)
        .await
        .map(drop)
}

/// Closes a run.
pub(crate) async fn close_run(
    conn: &mut PgConnection,
    id: Uuid,
    outcome: Outcome,
) -> Result<(), sqlx::Error> {
    sqlx::query(include_str!("close_run.sql")).bind(id).bind(outcome.as_str()).execute(conn).await.map(drop)
}

/// Writes that a script begins.
pub(crate) async fn log_start(conn: &mut PgConnection, record: &Record<'_>) -> Result<(), sqlx::Error> {
    sqlx::query(include_str!("log_start.sql"))
        .bind(record.run)
        .bind(record.step)
        .bind(record.version.number())
        .bind(record.script.path.to_string_lossy().into_owned())
        .bind(record.direction.as_str())
        .execute(conn)
        .await
        .map(drop)
}

/// Writes that a script failed, and where.
pub(crate) async fn log_failure(
    conn: &mut PgConnection,
    record: &Record<'_>,
    outcome: Outcome,
    error: &ScriptError,
) -> Result<(), sqlx::Error> {
    sqlx::query(include_str!("log_failure.sql"))
        .bind(record.run)
        .bind(record.step)
        .bind(outcome.as_str())
        .bind(&error.code)
        .bind(meshhook_redact::clean(&error.message).into_owned())
        .bind(format!("{}:{}:{}", error.path.display(), error.line, error.column))
        .execute(conn)
        .await
        .map(drop)
}
