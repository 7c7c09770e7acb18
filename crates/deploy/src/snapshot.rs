//! The live schema, as a deploy looks at it: read, kept, and found again.

use std::convert::identity;

use meshhook_migrate::answered;
use meshhook_schema::{Catalog, Patterns, ReadError, Scope, SnapshotError};
use sqlx::{PgConnection, Row};
use uuid::Uuid;

/// The schema cannot be read, or not be kept.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SchemaError {
    /// The catalog.
    #[error("the schema cannot be read: {0}")]
    Read(#[from] ReadError),
    /// The stored one.
    #[error(transparent)]
    Stored(#[from] SnapshotError),
    /// The table of stored ones.
    #[error("the stored schema cannot be read or written: {0}")]
    Table(#[from] sqlx::Error),
}

/// Reads the project's part of the catalog, without what is made and dropped at run time.
pub(crate) async fn read(conn: &mut PgConnection, runtime: &Patterns) -> Result<Catalog, SchemaError> {
    let scope = Scope::project();
    let reading = async { Ok(Catalog::read(conn, &scope).await?) };
    Ok(answered(reading, SchemaError::Table).await?.excluding(runtime))
}

/// Keeps a schema under its fingerprint.
pub(crate) async fn save(conn: &mut PgConnection, catalog: &Catalog) -> Result<String, SchemaError> {
    let fingerprint = catalog.fingerprint().to_string();
    let saving =
        sqlx::query(include_str!("sql/save_snapshot.sql")).bind(&fingerprint).bind(catalog.to_json());
    answered(saving.execute(conn), identity).await?;
    Ok(fingerprint)
}

/// Forgets the schemas that only old runs name.
pub(crate) async fn prune(conn: &mut PgConnection) -> Result<(), SchemaError> {
    answered(sqlx::query(include_str!("sql/prune_snapshots.sql")).execute(conn), identity).await?;
    Ok(())
}

/// A schema that a run left.
pub(crate) struct Kept {
    /// The run.
    pub(crate) run: Uuid,
    /// Its fingerprint.
    pub(crate) fingerprint: String,
    /// The schema itself, unless it is gone or unreadable for this version.
    pub(crate) catalog: Option<Catalog>,
}

/// undefined_table, undefined_column: the ledger was made by an earlier version of this tool, which kept none.
const TOO_OLD: [&str; 2] = ["42P01", "42703"];

/// The schema that the last run left; none when no run says. The ledger must be there.
pub(crate) async fn latest(conn: &mut PgConnection) -> Result<Option<Kept>, SchemaError> {
    let read = sqlx::query(include_str!("sql/latest_snapshot.sql")).persistent(false).fetch_optional(conn);
    let row = match answered(read, identity).await {
        Err(sqlx::Error::Database(said)) if said.code().is_some_and(|code| TOO_OLD.contains(&&*code)) => None,
        row => row?,
    };
    let Some(row) = row else { return Ok(None) };
    let catalog: Option<serde_json::Value> = row.try_get("catalog")?;
    Ok(Some(Kept {
        run: row.try_get("id")?,
        fingerprint: row.try_get("fingerprint_after")?,
        catalog: catalog.map(Catalog::from_json).transpose()?,
    }))
}

/// The schema with this fingerprint, if it is kept.
pub(crate) async fn find(conn: &mut PgConnection, fingerprint: &str) -> Result<Option<Catalog>, SchemaError> {
    let sql = "SELECT catalog FROM meshhook_ops.schema_snapshot WHERE fingerprint = $1";
    let reading = sqlx::query_scalar(sql).bind(fingerprint).persistent(false).fetch_optional(conn);
    let json: Option<serde_json::Value> = answered(reading, identity).await?;
    Ok(json.map(Catalog::from_json).transpose()?)
}
