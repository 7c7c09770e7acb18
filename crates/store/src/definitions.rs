//! Workflow definitions: one row per version, and a published version never changes.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::PgExecutor;
use uuid::Uuid;

use crate::StoreError;

/// One version of a workflow.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Definition {
    /// Identifier of this version.
    pub id: Uuid,
    /// The project that the workflow belongs to.
    pub project_id: Uuid,
    /// Name of the workflow in URLs, the same for all its versions.
    pub slug: String,
    /// Counts from 1 within a slug.
    pub version: i32,
    /// Shown to people.
    pub name: String,
    /// Steps and transitions, as the engine reads them.
    pub definition: Value,
    /// Where it stands.
    pub status: Status,
    /// When it was published.
    pub published_at: Option<DateTime<Utc>>,
    /// Who wrote it. `None` once that user is gone.
    pub created_by: Option<Uuid>,
}

/// Where a version of a workflow stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, sqlx::Type)]
#[sqlx(type_name = "definition_status", rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Being written.
    Draft,
    /// In use: runs may start, and nothing about it changes.
    Published,
    /// No longer started.
    Archived,
}

/// A workflow in a list: its latest version, whatever that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Workflow {
    /// Identifier of the latest version.
    pub id: Uuid,
    /// Name in URLs.
    pub slug: String,
    /// Number of the latest version.
    pub version: i32,
    /// Shown to people.
    pub name: String,
    /// Where the latest version stands.
    pub status: Status,
    /// When the latest version was published.
    pub published_at: Option<DateTime<Utc>>,
    /// When the latest version last changed.
    pub updated_at: DateTime<Utc>,
}

/// What a new version consists of.
#[derive(Debug, Clone, Copy)]
pub struct Draft<'a> {
    /// The project.
    pub project: Uuid,
    /// Name in URLs: lower case letters, digits and hyphens, at most 80.
    pub slug: &'a str,
    /// Shown to people.
    pub name: &'a str,
    /// A JSON object.
    pub definition: &'a Value,
    /// Who writes it.
    pub author: Option<Uuid>,
}

/// Adds the next version of a workflow, as a draft. Of two callers at once one gets [`StoreError::Taken`].
pub async fn add_draft(db: impl PgExecutor<'_>, draft: Draft<'_>) -> Result<Definition, StoreError> {
    let Draft { project, slug, name, definition, author } = draft;
    Ok(sqlx::query_file_as!(
        Definition,
        "src/definitions/add_draft.sql",
        project,
        slug,
        name,
        definition,
        author
    )
    .fetch_one(db)
    .await?)
}

/// Changes a draft. `None`: there is no such version. [`StoreError::Immutable`] when it was published.
pub async fn edit_draft(
    db: impl PgExecutor<'_>,
    id: Uuid,
    name: &str,
    definition: &Value,
) -> Result<Option<Definition>, StoreError> {
    let query = sqlx::query_file_as!(Definition, "src/definitions/edit_draft.sql", id, name, definition);
    Ok(query.fetch_optional(db).await?)
}

/// Publishes a version. Publishing again changes nothing. [`StoreError::Immutable`] when it is archived.
pub async fn publish(db: impl PgExecutor<'_>, id: Uuid) -> Result<Option<Definition>, StoreError> {
    Ok(sqlx::query_file_as!(Definition, "src/definitions/publish.sql", id).fetch_optional(db).await?)
}

/// Archives a version: no run starts from it any more, and those that started go on.
pub async fn archive(db: impl PgExecutor<'_>, id: Uuid) -> Result<Option<Definition>, StoreError> {
    Ok(sqlx::query_file_as!(Definition, "src/definitions/archive.sql", id).fetch_optional(db).await?)
}

/// Deletes a version. [`StoreError::Immutable`] when it is published.
pub async fn delete(db: impl PgExecutor<'_>, id: Uuid) -> Result<bool, StoreError> {
    let done = sqlx::query_file!("src/definitions/delete.sql", id).execute(db).await?;
    Ok(done.rows_affected() > 0)
}

/// One version.
pub async fn find(db: impl PgExecutor<'_>, id: Uuid) -> Result<Option<Definition>, StoreError> {
    Ok(sqlx::query_file_as!(Definition, "src/definitions/find.sql", id).fetch_optional(db).await?)
}

/// The version that new runs start from: the latest published one.
pub async fn current(
    db: impl PgExecutor<'_>,
    project: Uuid,
    slug: &str,
) -> Result<Option<Definition>, StoreError> {
    let query = sqlx::query_file_as!(Definition, "src/definitions/current.sql", project, slug);
    Ok(query.fetch_optional(db).await?)
}

/// All versions of a workflow, the latest first.
pub async fn versions(
    db: impl PgExecutor<'_>,
    project: Uuid,
    slug: &str,
) -> Result<Vec<Definition>, StoreError> {
    let query = sqlx::query_file_as!(Definition, "src/definitions/versions.sql", project, slug);
    Ok(query.fetch_all(db).await?)
}

/// The workflows of a project, by slug.
pub async fn workflows(db: impl PgExecutor<'_>, project: Uuid) -> Result<Vec<Workflow>, StoreError> {
    Ok(sqlx::query_file_as!(Workflow, "src/definitions/workflows.sql", project).fetch_all(db).await?)
}
