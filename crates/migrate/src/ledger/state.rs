//! The ledger against the files: what is applied, what is to come, and what does not fit.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::foreign::{ForeignLedger, Tool};
use crate::folder::{Direction, Folder};
use crate::script::Script;
use crate::version::{Checksum, Version};

/// Where a database stands, compared with a folder of migrations.
#[derive(Debug, Clone, Default, Serialize)]
pub struct State {
    /// Whether there is a ledger of ours at all.
    pub ledger_exists: bool,
    /// Applied, ascending.
    pub applied: Vec<Applied>,
    /// In the folder and not applied, ascending; those among them that were begun are also in `interrupted`.
    pub pending: Vec<Version>,
    /// Applied, and the file has changed since.
    pub edited: Vec<Edited>,
    /// Applied, and the file is gone.
    pub missing: Vec<Version>,
    /// Pending below one that is applied.
    pub out_of_order: Vec<Version>,
    /// Begun and neither finished nor taken back.
    pub interrupted: Vec<Interrupted>,
    /// Other tools' ledgers.
    pub foreign: Vec<ForeignLedger>,
    /// The rollbacks kept for versions whose file is gone.
    #[serde(skip)]
    pub(crate) kept_rollbacks: BTreeMap<Version, Script>,
}

/// A row of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Applied {
    /// Its version.
    pub version: Version,
    /// The name with blanks for underscores.
    pub description: String,
    /// When it was applied.
    pub installed_on: DateTime<Utc>,
    /// How long it took, in nanoseconds; -1 when that was not recorded.
    pub execution_time: i64,
    /// Whether it was applied to its end. sqlx and we only ever write true.
    pub success: bool,
    /// The checksum of the file that was applied; `None` when the ledger has something else than 48 bytes.
    pub checksum: Option<Checksum>,
    /// The checksum of the rollback that was kept with it.
    pub rollback: Option<Checksum>,
}

/// A migration whose file has changed since it was applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Edited {
    /// Its version.
    pub version: Version,
    /// The checksum that was applied.
    pub applied: Option<Checksum>,
    /// The checksum of the file now.
    pub file: Checksum,
}

/// A script without a transaction that was begun and not finished.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Interrupted {
    /// Its version.
    pub version: Version,
    /// Which way it was going.
    pub direction: Direction,
    /// Its statements as far as it came; empty when another tool left a row with `success = false`.
    pub journal: Vec<JournalEntry>,
}

/// Where one statement stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct JournalEntry {
    /// Which one, from 1.
    pub statement: usize,
    /// The checksum of its text.
    pub checksum: Option<Checksum>,
    /// How far it came.
    pub state: JournalState,
}

/// How far a statement came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum JournalState {
    /// It was sent; whether it was done is not known.
    Started,
    /// It was done.
    Done,
    /// Postgres refused it.
    Failed,
}

/// What the tables of the ledger say, before it is compared with anything.
#[derive(Debug, Clone, Default)]
pub(crate) struct Recorded {
    pub(crate) ledger_exists: bool,
    pub(crate) applied: Vec<Applied>,
    pub(crate) journal: BTreeMap<(Version, Direction), Vec<JournalEntry>>,
}

impl State {
    /// Compares what is recorded with the files.
    pub(crate) fn compare(folder: &Folder, recorded: Recorded) -> State {
        let Recorded { ledger_exists, applied, mut journal } = recorded;
        let is_applied = |version: Version| applied.binary_search_by_key(&version, |row| row.version).is_ok();
        // a journal that contradicts the ledger is of a script that another tool has finished or taken back since
        journal.retain(|(version, direction), _| is_applied(*version) == (*direction == Direction::Down));
        let highest = applied.last().map(|row| row.version);
        let pending: Vec<Version> = folder
            .migrations
            .iter()
            .map(|migration| migration.version)
            .filter(|version| !is_applied(*version))
            .collect();
        let begun = |version: &Version| journal.contains_key(&(*version, Direction::Up));
        let out_of_order =
            pending.iter().copied().filter(|version| Some(*version) < highest && !begun(version)).collect();
        let mut edited = Vec::new();
        let mut missing = Vec::new();
        for row in &applied {
            match folder.get(row.version) {
                None => missing.push(row.version),
                Some(migration) if row.checksum != Some(migration.up.checksum) => edited.push(Edited {
                    version: row.version,
                    applied: row.checksum,
                    file: migration.up.checksum,
                }),
                Some(_) => {}
            }
        }
        let half_done = applied.iter().filter(|row| !row.success).map(|row| Interrupted {
            version: row.version,
            direction: Direction::Up,
            journal: Vec::new(),
        });
        let interrupted = journal
            .into_iter()
            .map(|((version, direction), journal)| Interrupted { version, direction, journal })
            .chain(half_done)
            .collect();
        State {
            ledger_exists,
            pending,
            edited,
            missing,
            out_of_order,
            interrupted,
            applied,
            ..State::default()
        }
    }

    /// Whether files and ledger agree and nothing is left to do.
    pub fn is_up_to_date(&self) -> bool {
        self.pending.is_empty()
            && self.edited.is_empty()
            && self.missing.is_empty()
            && self.interrupted.is_empty()
    }

    /// Whether Supabase's own ledger is there and ours to write, so that it can be kept in step.
    pub fn keeps_supabase(&self) -> bool {
        self.foreign.iter().any(|found| found.tool == Tool::Supabase && found.writable)
    }

    /// The highest applied version.
    pub fn highest(&self) -> Option<Version> {
        self.applied.last().map(|row| row.version)
    }

    /// Whether this version is in the ledger.
    pub fn is_applied(&self, version: Version) -> bool {
        self.applied.binary_search_by_key(&version, |row| row.version).is_ok()
    }

    /// The interrupted script of a version, if there is one.
    pub fn interruption(&self, version: Version, direction: Direction) -> Option<&Interrupted> {
        self.interrupted.iter().find(|found| found.version == version && found.direction == direction)
    }
}
