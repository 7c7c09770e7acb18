//! Small things every module here needs to talk SQL.

use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{AssertSqlSafe, Executor, Row};

/// A quoted identifier.
pub(crate) fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A string literal.
pub(crate) fn literal(text: &str) -> String {
    if text.contains('\\') {
        // Right whatever standard_conforming_strings says.
        return format!("E'{}'", text.replace('\\', "\\\\").replace('\'', "''"));
    }
    format!("'{}'", text.replace('\'', "''"))
}

/// Runs statements over the simple protocol: nothing is prepared, so no plan outlives a change of schema.
///
/// Every string that comes here is built by this crate from quoted names and literals.
pub(crate) async fn run(conn: &mut PgConnection, sql: impl Into<String>) -> Result<(), sqlx::Error> {
    conn.execute(sqlx::raw_sql(AssertSqlSafe(sql.into()))).await.map(drop)
}

/// All rows of one or several statements.
pub(crate) async fn fetch(
    conn: &mut PgConnection,
    sql: impl Into<String>,
) -> Result<Vec<PgRow>, sqlx::Error> {
    conn.fetch_all(sqlx::raw_sql(AssertSqlSafe(sql.into()))).await
}

/// The first column of the only row.
pub(crate) async fn fetch_text(
    conn: &mut PgConnection,
    sql: impl Into<String>,
) -> Result<String, sqlx::Error> {
    let rows = fetch(conn, sql).await?;
    rows.first().ok_or(sqlx::Error::RowNotFound)?.try_get(0)
}
