//! Reading the ledger: a fixed number of queries, nothing written, also on a read-only connection.

use std::collections::BTreeMap;

use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, PgConnection, Row};

use super::foreign::{ForeignLedger, Tool};
use super::state::{Applied, JournalEntry, JournalState, Recorded, State};
use super::{LedgerError, SCHEMA, TABLE};
use crate::folder::{Direction, Folder};
use crate::script::Script;
use crate::silence::answered;
use crate::version::{Checksum, Version};

/// A table of a ledger that is there.
pub(super) struct Table {
    readable: bool,
    writable: bool,
    columns: Vec<String>,
}

/// The known tables that are there, by qualified name.
pub(super) async fn exists(conn: &mut PgConnection) -> Result<BTreeMap<String, Table>, LedgerError> {
    let rows = fetch(conn, include_str!("exists.sql")).await?;
    let table = |row: &PgRow| {
        let table = Table {
            readable: row.try_get("readable")?,
            writable: row.try_get("writable")?,
            columns: row.try_get("columns")?,
        };
        Ok((row.try_get("name")?, table))
    };
    rows.iter().map(table).collect::<Result<_, sqlx::Error>>().map_err(LedgerError::new("read"))
}

impl State {
    /// Reads where the database stands. Never writes, and needs nothing to be there.
    pub async fn read(conn: &mut PgConnection, folder: &Folder) -> Result<State, LedgerError> {
        answered(State::read_all(conn, folder), LedgerError::new("read")).await
    }

    async fn read_all(conn: &mut PgConnection, folder: &Folder) -> Result<State, LedgerError> {
        let tables = exists(conn).await?;
        let here = |table: &str| tables.contains_key(&format!("{SCHEMA}.{table}"));
        let mut recorded = Recorded::default();
        if here("_sqlx_migrations") {
            recorded.ledger_exists = true;
            recorded.applied = applied(conn, here("rollback_script")).await?;
        }
        if here("journal") {
            recorded.journal = journal(conn).await?;
        }
        let mut state = State::compare(folder, recorded);
        if here("rollback_script") {
            state.kept_rollbacks = kept_rollbacks(conn, folder, &state).await?;
        }
        for tool in [Tool::Sqlx, Tool::Supabase] {
            if let Some(table) = tables.get(tool.table()).filter(|table| table.is_ledger_of(tool)) {
                state.foreign.push(foreign(conn, folder, &state, tool, table).await?);
            }
        }
        Ok(state)
    }
}

async fn fetch(conn: &mut PgConnection, sql: &'static str) -> Result<Vec<PgRow>, LedgerError> {
    sqlx::query(sql).persistent(false).fetch_all(conn).await.map_err(LedgerError::new("read"))
}

async fn applied(conn: &mut PgConnection, with_rollbacks: bool) -> Result<Vec<Applied>, LedgerError> {
    let rows = if with_rollbacks {
        fetch(conn, include_str!("applied.sql")).await?
    } else {
        // made by the sqlx CLI alone, as sqlx.toml tells it to
        let alone =
            format!("SELECT m.*, NULL::bytea AS rollback_checksum FROM {TABLE} AS m ORDER BY version");
        let rows = sqlx::query(AssertSqlSafe(alone)).persistent(false).fetch_all(conn).await;
        rows.map_err(LedgerError::new("read"))?
    };
    let one = |row: &PgRow| {
        let checksum: Vec<u8> = row.try_get("checksum")?;
        let rollback: Option<Vec<u8>> = row.try_get("rollback_checksum")?;
        Ok(Applied {
            version: Version::new(row.try_get("version")?),
            description: row.try_get("description")?,
            installed_on: row.try_get("installed_on")?,
            execution_time: row.try_get("execution_time")?,
            success: row.try_get("success")?,
            checksum: Checksum::from_bytes(&checksum),
            rollback: rollback.and_then(|bytes| Checksum::from_bytes(&bytes)),
        })
    };
    rows.iter().map(one).collect::<Result<_, sqlx::Error>>().map_err(LedgerError::new("read"))
}

type Journal = BTreeMap<(Version, Direction), Vec<JournalEntry>>;

async fn journal(conn: &mut PgConnection) -> Result<Journal, LedgerError> {
    let mut journal = Journal::new();
    for row in fetch(conn, include_str!("journal.sql")).await? {
        let (key, entry) = journal_entry(&row).map_err(LedgerError::new("read"))?;
        journal.entry(key).or_default().push(entry);
    }
    Ok(journal)
}

fn journal_entry(row: &PgRow) -> Result<((Version, Direction), JournalEntry), sqlx::Error> {
    let direction = match row.try_get("direction")? {
        "down" => Direction::Down,
        _ => Direction::Up,
    };
    let statement: i32 = row.try_get("statement")?;
    let checksum: Vec<u8> = row.try_get("statement_checksum")?;
    let state = match row.try_get("state")? {
        "done" => JournalState::Done,
        "failed" => JournalState::Failed,
        _ => JournalState::Started,
    };
    let entry = JournalEntry {
        statement: statement.unsigned_abs() as usize,
        checksum: Checksum::from_bytes(&checksum),
        state,
    };
    Ok(((Version::new(row.try_get("version")?), direction), entry))
}

/// The rollbacks that no file stands for any more; the others need not be read.
async fn kept_rollbacks(
    conn: &mut PgConnection,
    folder: &Folder,
    state: &State,
) -> Result<BTreeMap<Version, Script>, LedgerError> {
    let begun =
        state.interrupted.iter().map(|found| found.version).filter(|version| folder.get(*version).is_none());
    let wanted: Vec<i64> = state.missing.iter().copied().chain(begun).map(Version::number).collect();
    if wanted.is_empty() {
        return Ok(BTreeMap::new());
    }
    let rows = sqlx::query("SELECT version, sql FROM meshhook_ops.rollback_script WHERE version = ANY ($1)")
        .bind(wanted)
        .persistent(false)
        .fetch_all(conn)
        .await
        .map_err(LedgerError::new("read"))?;
    let one = |row: &PgRow| {
        let version = Version::new(row.try_get("version")?);
        let sql: String = row.try_get("sql")?;
        Ok((version, Script::new(format!("ledger:{version}"), sql)))
    };
    rows.iter().map(one).collect::<Result<_, sqlx::Error>>().map_err(LedgerError::new("read"))
}

impl Table {
    pub(super) fn has(&self, column: &str) -> bool {
        self.columns.iter().any(|known| known == column)
    }

    /// Whether the columns are those of the tool; a project may have a table of that name.
    fn is_ledger_of(&self, tool: Tool) -> bool {
        let wanted: &[&str] = match tool {
            Tool::Sqlx => &["version", "checksum", "success"],
            Tool::Supabase => &["version", "name"],
        };
        wanted.iter().all(|wanted| self.has(wanted))
    }
}

async fn foreign(
    conn: &mut PgConnection,
    folder: &Folder,
    state: &State,
    tool: Tool,
    table: &Table,
) -> Result<ForeignLedger, LedgerError> {
    let mut found = ForeignLedger {
        tool,
        readable: table.readable,
        writable: table.writable && table.has("statements"),
        matching: Vec::new(),
        edited: Vec::new(),
        unknown: Vec::new(),
        adopted: Vec::new(),
    };
    if !table.readable {
        return Ok(found);
    }
    let sql = match tool {
        Tool::Sqlx => "SELECT version::text, checksum::bytea FROM public._sqlx_migrations ORDER BY 1",
        Tool::Supabase => {
            "SELECT version::text, NULL::bytea AS checksum FROM supabase_migrations.schema_migrations ORDER BY 1"
        }
    };
    for row in fetch(conn, sql).await? {
        let version: String = row.try_get(0).map_err(LedgerError::new("read"))?;
        let checksum: Option<Vec<u8>> = row.try_get(1).map_err(LedgerError::new("read"))?;
        let migration = version.parse().ok().and_then(|version| folder.get(version));
        match migration {
            None => found.unknown.push(version),
            Some(migration) => {
                let same = checksum.is_none_or(|bytes| bytes == migration.up.checksum.bytes());
                let list = if same { &mut found.matching } else { &mut found.edited };
                list.push(migration.version);
                if state.is_applied(migration.version) {
                    found.adopted.push(migration.version);
                }
            }
        }
    }
    Ok(found)
}
