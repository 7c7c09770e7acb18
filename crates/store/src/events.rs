//! The event log: what happened in each run, in order. Append-only, partitioned by month.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use sqlx::PgExecutor;
use uuid::Uuid;

use crate::StoreError;

/// Something that happened in a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Event {
    /// Rises with every event; replay goes in this order.
    pub id: i64,
    /// The run in which it happened.
    pub run_id: Uuid,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// What happened: `run.started`, `step.completed` and so on.
    pub kind: String,
    /// The facts.
    pub payload: Value,
}

/// A partition that was made or dropped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Maintenance {
    /// `created` or `dropped`.
    pub action: String,
    /// The partition.
    pub partition: String,
}

/// Adds an event to a run's log. `payload` is a JSON object.
pub async fn append(
    db: impl PgExecutor<'_>,
    run: Uuid,
    kind: &str,
    payload: &Value,
) -> Result<Event, StoreError> {
    Ok(sqlx::query_file_as!(Event, "src/events/append.sql", run, kind, payload).fetch_one(db).await?)
}

/// The events of a run after the one with the id `after` (0: from the beginning), in order, at most `limit`.
pub async fn replay(
    db: impl PgExecutor<'_>,
    run: Uuid,
    after: i64,
    limit: u16,
) -> Result<Vec<Event>, StoreError> {
    let query = sqlx::query_file_as!(Event, "src/events/replay.sql", run, after, i64::from(limit));
    Ok(query.fetch_all(db).await?)
}

/// Makes the partitions of the coming months and drops those past retention. For a daily job of the service.
pub async fn maintain(
    db: impl PgExecutor<'_>,
    months_ahead: u8,
    keep_months: u8,
) -> Result<Vec<Maintenance>, StoreError> {
    let (ahead, keep) = (i32::from(months_ahead), i32::from(keep_months));
    Ok(sqlx::query_file_as!(Maintenance, "src/events/maintain.sql", ahead, keep).fetch_all(db).await?)
}
