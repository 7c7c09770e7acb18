//! The way to the server: name, network, TLS, login, and whether what answers is a server and no pooler.

use std::time::Duration;

use meshhook_migrate::connect::Target;
use sqlx::PgConnection;

use super::finding::{Check, Finding};
use super::tls::{is_local, secured};
use super::{login, pooler, reach};
use crate::policy::Policy;

/// How long each step may take: the network, the login.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);

/// Finds the way to the server. The connection is there when nothing on the way is in error; it has TLS as the policy
/// wants it (see [`secured`]).
pub async fn server(target: &Target, policy: &Policy) -> (Option<PgConnection>, Vec<Finding>) {
    let mut findings: Vec<Finding> = pooler::by_port(target).into_iter().collect();
    let target = match secured(target, policy) {
        Ok(target) => Some(target),
        Err(finding) => {
            findings.push(finding);
            None
        }
    };
    let Some(target) = target.filter(|_| findings.is_empty()) else { return (None, findings) };
    if let Err(finding) = reach::reach(&target).await {
        return (None, vec![finding]);
    }
    let mut conn = match login::log_in(&target).await {
        Ok(conn) => conn,
        Err(finding) => return (None, vec![finding]),
    };
    if !is_local(&target) {
        findings.extend(unencrypted_behind(&mut conn).await);
    }
    findings.extend(pooler::by_behaviour(&mut conn, &target).await);
    if findings.iter().any(Finding::is_error) {
        return (None, findings);
    }
    (Some(conn), findings)
}

/// Our end has TLS, since it was asked for. Where the server's end has none, something in between took it off.
async fn unencrypted_behind(conn: &mut PgConnection) -> Option<Finding> {
    let sql = "SELECT ssl FROM pg_catalog.pg_stat_ssl WHERE pid = pg_catalog.pg_backend_pid()";
    // simple protocol: there may be a pooler, which is looked for next
    let encrypted: bool = sqlx::raw_sql(sql)
        .fetch_optional(conn)
        .await
        .ok()
        .flatten()
        .and_then(|row| sqlx::Row::try_get(&row, 0).ok())?;
    (!encrypted).then(|| {
        Finding::warning(
            Check::Tls,
            "the server sees a connection without TLS: a proxy or a pooler on the way takes it off",
        )
        .hint("right for Supabase's session pooler, whose own way to the server is private; else find out what it is")
    })
}
