//! What is really in a database, read by SQL that is not the deployer's.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use meshhook_schema::{Catalog, Scope};
use sqlx::{AssertSqlSafe, PgConnection, Row};

use crate::history::INDEX;

/// Catalog, rows and ledger.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) schema: Schema,
    /// Versions with their checksums.
    pub(crate) ledger: Vec<String>,
    /// The recorded ways back.
    rollbacks: Vec<String>,
    /// Where scripts without a transaction stand: version, direction, statement, state.
    pub(crate) journal: Vec<Journal>,
    /// Versions in the platform's own ledger.
    supabase: Vec<String>,
}

/// One row of the journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Journal {
    pub(crate) version: i64,
    pub(crate) direction: String,
    pub(crate) statement: i32,
    pub(crate) state: String,
}

/// Catalog and rows.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Schema {
    catalog: String,
    /// The same without the index that is built outside of transactions, which may be there, be invalid, or not.
    catalog_without_index: String,
    /// Number and hash of the rows of each table.
    rows: BTreeMap<String, String>,
}

impl Schema {
    pub(crate) async fn of(conn: &mut PgConnection) -> Schema {
        let mut catalog = Catalog::read(conn, &Scope::project()).await.unwrap();
        let whole = catalog.fingerprint().to_string();
        catalog.retain(|identity| &*identity.name.name != INDEX);
        let catalog_without_index = catalog.fingerprint().to_string();
        let sql = "SELECT c.relname::text FROM pg_catalog.pg_class AS c \
                   WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' ORDER BY 1";
        let tables: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut *conn).await.unwrap();
        let mut rows = BTreeMap::new();
        for table in tables {
            let sql = format!(
                "SELECT count(*) || ' ' || coalesce(sum(hashtextextended(to_jsonb(t)::text, 0)::numeric), 0) \
                 FROM public.{table} AS t"
            );
            let hash: String = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_one(&mut *conn).await.unwrap();
            rows.insert(table, hash);
        }
        Schema { catalog: whole, catalog_without_index, rows }
    }

    /// The same but for the index that is built outside of transactions.
    pub(crate) fn is_nearly(&self, other: &Schema) -> bool {
        self.catalog_without_index == other.catalog_without_index && self.rows == other.rows
    }
}

impl Seen {
    pub(crate) async fn of(conn: &mut PgConnection) -> Seen {
        let schema = Schema::of(conn).await;
        let mut list = Vec::new();
        for sql in [
            "SELECT version || ' ' || description || ' ' || success || ' ' || encode(checksum, 'hex') \
             FROM meshhook_ops._sqlx_migrations ORDER BY version",
            "SELECT version || ' ' || encode(checksum, 'hex') || ' ' || md5(sql) \
             FROM meshhook_ops.rollback_script ORDER BY version",
            "SELECT version FROM supabase_migrations.schema_migrations ORDER BY version::bigint",
        ] {
            let rows: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut *conn).await.unwrap();
            list.push(rows);
        }
        let sql = "SELECT version, direction, statement, state FROM meshhook_ops.journal \
                   ORDER BY version, direction DESC, statement";
        let rows = sqlx::query(sql).fetch_all(&mut *conn).await.unwrap();
        let journal = rows.iter().map(|row| Journal {
            version: row.get("version"),
            direction: row.get("direction"),
            statement: row.get("statement"),
            state: row.get("state"),
        });
        let journal = journal.collect();
        let mut list = list.into_iter();
        let mut next = || list.next().unwrap();
        Seen { schema, journal, ledger: next(), rollbacks: next(), supabase: next() }
    }

    /// The versions in the ledger.
    pub(crate) fn versions(&self) -> Vec<String> {
        self.ledger.iter().map(|row| row.split(' ').next().unwrap().to_owned()).collect()
    }

    /// What one database has and the other has not, for people.
    pub(crate) fn differences(&self, other: &Seen) -> String {
        let mut found = Vec::new();
        if self.schema.catalog != other.schema.catalog {
            found.push("catalog".to_owned());
        }
        if self.schema.rows != other.schema.rows {
            found.push(format!("rows {:?} and {:?}", self.schema.rows, other.schema.rows));
        }
        if self.ledger != other.ledger {
            found.push(format!("ledger {:?} and {:?}", self.versions(), other.versions()));
        }
        if self.rollbacks != other.rollbacks {
            found.push(format!("{} and {} recorded rollbacks", self.rollbacks.len(), other.rollbacks.len()));
        }
        if self.journal != other.journal {
            found.push(format!("journal {:?} and {:?}", self.journal, other.journal));
        }
        if self.supabase != other.supabase {
            found.push(format!("platform's ledger {:?} and {:?}", self.supabase, other.supabase));
        }
        found.join("; ")
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ledger {:?}, journal {:?}, rows {:?}", self.versions(), self.journal, self.schema.rows)
    }
}

/// What the log says.
#[derive(Debug, Clone, Default)]
pub(crate) struct Log {
    /// Oldest first.
    pub(crate) runs: Vec<Run>,
    /// Oldest first.
    scripts: Vec<Script>,
}

/// A run in the log.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub(crate) id: String,
    pub(crate) outcome: String,
    pub(crate) finished: bool,
}

#[derive(Debug, Clone)]
struct Script {
    run: String,
    version: i64,
    direction: String,
    status: String,
}

impl Log {
    pub(crate) async fn of(conn: &mut PgConnection) -> Log {
        let sql = "SELECT id::text, outcome, finished_at IS NOT NULL AS finished \
                   FROM meshhook_ops.migration_run ORDER BY started_at";
        let runs = sqlx::query(sql).fetch_all(&mut *conn).await.unwrap();
        let sql = "SELECT l.run::text, l.version, l.direction, l.status FROM meshhook_ops.migration_log AS l \
                   LEFT JOIN meshhook_ops.migration_run AS r ON r.id = l.run ORDER BY r.started_at, l.step";
        let scripts = sqlx::query(sql).fetch_all(&mut *conn).await.unwrap();
        Log {
            runs: runs
                .iter()
                .map(|row| Run {
                    id: row.get("id"),
                    outcome: row.get("outcome"),
                    finished: row.get("finished"),
                })
                .collect(),
            scripts: scripts
                .iter()
                .map(|row| Script {
                    run: row.get("run"),
                    version: row.get("version"),
                    direction: row.get("direction"),
                    status: row.get("status"),
                })
                .collect(),
        }
    }

    /// Runs that say that they go on.
    pub(crate) fn running(&self) -> usize {
        self.runs.iter().filter(|run| run.outcome == "running").count()
    }

    /// Where the log contradicts the ledger or itself. `settled`: no deployer lives, and the last one came to its end.
    pub(crate) fn lies(&self, seen: &Seen, settled: bool) -> Vec<String> {
        let mut lies = Vec::new();
        let mut applied: BTreeMap<i64, bool> = BTreeMap::new();
        let mut begun: BTreeSet<i64> = BTreeSet::new();
        for script in &self.scripts {
            if !self.runs.iter().any(|run| run.id == script.run) {
                lies.push(format!("{script:?} belongs to no run"));
            }
            let up = script.direction == "up";
            let before = applied.get(&script.version).copied();
            // what is half done was never applied, and is taken back all the same
            let half = before == Some(false) && begun.contains(&script.version);
            if script.status == "succeeded" {
                if before.unwrap_or(false) == up && !half {
                    lies.push(format!("{} {} succeeded twice", script.version, script.direction));
                }
                applied.insert(script.version, up);
                begun.remove(&script.version);
            } else if up {
                begun.insert(script.version);
                applied.entry(script.version).or_insert(false);
            }
        }
        let told: Vec<String> =
            applied.iter().filter(|(_, up)| **up).map(|(version, _)| version.to_string()).collect();
        let mut truth = seen.versions();
        truth.sort_by_key(|version| version.parse::<i64>().unwrap());
        if told != truth {
            lies.push(format!("the log says {told:?} is applied, the ledger {truth:?}"));
        }
        for run in &self.runs {
            if run.finished && run.outcome == "running" {
                lies.push(format!("{run:?} ended and runs"));
            }
        }
        if settled {
            lies.extend(
                self.runs.iter().filter(|run| run.outcome == "running").map(|run| format!("{run:?}")),
            );
            lies.extend(
                self.scripts
                    .iter()
                    .filter(|script| script.status == "started")
                    .map(|script| format!("{script:?}")),
            );
        }
        if seen.supabase != seen.versions() {
            lies.push(format!("the platform's ledger says {:?}, ours {:?}", seen.supabase, seen.versions()));
        }
        lies
    }
}
