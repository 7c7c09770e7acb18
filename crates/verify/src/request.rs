//! What is asked of a round trip.

use meshhook_migrate::{Folder, Version};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Which migrations are proven, on which rows, by which rules.
#[derive(Debug, Clone)]
pub struct Request {
    /// All migrations: those that are not under test are applied on the way.
    pub folder: Folder,
    /// Those under test.
    pub select: Select,
    /// The rows that are there.
    pub rows: Rows,
    /// Rows were asked for in so many words, so trouble with rows counts in another project's history too.
    pub rows_asked: bool,
    /// Sample data, for [`Rows::Seed`] and [`Rows::Made`].
    pub seed: Option<Seed>,
    /// The rules that count as failures.
    pub require: Requirements,
    /// Our own project: its catalog without what the platform owns, its scripts without transactions of their own.
    pub house: bool,
    /// Databases shaped like a Supabase project; otherwise bare ones.
    pub platform: bool,
    /// After the single migrations: empty → head → empty → head.
    pub chain: bool,
    /// Set from outside to stop between two steps.
    pub cancel: Option<Arc<AtomicBool>>,
}

impl Request {
    /// Our own project, all house rules.
    pub fn house(folder: Folder) -> Request {
        Request {
            folder,
            select: Select::All,
            rows: Rows::Made,
            rows_asked: false,
            seed: None,
            require: Requirements { idempotent: true, rows: true, rollbacks: true },
            house: true,
            platform: true,
            chain: true,
            cancel: None,
        }
    }

    /// Another project's history: does each rollback run, and does it restore the schema. Everything else is a note
    /// unless [`Request::require`] or [`Request::rows_asked`] says otherwise.
    pub fn foreign(folder: Folder) -> Request {
        // One rollback means that the tool they use takes migrations back, and then a missing one is missed.
        let rollbacks = folder.migrations.iter().any(|migration| migration.rollback.is_some());
        Request {
            require: Requirements { idempotent: false, rows: false, rollbacks },
            house: false,
            platform: false,
            chain: false,
            ..Request::house(folder)
        }
    }

    /// Whether trouble that only rows bring is a failure.
    pub(crate) fn rows_count(&self) -> bool {
        self.require.rows || (self.rows_asked && self.rows != Rows::None)
    }
}

/// The migrations under test.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Select {
    /// All of them.
    All,
    /// These; the others are only applied.
    Versions(BTreeSet<Version>),
}

impl Select {
    pub(crate) fn includes(&self, version: Version) -> bool {
        match self {
            Select::All => true,
            Select::Versions(versions) => versions.contains(&version),
        }
    }
}

/// Which rows a migration meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rows {
    /// None.
    None,
    /// Those of the seed.
    Seed,
    /// Those of the seed, and made ones in tables that have none.
    Made,
}

/// The seed script.
#[derive(Debug, Clone)]
pub struct Seed {
    /// Where it lies.
    pub path: PathBuf,
    /// Its text.
    pub sql: String,
}

/// Rules beyond "the rollback runs and restores the schema".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Requirements {
    /// The up script may be run over itself and changes nothing then.
    pub idempotent: bool,
    /// The migration and its rollback work on rows, and lose none.
    pub rows: bool,
    /// Each migration has a rollback.
    pub rollbacks: bool,
}
