//! What is announced, the same for every channel. Holds no secret, so that it can be kept and sent later.

use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::text::visible;

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

impl Outcome {
    /// Every one, in the order of gravity.
    pub const ALL: [Outcome; 8] = [
        Outcome::Test,
        Outcome::Succeeded,
        Outcome::TakenBack,
        Outcome::Drift,
        Outcome::Failed,
        Outcome::Interrupted,
        Outcome::RolledBack,
        Outcome::NeedsPerson,
    ];

    /// As it is written in settings and in JSON: `rolled-back`.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Test => "test",
            Outcome::Succeeded => "succeeded",
            Outcome::TakenBack => "taken-back",
            Outcome::Drift => "drift",
            Outcome::Failed => "failed",
            Outcome::Interrupted => "interrupted",
            Outcome::RolledBack => "rolled-back",
            Outcome::NeedsPerson => "needs-person",
        }
    }
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

impl Announcement {
    /// A message that proves a channel.
    pub fn test(environment: &str) -> Announcement {
        let now = Utc::now();
        Announcement {
            outcome: Outcome::Test,
            environment: environment.to_owned(),
            run: None,
            from: None,
            to: None,
            migrations: Vec::new(),
            failure: None,
            state: "Nothing was changed: somebody asked whether this channel works".to_owned(),
            next: Vec::new(),
            notes: Vec::new(),
            commit: None,
            actor: None,
            ci_url: None,
            started: now,
            finished: now,
        }
    }

    /// Without secrets, and without characters that a terminal, a reader or Postgres's `jsonb` would trip over. What
    /// leaves this crate has been through here.
    #[must_use]
    pub fn cleaned(&self) -> Announcement {
        Announcement {
            outcome: self.outcome,
            environment: clean(&self.environment),
            run: self.run,
            from: self.from.as_deref().map(clean),
            to: self.to.as_deref().map(clean),
            migrations: self.migrations.iter().map(MigrationLine::cleaned).collect(),
            failure: self.failure.as_ref().map(Failure::cleaned),
            state: clean(&self.state),
            next: clean_all(&self.next),
            notes: clean_all(&self.notes),
            commit: self.commit.as_deref().map(clean),
            actor: self.actor.as_deref().map(clean),
            ci_url: self.ci_url.as_deref().map(clean),
            started: self.started,
            finished: self.finished,
        }
    }
}

impl MigrationLine {
    fn cleaned(&self) -> MigrationLine {
        MigrationLine {
            version: clean(&self.version),
            name: clean(&self.name),
            status: self.status,
            took: self.took,
        }
    }
}

impl Failure {
    fn cleaned(&self) -> Failure {
        Failure {
            place: self.place.as_deref().map(clean),
            code: self.code.as_deref().map(clean),
            message: clean(&self.message),
            details: clean_all(&self.details),
        }
    }
}

fn clean(text: &str) -> String {
    // twice: a secret with a character in it that is not shown must not come through, nor one that this brings together
    meshhook_redact::clean(&visible(&meshhook_redact::clean(text))).into_owned()
}

fn clean_all(texts: &[String]) -> Vec<String> {
    texts.iter().map(|text| clean(text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_is_called_the_same_everywhere() {
        for outcome in Outcome::ALL {
            assert_eq!(serde_json::to_value(outcome).unwrap(), outcome.name());
        }
        assert!(Outcome::ALL.is_sorted());
    }
}
