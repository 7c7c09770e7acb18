//! One way between two schemas: planned, run, and judged by our catalog and by `pg_dump -s`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use meshhook_sandbox::{Database, Server};
use meshhook_schema::{Catalog, Options, Plan, Scope, Told, compare};
use sqlx::{AssertSqlSafe, Executor, PgConnection, Row};

use super::dump;

/// A database, a connection to it, and what it looked like last.
pub(crate) struct Side {
    pub(crate) database: Database,
    pub(crate) connection: PgConnection,
    pub(crate) seen: Seen,
}

/// What is compared: our catalog, and the dump where there is a program for it.
#[derive(Clone, Default)]
pub(crate) struct Seen {
    pub(crate) catalog: Catalog,
    pub(crate) dump: Option<String>,
}

/// Runs SQL as it stands.
pub(crate) async fn run(connection: &mut PgConnection, sql: &str) -> Result<(), sqlx::Error> {
    connection.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await.map(drop)
}

impl Side {
    /// A fresh database with this schema in it.
    pub(crate) async fn new(
        server: &Server,
        pg_dump: Option<&Path>,
        scripts: &[&str],
    ) -> Result<Side, String> {
        let database = server.create_bare().await.map_err(|error| error.to_string())?;
        let mut connection = database.connect().await.map_err(|error| error.to_string())?;
        for script in [&"SET statement_timeout = '30s'; SET client_min_messages = warning"]
            .iter()
            .copied()
            .chain(scripts)
        {
            run(&mut connection, script).await.map_err(|error| error.to_string())?;
        }
        let mut side = Side { database, connection, seen: Seen::default() };
        side.look(pg_dump).await?;
        Ok(side)
    }

    /// Reads the catalog and dumps again.
    pub(crate) async fn look(&mut self, pg_dump: Option<&Path>) -> Result<(), String> {
        self.seen.catalog = self.read().await?;
        self.seen.dump = match pg_dump {
            Some(program) => Some(dump::dump(program, &self.database.url()).await?),
            None => None,
        };
        Ok(())
    }

    /// Reads the catalog alone.
    pub(crate) async fn read(&mut self) -> Result<Catalog, String> {
        let scope = Scope::project().with_dependencies();
        Catalog::read(&mut self.connection, &scope).await.map_err(|error| format!("reading: {error}"))
    }

    /// Runs a plan as `psql` would run its script: statement by statement, each in a transaction of its own.
    pub(crate) async fn apply(&mut self, plan: &Plan) -> Result<(), String> {
        for statement in plan.steps.iter().flat_map(|step| &step.statements) {
            let sql = statement.guarded_sql();
            run(&mut self.connection, &sql).await.map_err(|error| format!("{}\n  in {sql}", told(&error)))?;
        }
        Ok(())
    }

    /// The rows of a table as texts by column, and the columns.
    pub(crate) async fn rows(&mut self, table: &str) -> Result<Rows, String> {
        let query = format!("SELECT pg_catalog.to_jsonb(x.*)::pg_catalog.text FROM {table} x");
        let rows = self.connection.fetch_all(sqlx::raw_sql(AssertSqlSafe(query))).await;
        rows.map_err(|error| format!("rows of {table}: {error}"))?
            .iter()
            .map(|row| serde_json::from_str(row.get::<&str, _>(0)).map_err(|error| error.to_string()))
            .collect()
    }
}

/// A row for each, as JSON.
pub(crate) type Rows = Vec<serde_json::Map<String, serde_json::Value>>;

/// What is wrong when these rows should be those, in the columns that both have.
pub(crate) fn rows_lost(before: &Rows, after: &Rows) -> Option<String> {
    if before.len() != after.len() {
        return Some(format!("{} rows, were {}", after.len(), before.len()));
    }
    let columns = |rows: &Rows| {
        rows.first().map(|row| row.keys().cloned().collect::<BTreeSet<_>>()).unwrap_or_default()
    };
    let common: Vec<String> = columns(before).intersection(&columns(after)).cloned().collect();
    let values = |rows: &Rows| {
        let text = |value: &serde_json::Value| match value {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let mut values: Vec<Vec<String>> =
            rows.iter().map(|row| common.iter().map(|name| text(&row[name])).collect()).collect();
        values.sort();
        values
    };
    let (was, is) = (values(before), values(after));
    (was != is).then(|| format!("{common:?} is {is:?}, was {was:?}"))
}

/// The whole plan, to be read by a person.
pub(crate) fn script(plan: &Plan) -> String {
    plan.sql().lines().flat_map(|line| ["    ", line, "\n"]).collect()
}

/// A plan with the default options.
pub(crate) fn plan(from: &Catalog, to: &Catalog) -> Result<Plan, String> {
    meshhook_schema::plan(from, to, &Options::default()).map_err(|error| error.to_string())
}

/// What differs though it should not; `None` when nothing does.
pub(crate) fn left(found: &Seen, expected: &Seen) -> Option<String> {
    let mut text = String::new();
    for difference in
        compare(&expected.catalog, &found.catalog).iter().filter(|difference| !difference.is_note())
    {
        text += &format!("  {}\n", difference.tell(Told::Found));
    }
    if let (Some(found), Some(expected)) = (&found.dump, &expected.dump) {
        let differences = dump::differences(found, expected);
        if !differences.is_empty() {
            text += &format!("  pg_dump:\n{differences}");
        }
    }
    (!text.is_empty()).then_some(text)
}

/// An error with what Postgres adds to it.
pub(crate) fn told(error: &sqlx::Error) -> String {
    let database = error
        .as_database_error()
        .and_then(|error| error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>());
    let extra =
        database.map(|error| [error.detail(), error.r#where()].into_iter().flatten().collect::<Vec<_>>());
    match extra {
        Some(extra) if !extra.is_empty() => format!("{error} ({})", extra.join("; ")),
        _ => error.to_string(),
    }
}

/// Where `pg_dump` of the server's version is, with a word when there is none.
pub(crate) fn pg_dump_of(server: &Server) -> Option<PathBuf> {
    let program = dump::pg_dump(server.major());
    if program.is_none() {
        eprintln!("no pg_dump of version {} or later here: judged without it", server.major());
    }
    program
}
