//! What a round trip found. The JSON of these types is what `--format json` prints, so names here are kept.

use crate::request::Rows;
use crate::rows::Unfilled;
use meshhook_migrate::{ScriptError, Version};
use serde::Serialize;
use std::path::PathBuf;
use std::time::Duration;

/// The whole result.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// The server in words: `native PostgreSQL 15.18`.
    pub server: String,
    /// Which rows were there.
    pub rows: Rows,
    /// One entry for each migration under test, and for each other one that could not be applied.
    pub migrations: Vec<MigrationReport>,
    /// The whole chain, if it was asked for.
    pub chain: Option<ChainReport>,
    /// Counts.
    pub summary: Summary,
}

impl Report {
    /// Whether nothing was found. What could not be verified here is no failure: it is counted by itself.
    pub fn passed(&self) -> bool {
        self.summary.passed
    }
}

/// Counts of outcomes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// No finding anywhere.
    pub passed: bool,
    /// Migrations in the report.
    pub tested: usize,
    /// Of these: went up, down and up.
    pub good: usize,
    /// Have findings.
    pub failed: usize,
    /// Say that they cannot be taken back, and are right otherwise.
    pub irreversible: usize,
    /// Could not be judged here.
    pub unverified: usize,
    /// Could not run because of an earlier one.
    pub blocked: usize,
    /// How long all of it took, in milliseconds.
    pub ms: u64,
}

/// One migration.
#[derive(Debug, Clone, Serialize)]
pub struct MigrationReport {
    /// Its version.
    pub version: Version,
    /// Its name.
    pub name: String,
    /// The file of the way up.
    pub up: PathBuf,
    /// The file of the way back.
    pub rollback: Option<PathBuf>,
    /// The verdict.
    pub outcome: Outcome,
    /// Why there is no verdict, or the author's reason for an irreversible one.
    pub reason: Option<String>,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// What is worth knowing and no failure.
    pub notes: Vec<Note>,
    /// How long the scripts took.
    pub timings: Timings,
    /// Tables that no row could be made for.
    pub unfilled: Vec<Unfilled>,
}

/// The verdict on one migration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// It went up, down and up again.
    Passed,
    /// See the findings.
    Failed,
    /// Its rollback says that there is no way back; all else is right.
    Irreversible,
    /// This server cannot tell, see the reason.
    Unverified,
    /// An earlier migration that is not there prevents it, see the reason.
    Blocked,
}

/// What is wrong.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    /// Its kind.
    pub kind: Kind,
    /// What is told.
    #[serde(flatten)]
    pub told: Told,
}

/// What is worth knowing.
#[derive(Debug, Clone, Serialize)]
pub struct Note {
    /// What it is about.
    pub kind: About,
    /// What is told.
    #[serde(flatten)]
    pub told: Told,
}

/// What a finding or a note tells.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Told {
    /// One sentence.
    pub message: String,
    /// One sentence for each difference.
    pub details: Vec<String>,
    /// The objects, tables or columns it is about.
    pub objects: Vec<String>,
    /// SQL that the rollback lacks, as far as it can be said.
    pub lacks: Vec<String>,
    /// The script's error.
    pub error: Option<ScriptError>,
    /// It needs rows to happen.
    pub with_rows: bool,
}

/// The kinds of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The way up fails on an empty database.
    UpFails,
    /// The way up works on an empty database, but not where rows are.
    UpFailsWithRows,
    /// The rollback fails.
    RollbackFails,
    /// The rollback runs, and leaves the database other than it was.
    RollbackDiffers,
    /// Rows or values that were there before the migration are not there after its rollback.
    RowsLost,
    /// The way up cannot be run over itself, or changes something then.
    NotIdempotent,
    /// There is no rollback.
    NoRollback,
    /// After a rollback the way up fails, or leads elsewhere than the first time.
    SecondUpDiffers,
}

impl Kind {
    /// Its name in reports: `rollback-differs`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::UpFails => "up-fails",
            Kind::UpFailsWithRows => "up-fails-with-rows",
            Kind::RollbackFails => "rollback-fails",
            Kind::RollbackDiffers => "rollback-differs",
            Kind::RowsLost => "rows-lost",
            Kind::NotIdempotent => "not-idempotent",
            Kind::NoRollback => "no-rollback",
            Kind::SecondUpDiffers => "second-up-differs",
        }
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a note is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum About {
    /// What would be a finding under stricter rules.
    Kind(Kind),
    /// Something else.
    Remark(Remark),
}

/// Notes that never are findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Remark {
    /// The same columns in another order.
    ColumnOrder,
    /// A trigger set the time of change of rows that the migration touched.
    TouchedTimes,
    /// Rows could only be written with triggers off.
    Triggers,
    /// Roles the migration left or took away, which belong to the whole server.
    Roles,
    /// The round trip could not look at something.
    NotRead,
}

/// How long scripts took, in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Timings {
    /// The first way up.
    pub up: Option<f64>,
    /// The first way back.
    pub rollback: Option<f64>,
    /// The way up after it.
    pub again: Option<f64>,
    /// Everything for this migration.
    pub total: f64,
}

/// The whole chain: empty → head → empty → head.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ChainReport {
    /// Migrations that went all the way.
    pub migrations: usize,
    /// The way down ended above this one, because it cannot be taken back.
    pub ended_above: Option<Version>,
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// What is worth knowing.
    pub notes: Vec<Note>,
    /// How long it took, in milliseconds.
    pub ms: u64,
}

pub(crate) fn ms(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1_000_000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_named_alike_in_json_and_in_text() {
        use Kind::{
            NoRollback, NotIdempotent, RollbackDiffers, RollbackFails, RowsLost, SecondUpDiffers, UpFails,
            UpFailsWithRows,
        };
        let kinds = [
            UpFails,
            UpFailsWithRows,
            RollbackFails,
            RollbackDiffers,
            RowsLost,
            NotIdempotent,
            NoRollback,
            SecondUpDiffers,
        ];
        for kind in kinds {
            assert_eq!(serde_json::to_value(kind).ok(), Some(serde_json::Value::from(kind.as_str())));
            assert_eq!(
                serde_json::to_value(About::Kind(kind)).ok(),
                Some(serde_json::Value::from(kind.as_str()))
            );
        }
    }
}
