//! What is announced, the same for every channel. Holds no secret, so that it can be kept and sent later.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How it went, in the order of gravity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// A message that proves a channel.
    Test,
    /// The deploy is done.
    Succeeded,
    /// Somebody took a deploy back on purpose, and that is done.
    TakenBack,
    /// The live schema differs from the one the last deploy left.
    Drift,
    /// It failed before anything was changed.
    Failed,
    /// Somebody stopped it; the database is as it was before.
    Interrupted,
    /// It failed and was taken back; the database is as it was before.
    RolledBack,
    /// It failed, and a person must decide how to go on.
    NeedsPerson,
}

/// What became of one migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepStatus {
    /// Applied, and it stays.
    Applied,
    /// Applied, and taken back again.
    TakenBack,
    /// This one failed.
    Failed,
    /// Its turn did not come.
    NotRun,
}

/// One migration of the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MigrationLine {
    /// `20260706101000`
    pub version: String,
    /// `index_run_idempotency_keys`
    pub name: String,
    /// What became of it.
    pub status: StepStatus,
    /// How long it took, when it ran to its end.
    pub took: Option<Duration>,
}

/// Why it failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// `supabase/migrations/….sql:3:14`, when it was a script.
    pub place: Option<String>,
    /// SQLSTATE, when Postgres said no.
    pub code: Option<String>,
    /// What was said.
    pub message: String,
    /// Postgres's detail and hint, the failing line of SQL; one entry each.
    pub details: Vec<String>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Announcement {
    /// How it went.
    pub outcome: Outcome,
    /// Which environment.
    pub environment: String,
    /// The run in the log.
    pub run: Option<Uuid>,
    /// The version before, none for an empty database.
    pub from: Option<String>,
    /// The version now, or the one that was meant.
    pub to: Option<String>,
    /// Every migration of the run, in order.
    pub migrations: Vec<MigrationLine>,
    /// Why it failed.
    pub failure: Option<Failure>,
    /// The state that the database is in, as one sentence.
    pub state: String,
    /// What a person should do next: commands or sentences, in order.
    pub next: Vec<String>,
    /// Further remarks: rows that a rollback lost, drift that was accepted.
    pub notes: Vec<String>,
    /// The commit that was deployed.
    pub commit: Option<String>,
    /// Who or what started it.
    pub actor: Option<String>,
    /// The page of the CI run.
    pub ci_url: Option<String>,
    /// When it began.
    pub started: DateTime<Utc>,
    /// When it ended.
    pub finished: DateTime<Utc>,
}
