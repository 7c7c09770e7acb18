//! Whether the server lets us in, and if not, what to do about it.

use meshhook_migrate::connect::{ConnectError, Target};
use sqlx::PgConnection;
use tokio::time::timeout;

use super::finding::{Check, Finding};
use super::server::PATIENCE;

/// Connects. A server that is starting is waited for.
pub(super) async fn log_in(target: &Target) -> Result<PgConnection, Finding> {
    // it retries for as long as that by itself
    match timeout(PATIENCE + PATIENCE / 5, target.connect()).await {
        Ok(Ok(conn)) => Ok(conn),
        Ok(Err(error)) => Err(judge(target, &error)),
        Err(_) => {
            let seconds = PATIENCE.as_secs();
            let message = format!("{target} takes connections, but does not say a word within {seconds} s");
            Err(Finding::error(Check::Reachable, message).hint(
                "this may be no PostgreSQL server; or it is one that hangs, or a proxy whose server is gone",
            ))
        }
    }
}

/// Explains what the server or the TLS layer said.
fn judge(target: &Target, refusal: &ConnectError) -> Finding {
    let said = refusal.message.as_str();
    let (database, options) = (target.database(), target.options());
    let user = options.get_username();
    let host = target.host();
    let error = |check, message: String| Finding::error(check, message);
    match refusal.code.as_deref().unwrap_or_default() {
        "28P01" => error(Check::Login, format!("the password of user `{user}` is wrong"))
            .hint("set the variable of the password or the URL anew; a password in a URL has to be percent-encoded"),
        "28000" => error(Check::Login, format!("user `{user}` is not let in: {said}"))
            .hint("the user may not exist, may not log in, or not from here (pg_hba.conf, or its TLS rules)"),
        "3D000" => error(Check::Login, format!("there is no database `{database}`"))
            .hint("mend the database in the address; Supabase's is called `postgres`"),
        "42501" => error(Check::Login, format!("user `{user}` may not connect to database `{database}`: {said}"))
            .hint(format!("GRANT CONNECT ON DATABASE \"{database}\" TO \"{user}\"")),
        "53300" => error(Check::Connections, format!("no connection is left: {said}"))
            .hint("end sessions that are idle, or raise the limit; `pg_stat_activity` shows who has them"),
        "57P03" => error(Check::Reachable, format!("the server is not taking connections: {said}"))
            .hint("it is starting, stopping or restoring: try again when that is over"),
        "08P01" if said.contains("startup parameter") => {
            error(Check::Pooler, format!("a pooler answers, and it does not pass on what a session needs: {said}"))
                .hint("connect to the server itself, or to a pooler in session mode with `ignore_startup_parameters`")
        }
        _ if said.contains("Tenant or user not found") => {
            error(Check::Login, format!("the pooler knows no user `{user}`"))
                .hint("its users are called `postgres.PROJECT`, and its host must be that of the project's region (the project's page, Connect)")
        }
        _ if said.contains("does not support TLS") => {
            error(Check::Tls, format!("`{host}` offers no TLS, and it is not on this machine"))
                .hint("switch TLS on (`ssl = on`), or connect to it through a tunnel that ends on this machine")
        }
        _ if said.to_ascii_lowercase().contains("certificate") => {
            error(Check::Tls, format!("the certificate of `{host}` is not accepted: {said}"))
                .hint("name the authority that signed it in `root_certificate`, as a file in PEM; Supabase has its own (Database, Settings, SSL Configuration)")
        }
        _ => error(Check::Login, format!("cannot connect to {target}: {said}"))
            .hint("mend the address, or ask whoever runs the server"),
    }
}
