//! The audit log: who did what to a project. Append-only, and kept when the project is gone.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use sqlx::PgExecutor;
use uuid::Uuid;

use crate::StoreError;

/// An entry of the log.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    /// Rises with every entry.
    pub id: i64,
    /// The project.
    pub project_id: Option<Uuid>,
    /// The user who acted; none for the service itself.
    pub actor_id: Option<Uuid>,
    /// What was done: `member.added`, `secret.rotated` and so on.
    pub action: String,
    /// Kind of the thing that it was done to.
    pub target_type: String,
    /// Identifier of that thing.
    pub target_id: Option<String>,
    /// More about it. Never a secret.
    pub details: Value,
    /// When it was done.
    pub created_at: DateTime<Utc>,
}

/// Something to put on record.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// The project.
    pub project: Option<Uuid>,
    /// What was done.
    pub action: &'a str,
    /// Kind of the thing that it was done to.
    pub target_type: &'a str,
    /// Identifier of that thing.
    pub target_id: Option<&'a str>,
    /// More about it: a JSON object, never a secret.
    pub details: &'a Value,
}

/// Writes an entry, in the name of the user whose claims the connection has, and returns its id. For the service.
pub async fn record(db: impl PgExecutor<'_>, record: Record<'_>) -> Result<i64, StoreError> {
    let Record { project, action, target_type, target_id, details } = record;
    let query =
        sqlx::query_file_scalar!("src/audit/record.sql", project, action, target_type, target_id, details);
    Ok(query.fetch_one(db).await?)
}

/// What happened in a project, the latest first, at most `limit`; with `before`, what came before that entry.
pub async fn list(
    db: impl PgExecutor<'_>,
    project: Uuid,
    before: Option<i64>,
    limit: u16,
) -> Result<Vec<Entry>, StoreError> {
    let query = sqlx::query_file_as!(Entry, "src/audit/list.sql", project, before, i64::from(limit));
    Ok(query.fetch_all(db).await?)
}
