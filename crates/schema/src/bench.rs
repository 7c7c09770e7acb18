//! The benchmark of reading: one schema, [`Catalog::read`] and `pg_dump -s` on it, in turns.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::catalog::Catalog;
use crate::compare::compare;
use crate::plan::{Options, PlanError, plan};
use crate::read::ReadError;
use crate::scope::Scope;

/// Tables made in one transaction: more would need more locks than a server has by default.
const BATCH: usize = 100;

/// Makes a schema `bench` of this many tables, each with ten columns, five constraints, four indexes, two policies,
/// a function, a trigger, comments and grants.
///
/// # Errors
/// What the server says.
pub async fn make_schema(connection: &mut PgConnection, tables: usize) -> Result<(), sqlx::Error> {
    connection.execute("CREATE SCHEMA bench").await?;
    let numbers: Vec<usize> = (0..tables).collect();
    for numbers in numbers.chunks(BATCH) {
        let sql: String = numbers.iter().map(|number| table(*number)).collect();
        connection.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await?;
    }
    Ok(())
}

fn table(number: usize) -> String {
    table_under(number, number.saturating_sub(1))
}

fn table_under(number: usize, parent: usize) -> String {
    include_str!("bench_table.sql")
        .replace("{n}", &number.to_string())
        .replace("{parent}", &parent.to_string())
}

/// Gives every table of [`make_schema`] a view, for a plan to take along.
///
/// # Errors
/// What the server says.
pub async fn make_views(connection: &mut PgConnection, tables: usize) -> Result<(), sqlx::Error> {
    let view = |number: &usize| {
        format!(
            "CREATE VIEW bench.v{number} AS SELECT id, name, status FROM bench.t{number} WHERE attempts < 3;"
        )
    };
    for numbers in (0..tables).collect::<Vec<_>>().chunks(BATCH) {
        let sql: String = numbers.iter().map(view).collect();
        connection.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await?;
    }
    Ok(())
}

/// Changes two tables of a hundred: by turns a column more, another index, another view, a table more.
///
/// # Errors
/// What the server says.
pub async fn change_schema(connection: &mut PgConnection, tables: usize) -> Result<(), sqlx::Error> {
    for (turn, number) in (0..tables).step_by(50).enumerate() {
        let sql = match turn % 4 {
            0 => format!("ALTER TABLE bench.t{number} ADD COLUMN tags text[] NOT NULL DEFAULT '{{}}'"),
            1 => format!(
                "DROP INDEX bench.t{number}_open; CREATE INDEX t{number}_open ON bench.t{number} (status, slug)"
            ),
            2 => format!(
                "CREATE OR REPLACE VIEW bench.v{number} AS SELECT id, name, status FROM bench.t{number} \
                 WHERE attempts < 5"
            ),
            _ => table_under(tables + number, number),
        };
        connection.execute(sqlx::raw_sql(AssertSqlSafe(sql))).await?;
    }
    Ok(())
}

/// What was measured.
#[derive(Clone, Debug)]
pub struct Figures {
    /// How many facts a reading gives.
    pub facts: usize,
    /// Reading and the fingerprint, each on a fresh connection, connecting included, as `pg_dump` connects too.
    pub read: Vec<Duration>,
    /// `pg_dump -s`, its output thrown away.
    pub dump: Vec<Duration>,
}

impl Figures {
    /// Median time of reading divided by that of `pg_dump`: below one, reading is faster.
    pub fn ratio(&self) -> f64 {
        median(&self.read).as_secs_f64() / median(&self.dump).as_secs_f64()
    }
}

/// The middle one; zero for none.
pub fn median(times: &[Duration]) -> Duration {
    let mut times = times.to_vec();
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// Why there are no figures.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// The catalog could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The server could not be reached.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    /// `pg_dump` could not be started.
    #[error("pg_dump does not start: {0}")]
    Start(#[from] io::Error),
    /// There is no plan.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// `pg_dump` failed.
    #[error("pg_dump failed: {0}")]
    Dump(String),
}

/// Reads and dumps in turns, so that both see the same weather on the machine.
///
/// # Errors
/// The first failure of either.
pub async fn beside_pg_dump(
    options: &PgConnectOptions,
    url: &str,
    pg_dump: &Path,
    runs: usize,
) -> Result<Figures, BenchError> {
    let mut figures = Figures { facts: 0, read: Vec::new(), dump: Vec::new() };
    for _ in 0..runs {
        let start = Instant::now();
        let mut connection = PgConnection::connect_with(options).await?;
        let catalog = Catalog::read(&mut connection, &Scope::project()).await?;
        let _ = catalog.fingerprint();
        figures.read.push(start.elapsed());
        figures.facts = catalog.facts().count();
        connection.close().await?;

        figures.dump.push(time_of_pg_dump(url, pg_dump)?);
    }
    Ok(figures)
}

/// How long `pg_dump -s` takes, its output thrown away.
fn time_of_pg_dump(url: &str, pg_dump: &Path) -> Result<Duration, BenchError> {
    let start = Instant::now();
    let mut command = Command::new(pg_dump);
    let output = command
        .args(["--schema-only", "--dbname", url])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .output()?;
    let time = start.elapsed();
    if !output.status.success() {
        return Err(BenchError::Dump(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    Ok(time)
}

/// What making a plan costs, part by part.
#[derive(Clone, Debug, Default)]
pub struct PlanFigures {
    /// How many facts the new side has.
    pub facts: usize,
    /// How many steps the plan has.
    pub steps: usize,
    /// Reading one side with what needs what, on a fresh connection.
    pub read: Vec<Duration>,
    /// `pg_dump -s` of the same side, right after.
    pub dump: Vec<Duration>,
    /// Comparing both.
    pub compare: Vec<Duration>,
    /// The way there.
    pub plan: Vec<Duration>,
}

/// Reads, dumps, compares and plans in turns, so that all see the same weather on the machine.
///
/// # Errors
/// The first failure of any.
pub async fn planning(
    from: &PgConnectOptions,
    to: &PgConnectOptions,
    url: &str,
    pg_dump: &Path,
    runs: usize,
) -> Result<PlanFigures, BenchError> {
    let scope = Scope::project().with_dependencies();
    let old = Catalog::read(&mut PgConnection::connect_with(from).await?, &scope).await?;
    let mut figures = PlanFigures::default();
    for _ in 0..runs {
        let start = Instant::now();
        let mut connection = PgConnection::connect_with(to).await?;
        let new = Catalog::read(&mut connection, &scope).await?;
        figures.read.push(start.elapsed());
        connection.close().await?;
        figures.dump.push(time_of_pg_dump(url, pg_dump)?);

        let start = Instant::now();
        let _ = compare(&old, &new);
        figures.compare.push(start.elapsed());
        let start = Instant::now();
        let plan = plan(&old, &new, &Options::default())?;
        figures.plan.push(start.elapsed());
        (figures.facts, figures.steps) = (new.facts().count(), plan.steps.len());
    }
    Ok(figures)
}
