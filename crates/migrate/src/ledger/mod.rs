//! The ledger and the log in schema `meshhook_ops`, and other tools' ledgers, which are only read.

mod adopt;
mod foreign;
mod log;
pub mod notification;
mod read;
mod record;
mod run;
mod scripts;
mod state;

use sqlx::PgConnection;

use crate::execute::Standing;
use crate::folder::Direction;
use crate::version::Version;

pub(crate) use adopt::mend;
pub use adopt::{ADOPTED, FORGOTTEN, MENDED, Mend};
pub use foreign::{ForeignLedger, Tool};
pub use log::{LogRow, Outcome, RunInfo, read_log};
pub(crate) use log::{abandon, close_run, log_failure, log_start, open_run};
pub(crate) use record::Record;
pub use run::{
    Closing, Opening, RunFilter, RunRow, RunStep, read_runs, recorded_rollbacks, run_steps, unfinished_run,
};
pub(crate) use run::{close as close_deploy, open as open_deploy};
pub use scripts::{ScriptRow, run_scripts};
#[cfg(test)]
pub(crate) use state::Recorded;
pub use state::{Applied, Edited, Interrupted, JournalEntry, JournalState, State};

/// The schema that holds it.
pub const SCHEMA: &str = "meshhook_ops";
/// The ledger's table, for sqlx's `Migrator` and `sqlx.toml`.
pub const TABLE: &str = "meshhook_ops._sqlx_migrations";
/// The tables of [`SCHEMA`].
const TABLES: [&str; 6] =
    ["_sqlx_migrations", "rollback_script", "migration_run", "migration_log", "journal", "schema_snapshot"];
/// The newest column of `migration_run`: a ledger that lacks it was made by an earlier version of this tool.
const NEWEST_COLUMN: &str = "backend_start";

/// The ledger could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("the ledger in schema `{SCHEMA}` could not be {doing}: {message}")]
pub struct LedgerError {
    /// `read`, `created`, `written` or `locked`.
    pub doing: &'static str,
    /// SQLSTATE, when the server answered.
    pub code: Option<String>,
    /// What was said.
    pub message: String,
}

impl LedgerError {
    pub(crate) fn new(doing: &'static str) -> impl Fn(sqlx::Error) -> LedgerError {
        move |error| {
            let said = error.as_database_error();
            LedgerError {
                doing,
                code: said.and_then(|said| said.code()).map(|code| code.into_owned()),
                message: said.map_or_else(|| error.to_string(), |said| said.message().to_owned()),
            }
        }
    }
}

/// Makes the ledger's tables where they are missing. Called under the lock; a tool that does not know the lock can
/// still get in between (`IF NOT EXISTS` then fails on pg_type's or pg_namespace's own unique index), so what
/// loses such a race is tried again.
pub(crate) async fn create(conn: &mut PgConnection) -> Result<(), LedgerError> {
    let exists = read::exists(conn).await?;
    if TABLES.iter().all(|table| exists.contains_key(&format!("{SCHEMA}.{table}")))
        && exists.get("meshhook_ops.migration_run").is_some_and(|table| table.has(NEWEST_COLUMN))
    {
        return Ok(());
    }
    let mut tries = 0;
    loop {
        match crate::run::message::simple(conn, include_str!("create.sql")).await {
            Ok(_) => return Ok(()),
            Err(error) if tries < 5 && lost_race(&error) => tries += 1,
            Err(error) => return Err(LedgerError::new("created")(error)),
        }
    }
}

/// What is left of a script that did not come to its end.
pub(crate) async fn standing(
    conn: &mut PgConnection,
    version: Version,
    direction: Direction,
) -> Result<Standing, sqlx::Error> {
    let (applied, begun): (bool, bool) = sqlx::query_as(include_str!("standing.sql"))
        .bind(version.number())
        .bind(direction.as_str())
        .persistent(false)
        .fetch_one(conn)
        .await?;
    Ok(match (direction, applied, begun) {
        (_, _, true) => Standing::Partial,
        (Direction::Up, true, _) | (Direction::Down, false, _) => Standing::Done,
        (Direction::Up, false, _) | (Direction::Down, true, _) => Standing::Unchanged,
    })
}

/// unique_violation, duplicate_schema, duplicate_table, or "tuple concurrently updated" (an internal error).
fn lost_race(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|said| said.code());
    code.is_some_and(|code| matches!(&*code, "23505" | "42P06" | "42P07" | "XX000"))
}
