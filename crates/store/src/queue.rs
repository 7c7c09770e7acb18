//! The durable job queue. Every step of a run is a job.
//!
//! A claimed job is invisible to other workers for a while and comes back by itself when its worker dies. A job that keeps
//! failing waits longer each time, and ends among the dead. The token of a claim proves it: a worker that was too slow
//! cannot touch the job any more. For the service's role: users see jobs, and touch none.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use sqlx::PgExecutor;
use uuid::Uuid;

use crate::StoreError;

/// A job to be put into a queue.
#[derive(Debug, Clone, Copy)]
pub struct NewJob<'a> {
    /// The queue. [`StoreError::Missing`] when there is none of that name.
    pub queue: &'a str,
    /// What to do, as the worker reads it.
    pub payload: &'a Value,
    /// The project that it works for; none for the engine itself.
    pub project: Option<Uuid>,
    /// The run that it moves on.
    pub run: Option<Uuid>,
    /// How long it waits before it may be claimed.
    pub delay: Duration,
    /// Higher comes first.
    pub priority: i32,
    /// At most one job with the same key waits in a queue.
    pub dedupe_key: Option<&'a str>,
}

impl<'a> NewJob<'a> {
    /// A job for the engine itself, at once and with no priority.
    pub fn new(queue: &'a str, payload: &'a Value) -> Self {
        Self {
            queue,
            payload,
            project: None,
            run: None,
            delay: Duration::ZERO,
            priority: 0,
            dedupe_key: None,
        }
    }
}

/// A claimed job.
#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    /// Identifier; kept when it dies and when it is brought back.
    pub id: i64,
    /// The queue that it is in.
    pub queue: String,
    /// The project that it works for.
    pub project_id: Option<Uuid>,
    /// The run that it moves on.
    pub run_id: Option<Uuid>,
    /// What to do.
    pub payload: Value,
    /// Higher comes first.
    pub priority: i32,
    /// How often it was claimed, this time included.
    pub attempts: i32,
    /// After this many attempts it is dead.
    pub max_attempts: i32,
    /// Until when it is this worker's.
    pub visible_at: DateTime<Utc>,
    /// Proves this claim.
    pub token: Uuid,
    /// Why the attempt before failed.
    pub last_error: Option<String>,
}

/// What became of a job whose attempt failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Failed {
    /// It is tried again later.
    Retrying,
    /// It was given up.
    Dead,
    /// The claim was lost meanwhile: somebody else has the job now.
    Lost,
}

/// A job that was given up.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DeadJob {
    /// Identifier that it had in its queue.
    pub id: i64,
    /// The queue that it was in.
    pub queue: String,
    /// The project that it worked for.
    pub project_id: Option<Uuid>,
    /// What was to be done.
    pub payload: Value,
    /// How often it was tried.
    pub attempts: i32,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// When it was given up.
    pub died_at: DateTime<Utc>,
}

/// Puts a job into a queue: its id, or the id of the job that already waits with the same key. `None`: that job was
/// finished at the same moment, so put it in again.
pub async fn enqueue(db: impl PgExecutor<'_>, job: NewJob<'_>) -> Result<Option<i64>, StoreError> {
    let NewJob { queue, payload, project, run, delay, priority, dedupe_key } = job;
    let delay = delay.as_secs_f64();
    let query = sqlx::query_file_scalar!(
        "src/queue/enqueue.sql",
        queue,
        payload,
        project,
        run,
        delay,
        priority,
        dedupe_key
    );
    Ok(query.fetch_one(db).await?)
}

/// Hands out up to `max` jobs, the most urgent first, and hides them from other workers for `visibility` (by default
/// as long as the queue says). Never waits for another worker.
pub async fn claim(
    db: impl PgExecutor<'_>,
    queue: &str,
    worker: &str,
    max: u16,
    visibility: Option<Duration>,
) -> Result<Vec<Job>, StoreError> {
    let visibility = visibility.map(|visibility| visibility.as_secs_f64());
    let query = sqlx::query_file_as!(Job, "src/queue/claim.sql", queue, worker, i32::from(max), visibility);
    Ok(query.fetch_all(db).await?)
}

/// Removes a job that is done. False when the claim was lost meanwhile.
pub async fn complete(db: impl PgExecutor<'_>, job: i64, token: Uuid) -> Result<bool, StoreError> {
    let query = sqlx::query_scalar!(r#"SELECT public.complete_job($1, $2) AS "done!""#, job, token);
    Ok(query.fetch_one(db).await?)
}

/// Reports a failed attempt. Without `retry` the job is given up at once.
pub async fn fail(
    db: impl PgExecutor<'_>,
    job: i64,
    token: Uuid,
    reason: &str,
    retry: bool,
) -> Result<Failed, StoreError> {
    let answer = sqlx::query_scalar!(
        r#"SELECT public.fail_job($1, $2, $3, $4) AS "answer!""#,
        job,
        token,
        reason,
        retry
    )
    .fetch_one(db)
    .await?;
    match answer.as_str() {
        "retrying" => Ok(Failed::Retrying),
        "dead" => Ok(Failed::Dead),
        "lost" => Ok(Failed::Lost),
        other => {
            Err(StoreError::Database(sqlx::Error::Decode(format!("fail_job returned {other:?}").into())))
        }
    }
}

/// Keeps a claimed job hidden for this much longer, counted from now: until when. `None` when the claim was lost.
pub async fn extend(
    db: impl PgExecutor<'_>,
    job: i64,
    token: Uuid,
    extension: Duration,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let query = sqlx::query_file_scalar!("src/queue/extend.sql", job, token, extension.as_secs_f64());
    Ok(query.fetch_one(db).await?)
}

/// The jobs of a queue that were given up, the latest first, at most `limit`.
pub async fn dead(db: impl PgExecutor<'_>, queue: &str, limit: u16) -> Result<Vec<DeadJob>, StoreError> {
    Ok(sqlx::query_file_as!(DeadJob, "src/queue/dead.sql", queue, i64::from(limit)).fetch_all(db).await?)
}

/// Brings a dead job back with all its attempts. False when there is no such job.
pub async fn requeue(db: impl PgExecutor<'_>, job: i64) -> Result<bool, StoreError> {
    Ok(sqlx::query_scalar!(r#"SELECT public.requeue_dead_job($1) AS "requeued!""#, job).fetch_one(db).await?)
}
