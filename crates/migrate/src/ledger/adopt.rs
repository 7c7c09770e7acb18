//! Ledger rows that are written without running anything: a history that is taken over, and a ledger that is mended.
//! What may be written is decided elsewhere, by evidence; this only writes.

use std::path::PathBuf;

use sqlx::PgConnection;
use uuid::Uuid;

use super::record::{Record, filled, quoted};
use super::{Closing, LedgerError, Opening, RunInfo, run};
use crate::execute::Limits;
use crate::folder::{Direction, Migration};
use crate::script::Script;
use crate::version::Version;

/// One change of the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mend<'a> {
    /// It is in the database: a ledger row, its rollback, and no journal. With `since_sqlx`, the time and duration are
    /// those that sqlx's own ledger recorded.
    Adopt {
        /// The migration as its file has it.
        migration: &'a Migration,
        /// Whether `public._sqlx_migrations` knows when it was applied.
        since_sqlx: bool,
    },
    /// It is not in the database: no ledger row, no rollback, no journal.
    Forget {
        /// The migration.
        version: Version,
        /// Its file, or where it was.
        script: PathBuf,
    },
    /// What was applied is what the file says now: its checksum, and its rollback.
    Checksum {
        /// The migration as its file has it.
        migration: &'a Migration,
    },
    /// Supabase's own ledger lacks a version that ours has.
    Supabase {
        /// The migration as its file has it.
        migration: &'a Migration,
    },
}

/// What the log calls a migration that was written as applied without being run.
pub const ADOPTED: &str = "adopted";
/// What the log calls a migration that was taken out of the ledger without being taken back.
pub const FORGOTTEN: &str = "forgotten";
/// What the log calls a migration whose checksum was rewritten.
pub const MENDED: &str = "mended";

/// Nothing is known about when it was applied, nor how long it took.
const NOW: &str = "VALUES (now(), -1::bigint)";
/// sqlx knows; an edited copy of its ledger may lack the row.
const SQLX: &str = "SELECT coalesce(max(installed_on), now()), coalesce(max(execution_time), -1) \
                    FROM public._sqlx_migrations WHERE version = {version}";

/// Writes a run, its changes and their lines in the log, in the transaction that is open. A killed run that it goes on
/// from is over with it.
pub(crate) async fn mend(
    conn: &mut PgConnection,
    info: &RunInfo,
    (opening, closing): (&Opening, &Closing),
    mends: &[Mend<'_>],
    supabase: bool,
    pid: i32,
) -> Result<Uuid, LedgerError> {
    let id = Uuid::new_v4();
    let written = LedgerError::new("written");
    run::open(conn, id, info, opening, pid).await.map_err(&written)?;
    let steps = mends.iter().zip(1..).map(|(mend, step)| mend.sql(id, step, supabase));
    let mut sql: String = steps.collect();
    if let Some(killed) = opening.continues {
        sql += &settled(killed);
    }
    crate::run::message::simple(conn, &sql).await.map_err(&written)?;
    run::close(conn, id, closing).await.map_err(&written)?;
    Ok(id)
}

/// The end of a killed run; what it left is what this run begins and ends with.
fn settled(killed: Uuid) -> String {
    filled(include_str!("run_settled.sql"), &[("run", quoted(&killed.to_string()))])
}

impl Mend<'_> {
    fn sql(&self, run: Uuid, step: i32, supabase: bool) -> String {
        match self {
            Mend::Adopt { migration, since_sqlx } => {
                let times = if *since_sqlx { SQLX } else { NOW };
                written(migration, run, step, ADOPTED, times) + &in_supabase(migration, run, step, supabase)
            }
            Mend::Checksum { migration } => written(migration, run, step, MENDED, NOW),
            Mend::Supabase { migration } => in_supabase(migration, run, step, true),
            Mend::Forget { version, script } => {
                let nothing = Script::new(script, "");
                let record = record(*version, "", Direction::Down, &nothing, None, run, step);
                let mut values = record.values();
                values.push(("status", FORGOTTEN.to_owned()));
                let supabase = if supabase { record.supabase_row() } else { String::new() };
                filled(include_str!("record_forgotten.sql"), &values) + &supabase
            }
        }
    }
}

/// The row of a migration as its file has it.
fn written(migration: &Migration, run: Uuid, step: i32, status: &str, times: &str) -> String {
    let (description, rollback) = (migration.description(), migration.rollback.as_ref());
    let record = record(migration.version, &description, Direction::Up, &migration.up, rollback, run, step);
    let mut values = record.values();
    values.push(("description", quoted(&description)));
    values.push(("checksum", quoted(&migration.up.checksum.to_string())));
    values.push(("times", times.replace("{version}", &migration.version.to_string())));
    values.push(("status", status.to_owned()));
    values.extend(record.rollback_values());
    filled(include_str!("record_adopted.sql"), &values)
}

fn in_supabase(migration: &Migration, run: Uuid, step: i32, supabase: bool) -> String {
    if !supabase {
        return String::new();
    }
    let description = migration.description();
    record(migration.version, &description, Direction::Up, &migration.up, None, run, step).supabase_row()
}

fn record<'a>(
    version: Version,
    description: &'a str,
    direction: Direction,
    script: &'a Script,
    rollback: Option<&'a Script>,
    run: Uuid,
    step: i32,
) -> Record<'a> {
    let (next, limits) = (None, Limits::default());
    Record { run, step, version, description, direction, script, rollback, next, limits, supabase: false }
}
