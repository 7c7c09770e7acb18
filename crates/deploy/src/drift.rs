//! The live schema against the one that the last run left. Only reads.

use chrono::{DateTime, Utc};
use meshhook_migrate::{RunFilter, read_runs};
use meshhook_schema::{Told, compare, repair};
use serde::Serialize;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::policy::Policy;
use crate::snapshot::{self, SchemaError};
use meshhook_schema::Patterns;

/// One object that is not as it was left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Drifted {
    /// The object, in a developer's words.
    pub object: String,
    /// What happened to it, as one sentence.
    pub sentence: String,
}

/// How the live schema stands to the one that the last run left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Drift {
    /// The environment.
    pub environment: String,
    /// The run that left it.
    pub run: Uuid,
    /// What that run was: `deploy`, `rollback`, `baseline` …
    pub command: String,
    /// Who ran it.
    pub actor: Option<String>,
    /// When it began.
    pub since: DateTime<Utc>,
    /// The schema's fingerprint then.
    pub fingerprint_then: String,
    /// The schema's fingerprint now.
    pub fingerprint_now: String,
    /// What differs; nothing when there is no drift.
    pub differences: Vec<Drifted>,
    /// The SQL that takes the live schema back to what it was.
    pub sql: Vec<String>,
}

/// Drift cannot be told.
#[derive(Debug, thiserror::Error)]
pub enum DriftError {
    /// No run has left a schema to compare with.
    #[error("there is nothing to compare with: no run has left a schema here")]
    NoBase,
    /// The last run's schema is not kept, or unreadable.
    #[error("the schema that run {run} left is not kept")]
    BaseGone {
        /// The run.
        run: Uuid,
    },
    /// The schema or the ledger cannot be read.
    #[error("{0}")]
    Unreadable(String),
}

impl Drift {
    /// Whether nothing differs.
    pub fn is_none(&self) -> bool {
        self.differences.is_empty()
    }
}

impl From<SchemaError> for DriftError {
    fn from(error: SchemaError) -> DriftError {
        DriftError::Unreadable(error.to_string())
    }
}

/// Compares the live schema with the one that the last run left. Works on a read-only connection.
pub async fn drift(conn: &mut PgConnection, policy: &Policy) -> Result<Drift, DriftError> {
    if !is_kept(conn).await? {
        return Err(DriftError::NoBase);
    }
    let runtime = Patterns::new(&policy.runtime);
    let kept = snapshot::latest(conn).await?.ok_or(DriftError::NoBase)?;
    let then = kept.catalog.ok_or(DriftError::BaseGone { run: kept.run })?;
    // what is made at run time may have been declared only since
    let then = then.excluding(&runtime);
    let now = snapshot::read(conn, &runtime).await?;
    let filter = RunFilter { id: Some(kept.run), ..RunFilter::default() };
    let runs = read_runs(conn, &filter).await;
    let run = runs.map_err(|error| DriftError::Unreadable(error.to_string()))?.pop();
    let run = run.ok_or(DriftError::BaseGone { run: kept.run })?;
    let found = compare(&then, &now);
    let differences: Vec<Drifted> = found
        .iter()
        .filter(|difference| !difference.is_note())
        .map(|difference| Drifted { object: difference.object(), sentence: difference.tell(Told::Neutral) })
        .collect();
    let sql = if differences.is_empty() { Vec::new() } else { repair(&now, &then) };
    Ok(Drift {
        environment: policy.environment.clone(),
        run: run.id,
        command: run.command,
        actor: run.actor,
        since: run.started_at,
        fingerprint_then: kept.fingerprint,
        fingerprint_now: now.fingerprint().to_string(),
        differences,
        sql,
    })
}

/// Whether there is a table of snapshots at all.
async fn is_kept(conn: &mut PgConnection) -> Result<bool, SchemaError> {
    let sql = "SELECT EXISTS (SELECT FROM pg_catalog.pg_class AS c \
               JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
               WHERE n.nspname = 'meshhook_ops' AND c.relname = 'schema_snapshot')";
    Ok(sqlx::query_scalar(sql).persistent(false).fetch_one(conn).await?)
}
