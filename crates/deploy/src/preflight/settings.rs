//! What the server is like: its version, whether it takes writes.

use sqlx::Row;
use sqlx::postgres::PgRow;

use super::finding::{Check, Finding};
use crate::policy::Policy;

/// The row of `settings.sql`.
#[derive(Debug, Clone, Default)]
pub(super) struct Settings {
    pub(super) version_num: i32,
    pub(super) version: String,
    pub(super) in_recovery: bool,
    pub(super) read_only: bool,
    pub(super) read_only_source: Option<String>,
    pub(super) replication_role: String,
    pub(super) database: String,
    pub(super) role: String,
    pub(super) is_superuser: bool,
    pub(super) may_create_schemas: bool,
    pub(super) has_ledger: bool,
    pub(super) owns_ledger: bool,
    pub(super) ledger_owner: Option<String>,
    pub(super) may_create_in_public: bool,
    pub(super) max_connections: i32,
    pub(super) reserved_connections: i32,
    /// -1: none
    pub(super) role_limit: i32,
    /// -1: none
    pub(super) database_limit: i32,
    pub(super) used_server: i64,
    pub(super) used_role: i64,
    pub(super) used_database: i64,
    pub(super) used_by_us: i64,
    /// Bytes.
    pub(super) database_size: i64,
    pub(super) data_directory: Option<String>,
    pub(super) by_socket: bool,
}

impl Settings {
    pub(super) fn of(row: &PgRow) -> Result<Settings, sqlx::Error> {
        Ok(Settings {
            version_num: row.try_get("version_num")?,
            version: row.try_get("version")?,
            in_recovery: row.try_get("in_recovery")?,
            read_only: row.try_get("read_only")?,
            read_only_source: row.try_get("read_only_source")?,
            replication_role: row.try_get("replication_role")?,
            database: row.try_get("database")?,
            role: row.try_get("role")?,
            is_superuser: row.try_get("is_superuser")?,
            may_create_schemas: row.try_get("may_create_schemas")?,
            has_ledger: row.try_get("has_ledger")?,
            owns_ledger: row.try_get("owns_ledger")?,
            ledger_owner: row.try_get("ledger_owner")?,
            may_create_in_public: row.try_get("may_create_in_public")?,
            max_connections: row.try_get("max_connections")?,
            reserved_connections: row.try_get("reserved_connections")?,
            role_limit: row.try_get("role_limit")?,
            database_limit: row.try_get("database_limit")?,
            used_server: row.try_get("used_server")?,
            used_role: row.try_get("used_role")?,
            used_database: row.try_get("used_database")?,
            used_by_us: row.try_get("used_by_us")?,
            database_size: row.try_get("database_size")?,
            data_directory: row.try_get("data_directory")?,
            by_socket: row.try_get("by_socket")?,
        })
    }
}

pub(super) fn judge(settings: &Settings, policy: &Policy) -> Vec<Finding> {
    [version(settings, policy), writable(settings), replication_role(settings)]
        .into_iter()
        .flatten()
        .collect()
}

fn version(settings: &Settings, policy: &Policy) -> Option<Finding> {
    let wanted = policy.major?;
    let found = settings.version_num / 10_000;
    (found != i32::from(wanted)).then(|| {
        let version = settings.version.split_whitespace().next().unwrap_or_default();
        let message = format!("the server is PostgreSQL {version}, and the policy says {wanted}");
        Finding::error(Check::Version, message).hint(format!(
            "is this the right server? if it was upgraded, write `major = {found}` into supabase/deploy.toml, and \
             the same into supabase/config.toml, so that migrations are proven on it"
        ))
    })
}

fn writable(settings: &Settings) -> Option<Finding> {
    let error = |message: String| Finding::error(Check::ReadOnly, message);
    if settings.in_recovery {
        return Some(
            error("the server is a standby, or is being restored: it takes no writes".to_owned())
                .hint("deploy to the primary; an address with several hosts may lead to a replica"),
        );
    }
    let source = match settings.read_only_source.as_deref() {
        Some("database") => format!(", set for database `{}`", settings.database),
        Some("user") => format!(", set for role `{}`", settings.role),
        Some("database user") => format!(", set for role `{}` in this database", settings.role),
        Some("configuration file" | "command line") => ", set for the whole server".to_owned(),
        _ => String::new(),
    };
    settings.read_only.then(|| {
        error(format!("transactions are read-only (`default_transaction_read_only`{source})"))
            .hint("Supabase does this when the disk is nearly full; make room, then reset the setting")
    })
}

fn replication_role(settings: &Settings) -> Option<Finding> {
    let role = &settings.replication_role;
    (role != "origin").then(|| {
        let message =
            format!("`session_replication_role` is `{role}`: triggers and foreign keys are not in force");
        Finding::error(Check::ReplicationRole, message)
            .hint("ALTER ROLE … RESET session_replication_role (or ALTER DATABASE …), whichever sets it")
    })
}
