//! Indexes that CREATE INDEX CONCURRENTLY leaves behind, invalid, when it fails or is killed.

use sqlx::{AssertSqlSafe, PgConnection};

use crate::nature::{Index, Nature, Recovery, nature};

/// The index's qualified name and whether it is valid, if it is there.
pub(crate) async fn find_index(
    conn: &mut PgConnection,
    wanted: &Index,
) -> Result<Option<(String, bool)>, sqlx::Error> {
    sqlx::query_as(include_str!("find_index.sql"))
        .bind(&wanted.table)
        .bind(&wanted.name)
        .persistent(false)
        .fetch_optional(conn)
        .await
}

/// Drops an index by its quoted name, without locking its table.
pub(crate) async fn drop_index(conn: &mut PgConnection, name: &str) -> Result<(), sqlx::Error> {
    let sql = format!("DROP INDEX CONCURRENTLY IF EXISTS {name}");
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(conn).await.map(drop)
}

/// Before CREATE INDEX CONCURRENTLY: drops an invalid index of that name, over which `IF NOT EXISTS` would pass
/// with success.
pub(super) async fn clear_the_way(conn: &mut PgConnection, statement: &str) -> Result<(), sqlx::Error> {
    if let Nature::Alone(Recovery::BuildIndex(wanted)) = nature(statement)
        && let Some((name, false)) = find_index(conn, &wanted).await?
    {
        drop_index(conn, &name).await?;
    }
    Ok(())
}
