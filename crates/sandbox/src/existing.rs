//! A server that is already there: databases are created on it and dropped from it, and nothing else of it is touched, except
//! that the platform's roles stay (they belong to the whole server, and another run may be using them).

use std::str::FromStr;

use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection, Row};

use crate::database::drop_database;
use crate::endpoint::{Endpoint, Secret};
use crate::error::SandboxError;
use crate::owner::Owner;
use crate::server::{self, PREFIX, Server, Shape, sql};
use crate::settings::{Note, Settings};

/// The oldest version that the project's scripts are written for.
const OLDEST: i32 = 150_000;

pub(crate) async fn start(
    url: &Secret<String>,
    settings: &Settings,
    note: Note<'_>,
) -> Result<Server, SandboxError> {
    let options = PgConnectOptions::from_str(url.expose()).map_err(|_| SandboxError::Unfit {
        server: "the server named for sandboxes".to_owned(),
        // The parser's own message may repeat parts of the URL.
        reason: "its URL cannot be read".to_owned(),
        hint: "write it as postgres://user:password@host:port/database".to_owned(),
    })?;
    let name = describe(&options);
    let endpoint = Endpoint::Given {
        maintenance: options.get_database().unwrap_or(server::MAINTENANCE).to_owned(),
        options: Secret::new(Box::new(options)),
        url: url.clone(),
    };
    let mut admin = server::connect(&endpoint, endpoint.maintenance(), &name).await?;
    check(&mut admin, &name).await?;
    let swept = sweep(&mut admin, &name).await?;
    if swept > 0 {
        note(&format!("dropped databases that earlier runs left on {name}: {swept}"));
    }
    let _ = admin.close().await;
    let shape = if settings.platform { Shape::Platform } else { Shape::Bare };
    Server::over(None, endpoint, &name, shape).await
}

/// `the server db.example:5432 as joe`
fn describe(options: &PgConnectOptions) -> String {
    let user = options.get_username();
    match options.get_socket() {
        Some(socket) => format!("the server in {} as {user}", socket.display()),
        None => format!("the server {}:{} as {user}", options.get_host(), options.get_port()),
    }
}

async fn check(admin: &mut PgConnection, name: &str) -> Result<(), SandboxError> {
    let row = sqlx::query(
        "SELECT
            current_setting('server_version_num')::int,
            pg_catalog.pg_is_in_recovery(),
            current_setting('default_transaction_read_only')::bool,
            (SELECT rolsuper OR rolcreatedb FROM pg_catalog.pg_roles WHERE rolname = current_user)",
    )
    .fetch_one(&mut *admin)
    .await
    .map_err(|source| sql("look around", name, source))?;
    let unfit = |reason: &str, hint: &str| {
        Err(SandboxError::Unfit { server: name.to_owned(), reason: reason.to_owned(), hint: hint.to_owned() })
    };
    if row.get::<i32, _>(0) < OLDEST {
        return unfit("it is older than PostgreSQL 15", "name a newer server, or use another sandbox");
    }
    if row.get::<bool, _>(1) {
        return unfit("it is a standby, which is read-only", "name its primary, or use another sandbox");
    }
    if row.get::<bool, _>(2) {
        return unfit(
            "sessions are read-only there (default_transaction_read_only is on)",
            "connect as a role that may write, or use another sandbox",
        );
    }
    if !row.get::<Option<bool>, _>(3).unwrap_or_default() {
        return unfit(
            "the role may not create databases",
            "let a superuser run `ALTER ROLE … CREATEDB`, or use another sandbox",
        );
    }
    Ok(())
}

/// Drops databases of runs that ended without doing so. Conservative: the name must be ours, and either the comment names a
/// process that has ended, or there is no comment and the name says that it is more than a day old.
async fn sweep(admin: &mut PgConnection, name: &str) -> Result<usize, SandboxError> {
    let rows: Vec<(String, Option<String>)> = sqlx::query_as(
        "SELECT datname::text, pg_catalog.shobj_description(oid, 'pg_database')
        FROM pg_catalog.pg_database
        WHERE pg_catalog.starts_with(datname::text, $1) AND pg_catalog.pg_has_role(datdba, 'USAGE')",
    )
    .bind(PREFIX)
    .fetch_all(&mut *admin)
    .await
    .map_err(|source| sql("list the databases", name, source))?;
    let mut swept = 0;
    for (database, comment) in rows {
        let abandoned = match comment.as_deref().map(Owner::from_str) {
            Some(Ok(owner)) => owner.is_gone(),
            Some(Err(())) => false,
            None => age_days(&database).is_some_and(|days| days >= 1),
        };
        // Somebody else may sweep at the same time, or somebody may have found a use for it.
        if abandoned && drop_database(admin, &database).await.is_ok() {
            swept += 1;
        }
    }
    Ok(swept)
}

/// How old a database of ours is by its name, which ends in a version 7 UUID.
fn age_days(database: &str) -> Option<u64> {
    let id = uuid::Uuid::try_parse(database.rsplit_once('_')?.1).ok()?;
    let (seconds, _) = id.get_timestamp()?.to_unix();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).ok()?.as_secs();
    Some(now.saturating_sub(seconds) / (24 * 60 * 60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_age_is_in_the_name_and_a_name_without_it_has_none() {
        let new = format!("{PREFIX}1_{}", uuid::Uuid::now_v7().simple());
        assert_eq!(age_days(&new), Some(0));
        assert!(
            age_days("meshhook_sandbox_1_01890a5d-ac96-774b-bcce-b302099a8057")
                .is_some_and(|days| days > 300)
        );
        for name in ["meshhook_sandbox_backup", "meshhook_sandbox_1_2", "x"] {
            assert_eq!(age_days(name), None, "{name}");
        }
    }
}
