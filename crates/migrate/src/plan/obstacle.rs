//! Why a wish cannot be fulfilled, and what to do about it.

use std::fmt;
use std::path::PathBuf;

use serde::Serialize;

use crate::folder::Problem;
use crate::version::Version;

/// A reason why a wish cannot be fulfilled. Displays with what to do next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Obstacle {
    /// The folder cannot be relied on.
    Folder {
        /// What is wrong with it.
        problem: Problem,
    },
    /// No migration has this version.
    UnknownTarget {
        /// The version.
        version: Version,
    },
    /// The file was edited after it was applied.
    Edited {
        /// The migration.
        version: Version,
        /// Its file.
        path: PathBuf,
    },
    /// It is applied, and its file is gone.
    Missing {
        /// The migration.
        version: Version,
        /// Its name, from the ledger.
        name: String,
    },
    /// It is pending below an applied one.
    OutOfOrder {
        /// The migration.
        version: Version,
        /// Its file.
        path: PathBuf,
        /// The highest applied version.
        applied: Version,
    },
    /// Taking it back was begun and not finished.
    HalfTakenBack {
        /// The migration.
        version: Version,
    },
    /// Another tool left it in the ledger as not finished.
    HalfApplied {
        /// The migration.
        version: Version,
    },
    /// It was begun, and the statements that are done are not those of the file any more.
    EditedWhileInterrupted {
        /// The migration.
        version: Version,
        /// Its file.
        path: PathBuf,
        /// The first statement that differs.
        statement: usize,
    },
    /// It was begun, and nobody knows whether one of its statements was done.
    InDoubt {
        /// The migration.
        version: Version,
        /// Its file.
        path: PathBuf,
        /// The statement's line.
        line: usize,
        /// The statement, from 1.
        statement: usize,
        /// Its text, clipped.
        text: String,
    },
    /// There is no way back.
    NoRollback {
        /// The migration.
        version: Version,
        /// Its name.
        name: String,
    },
    /// Another tool's ledger has applied migrations that ours does not know: they would be run a second time.
    NotAdopted {
        /// The other ledger.
        table: &'static str,
        /// How many migrations it has applied that are pending for us.
        count: usize,
        /// The first of them.
        first: Version,
    },
    /// The way back says that it is none.
    Irreversible {
        /// The migration.
        version: Version,
        /// Why.
        reason: String,
        /// Whether it still has SQL that could be run.
        has_sql: bool,
    },
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use Obstacle::*;
        match self {
            Folder { problem } => problem.fmt(f),
            UnknownTarget { version } => write!(f, "no migration has version {version}"),
            Edited { version, path } => write!(
                f,
                "{version} was edited after it was applied ({}); restore the file and write a new migration, or on a \
                 development database take it back (`down --to` the one before) and apply it again; if the edit \
                 changes nothing in the schema, `repair --checksum {version}` proves and records that",
                path.display()
            ),
            Missing { version, name } => write!(
                f,
                "{version} ({name}) is applied, and its file is gone; restore it (another branch may have it), or \
                 take it back with `down`, which uses the rollback kept in the database"
            ),
            OutOfOrder { version, path, applied } => write!(
                f,
                "{version} ({}) is pending below {applied}, which is applied; give it a version above, or apply it \
                 all the same with `--allow-out-of-order`",
                path.display()
            ),
            HalfTakenBack { version } => {
                write!(f, "taking {version} back was begun and not finished; finish it with `down`")
            }
            HalfApplied { version } => write!(
                f,
                "{version} is in the ledger as not finished, by another tool than this one; look what is there, then \
                 say so: `cargo xtask db repair --applied {version}` or `--reverted {version}`"
            ),
            EditedWhileInterrupted { version, path, statement } => write!(
                f,
                "{version} was interrupted, and its statement {statement} is not the one in {} any more; restore the \
                 file to resume it, or take back what was done with `down`",
                path.display()
            ),
            InDoubt { version, path, line, statement, text } => write!(
                f,
                "{version} was interrupted in statement {statement} ({}:{line}), and nobody knows whether it was \
                 done: `{text}`; look, then say so with `--doubt rerun` or `--doubt skip`, or take the migration back \
                 with `down`",
                path.display()
            ),
            NoRollback { version, name } => {
                write!(f, "{version} ({name}) has no rollback, neither as a file nor in the database")
            }
            NotAdopted { table, count, first } => write!(
                f,
                "`{table}` says that another tool has applied {count} of these migrations, from {first} on; running \
                 them a second time is refused. Adopt them into this ledger first: `cargo xtask db baseline`"
            ),
            Irreversible { version, reason, has_sql: true } => {
                write!(
                    f,
                    "{version} says that it is irreversible: {reason}; what can be taken back is with `--allow-irreversible`"
                )
            }
            Irreversible { version, reason, has_sql: false } => {
                write!(f, "{version} is irreversible: {reason}")
            }
        }
    }
}
