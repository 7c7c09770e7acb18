//! Secrets of projects. They are encrypted before they get here and decrypted after they left: this crate never sees
//! a plaintext or a key.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgExecutor;
use uuid::Uuid;

use crate::StoreError;

/// A value, encrypted with AES-GCM.
#[derive(Clone, PartialEq, Eq)]
pub struct Encrypted {
    /// The ciphertext, with the authentication tag at its end.
    pub ciphertext: Vec<u8>,
    /// The 12 bytes that this encryption was made unique with.
    pub nonce: Vec<u8>,
    /// Which key of the key service it was encrypted with.
    pub key_id: String,
}

/// Says which key, and not a byte of the rest: ciphertexts have no business in logs either.
impl fmt::Debug for Encrypted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Encrypted").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

/// A secret without its value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Secret {
    /// Identifier.
    pub id: Uuid,
    /// Name in upper case, unique in the project.
    pub key: String,
    /// Which key it was encrypted with; `none` when it has to be set again.
    pub key_id: String,
    /// When it was set first.
    pub created_at: DateTime<Utc>,
    /// When it was set last.
    pub updated_at: DateTime<Utc>,
}

/// Sets a secret, whether or not there was one. For the service: it holds the key.
pub async fn set(
    db: impl PgExecutor<'_>,
    project: Uuid,
    key: &str,
    value: &Encrypted,
) -> Result<Secret, StoreError> {
    let Encrypted { ciphertext, nonce, key_id } = value;
    let query = sqlx::query_file_as!(Secret, "src/secrets/set.sql", project, key, ciphertext, nonce, key_id);
    Ok(query.fetch_one(db).await?)
}

/// A secret's value. For the service alone: no user's role may read the column.
pub async fn read(
    db: impl PgExecutor<'_>,
    project: Uuid,
    key: &str,
) -> Result<Option<Encrypted>, StoreError> {
    Ok(sqlx::query_file_as!(Encrypted, "src/secrets/read.sql", project, key).fetch_optional(db).await?)
}

/// Which secrets a project has, by key.
pub async fn list(db: impl PgExecutor<'_>, project: Uuid) -> Result<Vec<Secret>, StoreError> {
    Ok(sqlx::query_file_as!(Secret, "src/secrets/list.sql", project).fetch_all(db).await?)
}

/// Deletes a secret. False: there is none, or it is not the caller's to delete.
pub async fn delete(db: impl PgExecutor<'_>, project: Uuid, key: &str) -> Result<bool, StoreError> {
    let done = sqlx::query_file!("src/secrets/delete.sql", project, key).execute(db).await?;
    Ok(done.rows_affected() > 0)
}
