//! Transactions that scripts would have to wait for: whatever a transaction has touched stays locked until it ends, and
//! an index that is built concurrently waits for all that are older.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::Row;
use sqlx::postgres::PgRow;

use super::finding::{Check, Finding};
use super::text;
use crate::policy::Policy;

const TIME: &str = "%Y-%m-%d %H:%M:%S UTC";

/// A row of `sessions.sql`. Its query is left out: it may hold anything.
pub(super) fn session(row: &PgRow) -> Result<Finding, sqlx::Error> {
    let pid: i32 = row.try_get("pid")?;
    let user: Option<String> = row.try_get("username")?;
    let application: Option<String> = row.try_get("application")?;
    let state: Option<String> = row.try_get("state")?;
    let query_start: Option<DateTime<Utc>> = row.try_get("query_start")?;
    let age: Option<f64> = row.try_get("age")?;
    let relations: Vec<String> = row.try_get("relations")?;

    let mut who = format!("pid {pid} (user `{}`", user.as_deref().unwrap_or("?"));
    if let Some(application) = application.filter(|name| !name.is_empty()) {
        who += &format!(", `{application}`");
    }
    who += ")";
    let holds = if relations.is_empty() {
        String::new()
    } else {
        format!("; it holds locks on {}", text::some_of(&relations))
    };
    let Some(age) = age else {
        let message = format!("{who} has a transaction open, since when is not visible to us{holds}");
        return Ok(Finding::note(Check::LongTransactions, message)
            .hint("GRANT pg_monitor to the role of the deploy, so that it can tell"));
    };
    let state = state.unwrap_or_default();
    let query = query_start.map(|at| format!(", last query at {}", at.format(TIME))).unwrap_or_default();
    let age = text::time(Duration::from_secs_f64(age.max(0.0)));
    let message = format!("{who} has had a transaction open for {age} ({state}{query}){holds}");
    let hint = if state.starts_with("idle in transaction") {
        format!("it does nothing: SELECT pg_terminate_backend({pid})")
    } else {
        format!("wait for it, or SELECT pg_cancel_backend({pid}); `long_transaction` is how long is too long")
    };
    Ok(Finding::error(Check::LongTransactions, message).hint(hint))
}

/// A row of `prepared.sql`: an error when it is old or in the way.
pub(super) fn prepared(row: &PgRow, policy: &Policy) -> Result<Finding, sqlx::Error> {
    let gid: String = row.try_get("gid")?;
    let owner: String = row.try_get("owner")?;
    let prepared: DateTime<Utc> = row.try_get("prepared")?;
    let age: f64 = row.try_get("age")?;
    let relations: Vec<String> = row.try_get("relations")?;
    let mut message =
        format!("transaction `{gid}` of `{owner}` is prepared since {} and not ended", prepared.format(TIME));
    if !relations.is_empty() {
        message += &format!("; it holds locks on {}", text::some_of(&relations));
    }
    let old = Duration::from_secs_f64(age.max(0.0)) > policy.long_transaction;
    let finding = if old || !relations.is_empty() {
        Finding::error(Check::PreparedTransactions, message)
    } else {
        Finding::warning(Check::PreparedTransactions, message)
    };
    let quoted = gid.replace('\'', "''");
    Ok(finding.hint(format!(
        "nobody but a person knows which: COMMIT PREPARED '{quoted}' or ROLLBACK PREPARED '{quoted}'"
    )))
}
