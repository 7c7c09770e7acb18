//! The lock that keeps two runners apart: sqlx's own key, so that sqlx's `Migrator` is kept apart too.

use std::convert::identity;
use std::fmt;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use crate::silence::answered;

/// sqlx's lock key for a database (`generate_lock_id` in `sqlx-postgres/src/migrate.rs`).
pub fn lock_key(database: &str) -> i64 {
    const CRC: crc::Crc<u32> = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC);
    0x3d32_ad9e * i64::from(CRC.checksum(database.as_bytes()))
}

/// How often a lock that is taken is asked for again.
const PAUSE: Duration = Duration::from_millis(50);

/// Who holds the lock.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Holder {
    /// Its process on the server.
    pub pid: i32,
    /// What it calls itself.
    pub application: String,
    /// Its user.
    pub user: Option<String>,
    /// Where it connects from.
    pub client: Option<String>,
    /// When its session began.
    pub since: Option<DateTime<Utc>>,
    /// What it is doing.
    pub query: Option<String>,
}

impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pid {}, `{}`", self.pid, self.application)?;
        if let Some(user) = &self.user {
            write!(f, " as {user}")?;
        }
        if let Some(client) = &self.client {
            write!(f, " from {client}")?;
        }
        if let Some(since) = &self.since {
            write!(f, ", connected since {}", since.format("%Y-%m-%d %H:%M:%S UTC"))?;
        }
        Ok(())
    }
}

/// Takes the lock for this session, asking again until `deadline`; `None` when it was got, otherwise who has it.
///
/// It is polled and never waited for inside Postgres: a session that waits there holds a snapshot, for which
/// CREATE INDEX CONCURRENTLY of the lock's holder waits in turn, and that is a deadlock. A session that ends,
/// however it ends, frees its lock.
pub(crate) async fn acquire(
    conn: &mut PgConnection,
    key: i64,
    deadline: Duration,
    mut waiting: impl FnMut(&Holder),
) -> Result<Option<Holder>, sqlx::Error> {
    let started = Instant::now();
    let mut told = false;
    loop {
        let trying = sqlx::query_scalar("SELECT pg_catalog.pg_try_advisory_lock($1)").bind(key);
        let got: bool = answered(trying.persistent(false).fetch_one(&mut *conn), identity).await?;
        if got {
            return Ok(None);
        }
        let late = started.elapsed() >= deadline;
        if late || !told {
            // it may have been freed in between: then there is nobody to name, and the next try gets it
            if let Some(holder) = holder(conn, key).await? {
                if late {
                    return Ok(Some(holder));
                }
                told = true;
                waiting(&holder);
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Frees the lock once.
pub(crate) async fn release(conn: &mut PgConnection, key: i64) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT pg_catalog.pg_advisory_unlock($1)")
        .bind(key)
        .persistent(false)
        .fetch_one(conn)
        .await
}

/// Whether this session still holds the lock: a script can free it.
pub(crate) async fn is_held(conn: &mut PgConnection, key: i64) -> Result<bool, sqlx::Error> {
    let (class, object) = halves(key);
    sqlx::query_scalar(include_str!("lock_held.sql"))
        .bind(class)
        .bind(object)
        .persistent(false)
        .fetch_one(conn)
        .await
}

/// A process of the server. Its pid alone may be another one's after a restart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Backend {
    pub(crate) pid: i32,
    pub(crate) since: DateTime<Utc>,
}

/// The process at the other end of a connection, and its database.
pub(crate) async fn backend(conn: &mut PgConnection) -> Result<(Backend, String), sqlx::Error> {
    let row = sqlx::query(include_str!("backend.sql")).persistent(false).fetch_one(conn).await?;
    let backend = Backend { pid: row.try_get("pid")?, since: row.try_get("since")? };
    Ok((backend, row.try_get("database")?))
}

/// Whether a process of the server is still there; when it is, it can be told to end.
pub(crate) async fn is_alive(
    conn: &mut PgConnection,
    backend: Backend,
    end: bool,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(include_str!("is_alive.sql"))
        .bind(backend.pid)
        .bind(backend.since)
        .bind(end)
        .persistent(false)
        .fetch_one(conn)
        .await
}

/// Who holds the lock on this database now: a run is going on.
pub async fn lock_holder(conn: &mut PgConnection) -> Result<Option<Holder>, crate::LedgerError> {
    let read = crate::LedgerError::new("read");
    let database: String = sqlx::query_scalar("SELECT pg_catalog.current_database()::text")
        .persistent(false)
        .fetch_one(&mut *conn)
        .await
        .map_err(&read)?;
    holder(conn, lock_key(&database)).await.map_err(&read)
}

/// Who holds a lock now.
pub(crate) async fn holder(conn: &mut PgConnection, key: i64) -> Result<Option<Holder>, sqlx::Error> {
    let (class, object) = halves(key);
    let asking = sqlx::query(include_str!("lock_holder.sql")).bind(class).bind(object).persistent(false);
    let row = answered(asking.fetch_optional(conn), identity).await?;
    row.as_ref().map(holder_row).transpose()
}

/// Who a process of the server waits for.
pub(crate) async fn blockers(conn: &mut PgConnection, pid: i32) -> Result<Vec<Holder>, sqlx::Error> {
    let rows = sqlx::query(include_str!("blockers.sql")).bind(pid).persistent(false).fetch_all(conn).await?;
    rows.iter().map(holder_row).collect()
}

fn holder_row(row: &PgRow) -> Result<Holder, sqlx::Error> {
    Ok(Holder {
        pid: row.try_get("pid")?,
        application: row.try_get("application")?,
        user: row.try_get("user")?,
        client: row.try_get("client")?,
        since: row.try_get("since")?,
        query: row.try_get("query")?,
    })
}

/// `pg_locks` shows the two halves of a bigint key as oids.
fn halves(key: i64) -> (i64, i64) {
    ((key >> 32) & 0xffff_ffff, key & 0xffff_ffff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_the_one_that_sqlx_takes() {
        // crc32_iso_hdlc("123456789") is the checksum's published check value
        assert_eq!(lock_key("123456789"), 0x3d32_ad9e * 0xcbf4_3926);
    }
}
