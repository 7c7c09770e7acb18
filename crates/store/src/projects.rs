//! Projects and their members.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgExecutor;
use uuid::Uuid;

use crate::StoreError;

/// The tenant: everything else belongs to one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Project {
    /// Identifier, also seen in URLs.
    pub id: Uuid,
    /// The user who answers for it.
    pub owner_id: Uuid,
    /// Shown to people, 1 to 120 characters.
    pub name: String,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// What a member may do, in rising order: each role includes the ones before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type)]
#[sqlx(type_name = "project_role", rename_all = "lowercase")]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Sees everything but secrets.
    Viewer,
    /// Writes workflows and starts runs.
    Editor,
    /// Manages members, secrets and webhooks.
    Admin,
    /// Answers for the project. There is one.
    Owner,
}

/// A user in a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Member {
    /// The user.
    pub user_id: Uuid,
    /// What the user may do.
    pub role: Role,
    /// Since when.
    pub created_at: DateTime<Utc>,
}

/// Creates a project. Its owner becomes a member.
pub async fn create(db: impl PgExecutor<'_>, owner: Uuid, name: &str) -> Result<Project, StoreError> {
    Ok(sqlx::query_file_as!(Project, "src/projects/create.sql", owner, name).fetch_one(db).await?)
}

/// One project.
pub async fn find(db: impl PgExecutor<'_>, project: Uuid) -> Result<Option<Project>, StoreError> {
    Ok(sqlx::query_file_as!(Project, "src/projects/find.sql", project).fetch_optional(db).await?)
}

/// The projects that a user is a member of, by name.
pub async fn list(db: impl PgExecutor<'_>, user: Uuid) -> Result<Vec<Project>, StoreError> {
    Ok(sqlx::query_file_as!(Project, "src/projects/list.sql", user).fetch_all(db).await?)
}

/// Gives a project another name. False: there is none, or it is not the caller's to rename.
pub async fn rename(db: impl PgExecutor<'_>, project: Uuid, name: &str) -> Result<bool, StoreError> {
    let done = sqlx::query_file!("src/projects/rename.sql", project, name).execute(db).await?;
    Ok(done.rows_affected() > 0)
}

/// Gives a project another owner. The former one stays as an admin. For the service: it asks the new owner first.
pub async fn hand_over(db: impl PgExecutor<'_>, project: Uuid, owner: Uuid) -> Result<bool, StoreError> {
    let done = sqlx::query_file!("src/projects/hand_over.sql", project, owner).execute(db).await?;
    Ok(done.rows_affected() > 0)
}

/// Deletes a project with everything in it, except its entries in the audit log.
pub async fn delete(db: impl PgExecutor<'_>, project: Uuid) -> Result<bool, StoreError> {
    let done = sqlx::query_file!("src/projects/delete.sql", project).execute(db).await?;
    Ok(done.rows_affected() > 0)
}

/// Who belongs to a project, the most powerful first.
pub async fn members(db: impl PgExecutor<'_>, project: Uuid) -> Result<Vec<Member>, StoreError> {
    Ok(sqlx::query_file_as!(Member, "src/projects/members.sql", project).fetch_all(db).await?)
}

/// What a user may do in a project. `None`: nothing.
pub async fn role(db: impl PgExecutor<'_>, project: Uuid, user: Uuid) -> Result<Option<Role>, StoreError> {
    Ok(sqlx::query_file_scalar!("src/projects/role.sql", project, user).fetch_optional(db).await?)
}

/// Makes a user a member, or gives a member another role. The owner's role changes by [`hand_over`] alone: false then.
pub async fn set_member(
    db: impl PgExecutor<'_>,
    project: Uuid,
    user: Uuid,
    role: Role,
) -> Result<bool, StoreError> {
    let done =
        sqlx::query_file!("src/projects/set_member.sql", project, user, role as Role).execute(db).await?;
    Ok(done.rows_affected() > 0)
}

/// Takes a member out of a project. The owner stays: false then.
pub async fn remove_member(db: impl PgExecutor<'_>, project: Uuid, user: Uuid) -> Result<bool, StoreError> {
    let done = sqlx::query_file!("src/projects/remove_member.sql", project, user).execute(db).await?;
    Ok(done.rows_affected() > 0)
}
