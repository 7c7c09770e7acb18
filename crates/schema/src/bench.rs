//! The benchmark of reading: one schema, [`Catalog::read`] and `pg_dump -s` on it, in turns.

use std::io;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use crate::catalog::Catalog;
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
    let parent = number.saturating_sub(1).to_string();
    include_str!("bench_table.sql").replace("{n}", &number.to_string()).replace("{parent}", &parent)
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

        let start = Instant::now();
        let mut command = Command::new(pg_dump);
        let output = command
            .args(["--schema-only", "--dbname", url])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .output()?;
        figures.dump.push(start.elapsed());
        if !output.status.success() {
            return Err(BenchError::Dump(String::from_utf8_lossy(&output.stderr).into_owned()));
        }
    }
    Ok(figures)
}
