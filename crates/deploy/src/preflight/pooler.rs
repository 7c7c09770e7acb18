//! Poolers in transaction mode, where nothing of a session holds from one transaction to the next: neither settings nor
//! locks nor prepared statements. A deploy needs all three.

use std::time::Duration;

use meshhook_migrate::connect::Target;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};
use tokio::time::timeout;

use super::finding::{Check, Finding};

/// How often it is tried; other clients of a pooler may shuffle its servers.
const ROUNDS: usize = 4;
/// Where a pool has one server, the second session waits for the first.
const PATIENCE: Duration = Duration::from_secs(5);

/// Supabase's own: port 6543.
pub(super) fn by_port(target: &Target) -> Option<Finding> {
    let host = target.host();
    let supabase = host.ends_with(".pooler.supabase.com") || host.ends_with(".supabase.co");
    (supabase && target.options().get_port() == 6543).then(|| {
        let message = format!("`{host}` port 6543 is Supabase's pooler in transaction mode");
        Finding::error(Check::Pooler, message).hint(ADVICE)
    })
}

const ADVICE: &str = "settings, locks and prepared statements do not outlive a transaction there; use the direct \
                      connection (`db.PROJECT.supabase.co:5432`, IPv6) or the session pooler \
                      (`….pooler.supabase.com:5432`, user `postgres.PROJECT`)";

/// Any pooler: two sessions that have one backend between them, or a setting that wanders, give it away.
pub(super) async fn by_behaviour(first: &mut PgConnection, target: &Target) -> Option<Finding> {
    let mut second = match target.connect().await {
        Ok(second) => second,
        Err(error) => {
            let message = format!("a second connection cannot be made: {}", error.message);
            return Some(
                Finding::error(Check::Connections, message)
                    .hint("a deploy needs three: one for scripts, one for the log, one that watches"),
            );
        }
    };
    let mut verdict = Verdict::Server;
    for _ in 0..ROUNDS {
        verdict = match timeout(PATIENCE, round(first, &mut second)).await {
            Ok(Ok(verdict)) => verdict,
            Ok(Err(error)) => Verdict::Unclear(error.to_string()),
            Err(_) => Verdict::Pooler("one session waits for the transaction of another to end"),
        };
        if verdict != Verdict::Server {
            break;
        }
    }
    let _ = second.close().await;
    match verdict {
        Verdict::Server => None,
        Verdict::Pooler(how) => {
            let message = format!("{target} is a pooler in transaction mode: {how}");
            Some(Finding::error(Check::Pooler, message).hint(ADVICE))
        }
        Verdict::Unclear(error) => {
            let message = format!("whether {target} is a pooler could not be found out: {error}");
            Some(Finding::error(Check::Pooler, message).hint(ADVICE))
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Server,
    Pooler(&'static str),
    Unclear(String),
}

/// What a session sees of itself.
#[derive(Debug, PartialEq, Eq)]
struct Seen {
    pid: i32,
    mark: String,
}

/// Marks the first session between two transactions, has the second hold a transaction open, and looks at the first
/// again. On a server nothing moves.
async fn round(first: &mut PgConnection, second: &mut PgConnection) -> Result<Verdict, sqlx::Error> {
    let mark = uuid::Uuid::new_v4().to_string();
    let set = format!("SELECT pg_catalog.set_config('meshhook.preflight', '{mark}', false)");
    sqlx::raw_sql(AssertSqlSafe(set)).execute(&mut *first).await?;
    let before = look(first).await?;
    sqlx::raw_sql("BEGIN").execute(&mut *second).await?;
    let other = look(second).await;
    let after = look(first).await;
    sqlx::raw_sql("ROLLBACK").execute(&mut *second).await?;
    let (other, after) = (other?, after?);
    // leaves no trace, wherever it was set
    for conn in [first, second] {
        sqlx::raw_sql("RESET meshhook.preflight").execute(conn).await?;
    }
    Ok(if other.pid == before.pid {
        Verdict::Pooler("two sessions have the same backend")
    } else if other.mark == mark {
        Verdict::Pooler("one session sees the settings of another")
    } else if after.pid != before.pid {
        Verdict::Pooler("the backend of a session changes between transactions")
    } else if before.mark != mark || after.mark != mark {
        Verdict::Pooler("a setting of the session is gone in its next transaction")
    } else {
        Verdict::Server
    })
}

/// By the simple protocol: a prepared statement would not be found again behind such a pooler.
async fn look(conn: &mut PgConnection) -> Result<Seen, sqlx::Error> {
    let sql = "SELECT pg_catalog.pg_backend_pid() AS pid, \
               coalesce(pg_catalog.current_setting('meshhook.preflight', true), '') AS mark";
    let row = sqlx::raw_sql(sql).fetch_one(conn).await?;
    Ok(Seen { pid: row.try_get("pid")?, mark: row.try_get("mark")? })
}

#[cfg(test)]
mod tests {
    use meshhook_migrate::connect::Environment;

    use super::*;

    #[test]
    fn supabases_transaction_pooler_is_known_by_its_port() {
        for (address, known) in [
            ("aws-0-eu-central-1.pooler.supabase.com:6543", true),
            ("db.abcd.supabase.co:6543", true),
            ("aws-0-eu-central-1.pooler.supabase.com:5432", false),
            ("db.abcd.supabase.co", false),
            ("db.example:6543", false),
        ] {
            let target = Target::parse(&format!("postgres://u@{address}/db"), Environment::Ignored).unwrap();
            assert_eq!(by_port(&target).is_some(), known, "{address}");
        }
    }
}
