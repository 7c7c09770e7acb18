//! Reading a catalog: one transaction, a probe, one batch of queries.

mod acl;
mod dependencies;
mod queries;
mod row;

use futures_util::TryStreamExt;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::catalog::Catalog;
use crate::scope::Scope;

/// Why a catalog could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// There are objects of a kind that this crate does not read; comparing without them would be wrong.
    #[error("{kind} is not read: {}", .objects.join(", "))]
    Unmodelled {
        /// The kind, in words or as a catalog's name.
        kind: String,
        /// The objects, as Postgres describes them.
        objects: Vec<String>,
    },
    /// The server is older than what this crate reads.
    #[error("PostgreSQL {major} is not supported: 15 is the oldest version whose catalog is read")]
    TooOld {
        /// Its major version.
        major: i32,
    },
    /// A query of ours gave something that the reader does not understand, which is a defect of this crate.
    #[error("unexpected answer from the catalog: {what}")]
    Answer {
        /// What was unexpected.
        what: String,
    },
    /// The server refused.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Settings that decide how Postgres deparses: with `pg_catalog` alone in the search path every name comes out
/// qualified; then those that `pg_dump` sets, so that constants in expressions read the same; last, no time for
/// planning: the queries join in the order they are written in, and compiling them is not worth it.
const SETTINGS: &str = "\
    SET LOCAL search_path = pg_catalog; SET LOCAL datestyle = ISO; SET LOCAL intervalstyle = postgres; \
    SET LOCAL timezone = 'UTC'; SET LOCAL extra_float_digits = 3; SET LOCAL bytea_output = hex; \
    SET LOCAL standard_conforming_strings = on; SET LOCAL quote_all_identifiers = off; SET LOCAL jit = off; \
    SET LOCAL join_collapse_limit = 1; SET LOCAL from_collapse_limit = 1; ";

const SAVEPOINT: &str = "SAVEPOINT meshhook_catalog";
const BACK: &str = "ROLLBACK TO SAVEPOINT meshhook_catalog; RELEASE SAVEPOINT meshhook_catalog";

/// SQLSTATE `no_active_sql_transaction`: what SAVEPOINT says outside a transaction block.
const NO_TRANSACTION: &str = "25P01";

pub(crate) async fn read(connection: &mut PgConnection, scope: &Scope) -> Result<Catalog, ReadError> {
    // Whether the connection is in a transaction is asked of the server: sqlx knows only of those that it
    // began itself, not of a BEGIN sent as text.
    match connection.execute(SAVEPOINT).await {
        Ok(_) => {
            let catalog = in_transaction(connection, scope).await;
            connection.execute(sqlx::raw_sql(BACK)).await?;
            catalog
        }
        Err(sqlx::Error::Database(error)) if error.code().as_deref() == Some(NO_TRANSACTION) => {
            let mut transaction =
                connection.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
            let catalog = in_transaction(&mut transaction, scope).await?;
            transaction.commit().await?;
            Ok(catalog)
        }
        Err(error) => Err(error.into()),
    }
}

async fn in_transaction(connection: &mut PgConnection, scope: &Scope) -> Result<Catalog, ReadError> {
    connection.execute(sqlx::raw_sql(SETTINGS)).await?;
    let extent = queries::probe(connection, scope).await?;
    // One batch in the simple protocol: one round trip, and no plan is prepared to be used once.
    let batch = queries::batch(&extent, scope);
    // Each row is taken apart while the server works on the next.
    let mut rows = connection.fetch(sqlx::raw_sql(AssertSqlSafe(batch)));
    let mut assembly = row::Assembly::default();
    while let Some(row) = rows.try_next().await? {
        assembly.take(row)?;
    }
    Ok(Catalog { role: Some(extent.role), major: extent.major, ..assembly.finish()? })
}
