//! What the base branch has shipped, and what this checkout does to it.
//!
//! A migration that merged has run on somebody's database. From then on its file is a
//! record: tools compare checksums over its bytes, and other databases will run it as it
//! stands. So the gate is: a shipped file keeps its name, its bytes and its being a file,
//! and a new one comes after every shipped one. [`check`] finds what breaks that, and
//! [`fix`] moves new migrations that come too early.
//!
//! **Knows** git: repositories, commits, trees, the index, and file names of the shape
//! `<digits>_<name>.sql`. **Never knows** Postgres, SQL, ledgers, or what a migration does.
//! It reads through libgit2 and never calls the `git` command, never touches the network,
//! and writes nothing except the renames of [`fix`].
//!
//! # What counts as shipped
//!
//! The *tip* of the base branch decides the order of versions and duplicates: a version
//! that shipped after this branch forked must still come before a new one. The *merge base*
//! decides what was edited, deleted or renamed: a file that shipped after the fork is absent
//! here because this branch has not seen it yet. A file that agrees with either of the two
//! is unchanged, so that a fix that the base received as well is not held against the branch.

mod base;
mod check;
mod compare;
mod disk;
mod encoding;
mod error;
mod fix;
mod listing;
mod name;
mod report;
mod repository;
mod request;
mod shipped;
mod stat_cache;
mod tell;
mod words;

pub use error::HistoryError;
pub use fix::{FixError, Move, fix};
pub use report::{Base, Commit, Finding, Kind, NewMigration, Report};
pub use request::{Request, What};

/// Compares a checkout or a commit with what its base branch has shipped.
///
/// Findings are no errors: they are in the report. An error means that the question could
/// not be answered, and its text says what to do about it.
///
/// ```no_run
/// use meshhook_history::{Request, check};
///
/// let report = check(&Request::new("."))?;
/// for finding in &report.findings {
///     println!("{}: {}", finding.path.display(), finding.message);
/// }
/// # Ok::<(), meshhook_history::HistoryError>(())
/// ```
pub fn check(request: &Request) -> Result<Report, HistoryError> {
    check::check(request)
}

/// The commit that is checked out at `folder`, in full; none outside a repository, or before its first commit.
pub fn head(folder: &std::path::Path) -> Option<String> {
    let repository = git2::Repository::discover(folder).ok()?;
    let commit = repository.head().ok()?.peel_to_commit().ok()?;
    Some(commit.id().to_string())
}
