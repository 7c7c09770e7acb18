//! Runs of workflows, as they stand now. How they got there is in [`events`](crate::events).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::{PgConnection, PgExecutor};
use uuid::Uuid;

use crate::StoreError;

/// One run of a workflow.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Run {
    /// Identifier.
    pub id: Uuid,
    /// The version that runs.
    pub definition_id: Uuid,
    /// The project of the definition.
    pub project_id: Uuid,
    /// How it stands.
    pub status: Status,
    /// What it was started with.
    pub input: Value,
    /// What came out.
    pub output: Option<Value>,
    /// Why it failed.
    pub error: Option<String>,
    /// What the caller named the call.
    pub idempotency_key: Option<String>,
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// When it was paused, while it is.
    pub paused_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
}

/// How a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[sqlx(type_name = "workflow_run_status", rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Steps are being worked on.
    Running,
    /// Ended as it should.
    Succeeded,
    /// Ended by an error.
    Failed,
    /// No further step is started until somebody resumes it.
    Paused,
    /// Ended by somebody.
    Canceled,
}

/// A run, and whether this call started it.
#[derive(Debug, Clone, PartialEq)]
pub struct Started {
    /// The run.
    pub run: Run,
    /// False: an earlier call with the same key did.
    pub new: bool,
}

/// How a run ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Outcome<'a> {
    /// With a result.
    Succeeded(&'a Value),
    /// With an error.
    Failed(&'a str),
    /// By somebody's decision.
    Canceled,
}

/// Starts a run. With a key that the project has used before, that run is returned: a webhook which is delivered twice
/// starts one run. `None`: there is no such definition.
pub async fn start(
    db: &mut PgConnection,
    definition: Uuid,
    input: &Value,
    idempotency_key: Option<&str>,
) -> Result<Option<Started>, StoreError> {
    let started = sqlx::query_file_as!(Run, "src/runs/start.sql", definition, input, idempotency_key)
        .fetch_optional(&mut *db)
        .await?;
    if let Some(run) = started {
        return Ok(Some(Started { run, new: true }));
    }
    // A statement of its own: the run of a call that was faster by a moment is not in the snapshot of the first.
    let earlier = sqlx::query_file_as!(Run, "src/runs/started_before.sql", definition, idempotency_key)
        .fetch_optional(&mut *db)
        .await?;
    Ok(earlier.map(|run| Started { run, new: false }))
}

/// One run.
pub async fn find(db: impl PgExecutor<'_>, run: Uuid) -> Result<Option<Run>, StoreError> {
    Ok(sqlx::query_file_as!(Run, "src/runs/find.sql", run).fetch_optional(db).await?)
}

/// The runs of a project, the latest first, at most `limit`; with `status`, those that stand so.
pub async fn list(
    db: impl PgExecutor<'_>,
    project: Uuid,
    status: Option<Status>,
    limit: u16,
) -> Result<Vec<Run>, StoreError> {
    let query =
        sqlx::query_file_as!(Run, "src/runs/list.sql", project, status as Option<Status>, i64::from(limit));
    Ok(query.fetch_all(db).await?)
}

/// Ends a run that is running or paused. `None`: there is no such run, or it has ended before.
pub async fn finish(
    db: impl PgExecutor<'_>,
    run: Uuid,
    outcome: Outcome<'_>,
) -> Result<Option<Run>, StoreError> {
    let (status, output, error) = match outcome {
        Outcome::Succeeded(output) => (Status::Succeeded, Some(output), None),
        Outcome::Failed(error) => (Status::Failed, None, Some(error)),
        Outcome::Canceled => (Status::Canceled, None, None),
    };
    let query = sqlx::query_file_as!(Run, "src/runs/finish.sql", run, status as Status, output, error);
    Ok(query.fetch_optional(db).await?)
}

/// Pauses a running run. False when it does not run, or is not the caller's to pause.
pub async fn pause(db: impl PgExecutor<'_>, run: Uuid) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar!(r#"SELECT public.pause_run($1) AS "paused!""#, run).fetch_one(db).await?)
}

/// Lets a paused run go on. False when it is not paused, or is not the caller's to resume.
pub async fn resume(db: impl PgExecutor<'_>, run: Uuid) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar!(r#"SELECT public.resume_run($1) AS "resumed!""#, run).fetch_one(db).await?)
}
