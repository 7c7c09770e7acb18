//! Why there is no SQL.

use std::path::PathBuf;

use meshhook_migrate::ScriptError;
use meshhook_sandbox::SandboxError;
use meshhook_schema::{PlanError, ReadError};

/// The difference could not be made into SQL, or the SQL not be proven.
#[derive(Debug, thiserror::Error)]
pub enum DiffError {
    /// The sandbox broke.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// A query of ours failed.
    #[error("cannot {doing}: {source}")]
    Query {
        /// What was being done.
        doing: &'static str,
        /// What Postgres or the connection said.
        source: sqlx::Error,
    },
    /// A live database cannot be reached.
    #[error(transparent)]
    Connect(#[from] meshhook_migrate::connect::ConnectError),
    /// A catalog could not be read.
    #[error("cannot read the catalog of {side}: {source}")]
    Catalog {
        /// Whose: `from`, `to`, the sandbox.
        side: &'static str,
        /// Why.
        source: ReadError,
    },
    /// A file cannot be read.
    #[error("cannot read `{}`: {source}", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file holds what is no schema.
    #[error("{}:{line}: {what}", .path.display())]
    Content {
        /// Which.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// What about it.
        what: String,
    },
    /// The server lacks an extension; the sentence says where there is one that has it.
    #[error("{0}")]
    Extension(String),
    /// Statements that fail whatever comes before them.
    #[error("{}", several("cannot be applied to an empty database", .0))]
    Load(Vec<ScriptError>),
    /// A rename that cannot be made.
    #[error("{0}")]
    Rename(String),
    /// Nothing leads from one to the other.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// Something differs, and no statement was found for it, which is a defect of ours.
    #[error("there is no SQL for these differences:{}", .0.iter().map(|one| format!("\n  {one}")).collect::<String>())]
    Unplanned(Vec<String>),
    /// A live database that cannot be rebuilt in a sandbox, so that nothing can be proven on it.
    #[error("the live schema cannot be rebuilt in the sandbox, so nothing can be proven on it: {0}")]
    Rebuild(String),
    /// A dump that makes something else than the schema, which is a defect of ours.
    #[error("the dump does not restore the schema, so it is not written: {0}")]
    NotRestored(String),
    /// The SQL does not do what it is for.
    #[error("{0}")]
    NotProven(Box<NotProven>),
}

/// What the proof stumbled over.
#[derive(Debug, Clone)]
pub struct NotProven {
    /// Which way, and what went wrong.
    pub what: String,
    /// The statement that fails and what Postgres says.
    pub error: Option<ScriptError>,
    /// What is other than it should be, one sentence each.
    pub differences: Vec<String>,
    /// It only happens where rows are.
    pub with_rows: bool,
}

impl std::fmt::Display for NotProven {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "not proven, so nothing is written: {}", self.what)?;
        if let Some(error) = &self.error {
            write!(out, ":\n{error}")?;
        }
        for difference in &self.differences {
            write!(out, "\n  {difference}")?;
        }
        Ok(())
    }
}

impl NotProven {
    /// In one line.
    pub(crate) fn brief(&self) -> String {
        let why = self.error.as_ref().map(|error| error.message.clone());
        let why = why.or_else(|| self.differences.first().cloned());
        let text = why.map_or_else(|| self.what.clone(), |why| format!("{}: {why}", self.what));
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

impl DiffError {
    /// Says what a query was for.
    pub(crate) fn query(doing: &'static str) -> impl Fn(sqlx::Error) -> DiffError {
        move |source| DiffError::Query { doing, source }
    }

    pub(crate) fn not_proven(what: impl Into<String>) -> NotProven {
        NotProven { what: what.into(), error: None, differences: Vec::new(), with_rows: false }
    }
}

impl From<NotProven> for DiffError {
    fn from(found: NotProven) -> DiffError {
        DiffError::NotProven(Box::new(found))
    }
}

/// At most this many failures are told: the first ones are the cause of the others.
const TOLD: usize = 8;

fn several(what: &str, errors: &[ScriptError]) -> String {
    let mut told: Vec<String> = errors.iter().take(TOLD).map(ToString::to_string).collect();
    if errors.len() > TOLD {
        told.push(format!("and {} more", errors.len() - TOLD));
    }
    let statements = if errors.len() == 1 { "a statement" } else { "statements" };
    format!("{statements} {what}:\n{}", told.join("\n"))
}
