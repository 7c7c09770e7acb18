//! A development database that somebody keeps on a server of their own: what it may lack, and making it anew.

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, Row};

use crate::error::SandboxError;
use crate::server::{self, identifier, sql};

/// Where one connects while the database itself is being replaced. Every server has both (Postgres docs, "Template Databases").
const ELSEWHERE: [&str; 2] = ["postgres", "template1"];

/// Does this database have what Supabase gives every project: `auth.users`, and the roles its API works as?
pub async fn has_platform(connection: &mut PgConnection) -> Result<bool, SandboxError> {
    sqlx::query_scalar(
        "SELECT pg_catalog.to_regclass('auth.users') IS NOT NULL
            AND pg_catalog.to_regrole('authenticated') IS NOT NULL
            AND pg_catalog.to_regrole('service_role') IS NOT NULL",
    )
    .fetch_one(connection)
    .await
    .map_err(|source| sql("look for the platform", "this database", source))
}

/// Gives it that. Roles belong to the whole server; those that are there stay as they are.
pub async fn give_platform(connection: &mut PgConnection) -> Result<(), SandboxError> {
    server::apply_platform(connection, "this database").await
}

/// Drops the database that these options name, ending every session in it, and makes it anew with the same owner, encoding and
/// locale, empty.
pub async fn recreate(options: &PgConnectOptions) -> Result<(), SandboxError> {
    let name = options.get_database().unwrap_or(options.get_username()).to_owned();
    let elsewhere = ELSEWHERE.into_iter().find(|other| *other != name).unwrap_or("postgres");
    let failed = |doing: &'static str| move |source| sql(doing, "this server", source);
    let mut admin = options.clone().database(elsewhere).connect().await.map_err(failed("connect"))?;
    let like = sqlx::query(include_str!("own_like.sql"))
        .bind(&name)
        .fetch_optional(&mut admin)
        .await
        .map_err(failed("look at the database"))?;
    let quoted = identifier(&name);
    let mut create = format!("CREATE DATABASE {quoted} TEMPLATE template0");
    if let Some(row) = like {
        let part = |column: &str| row.try_get::<String, _>(column).map_err(failed("look at the database"));
        create += &part("like_it")?;
        let drop = format!("DROP DATABASE {quoted} WITH (FORCE)");
        admin.execute(AssertSqlSafe(drop)).await.map_err(failed("drop the database"))?;
    }
    admin.execute(AssertSqlSafe(create)).await.map_err(failed("create the database"))?;
    let _ = admin.close().await;
    Ok(())
}
