//! What is in the tables and columns that going from one schema to another drops.

use std::convert::identity;
use std::fmt;

use meshhook_migrate::answered;
use meshhook_schema::{Catalog, Change, Difference, Identity, Kind, compare, quote};
use serde::Serialize;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// Something that goes, with what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Loss {
    /// ``table `public.t` ``.
    pub object: String,
    /// How many rows, or values that are not NULL; unknown where counting failed or took too long.
    pub rows: Option<i64>,
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.rows {
            Some(1) => write!(f, "{} with 1 row", self.object),
            Some(rows) => write!(f, "{} with {rows} rows", self.object),
            None => write!(f, "{} with an unknown number of rows", self.object),
        }
    }
}

/// What is in the tables and columns that `now` has and `then` has not. Empty ones are no loss.
pub(crate) async fn losses(conn: &mut PgConnection, now: &Catalog, then: &Catalog) -> Vec<Loss> {
    let mut found = Vec::new();
    let mut answers = true;
    for difference in compare(now, then) {
        let Some(sql) = count(&difference) else { continue };
        let mut rows = None;
        if answers {
            let counting = async { Ok(counted(conn, &sql).await) };
            let counted: Result<Option<i64>, sqlx::Error> = answered(counting, identity).await;
            (answers, rows) = (counted.is_ok(), counted.ok().flatten());
        }
        if rows != Some(0) {
            found.push(Loss { object: difference.object(), rows });
        }
    }
    found
}

fn count(difference: &Difference) -> Option<String> {
    let Difference { identity, change: Change::Removed(_), .. } = difference else { return None };
    match identity.kind {
        Kind::Table => Some(format!("SELECT pg_catalog.count(*) FROM {}", identity.name.sql())),
        Kind::Column => {
            let table: &Identity = identity.parent.as_deref().filter(|parent| parent.kind == Kind::Table)?;
            let column = quote::quote_ident(&identity.name.name);
            Some(format!("SELECT pg_catalog.count({column}) FROM {}", table.name.sql()))
        }
        _ => None,
    }
}

/// Counts, for a few seconds at most.
async fn counted(conn: &mut PgConnection, sql: &str) -> Option<i64> {
    let mut transaction = conn.begin().await.ok()?;
    let limits =
        "SET LOCAL statement_timeout = '5s'; SET LOCAL lock_timeout = '1s'; SET TRANSACTION READ ONLY";
    sqlx::raw_sql(limits).execute(&mut *transaction).await.ok()?;
    let rows = sqlx::query_scalar(AssertSqlSafe(sql)).persistent(false).fetch_one(&mut *transaction).await;
    let _ = transaction.rollback().await;
    rows.ok()
}
