//! Migration files, the plan, the ledger, applying and reverting, the journal.
//!
//! Knows: folders of migrations in four layouts, splitting SQL into statements, running scripts, the ledger in
//! schema `meshhook_ops`, what is applied and what is to be done. Never knows: git, docker, notifications, the
//! terminal. Everything that acts takes a plan made by a pure function, and reports by events.
//!
//! # Rules that hold here
//! - A script, its ledger row and its line in the log are one transaction, one message and one commit. What
//!   Postgres confirms statement by statement on the way tells which one failed.
//! - The runner's lock lives in the session that runs the scripts, so that it outlasts a killed client for as long
//!   as the server still works for it. It is sqlx's lock: sqlx's `Migrator` and we keep each other out.
//! - A script without a transaction is never run twice: what may run in a transaction gets one of its own with its
//!   journal row inside; for the rest the database is asked, or a person ([`Doubt`]).
//! - [`Goal::Down`] runs the rollback *file* as it is now, and the rollback kept in the ledger when the migration is
//!   no longer in the folder: while developing, a rollback is mended more often than it is remembered. A deploy
//!   takes back by what is kept.
//! - Reading ([`State::read`], [`read_log`], [`plan`]) never writes. The ledger is made by the first run that has
//!   something to do.
//!
//! # In this order
//! [`Folder::read`], [`State::read`], [`plan`], then [`migrate`], which does all of it under the lock; or
//! [`run_script`], which knows no ledger.

pub mod connect;
mod error;
mod execute;
mod folder;
mod ledger;
mod lock;
mod nature;
mod plan;
mod run;
mod script;
mod silence;
mod split;
mod version;

pub use error::{Failure, FailureKind, ScriptError};
pub use execute::{
    Cancel, Done, Event, Limits, Listener, Place, Report, RunError, Segment, Session, Settings, Standing,
    migrate,
};
pub use folder::{Direction, Folder, Layout, Migration, Problem, ProblemKind, Severity, Source};
pub use ledger::notification as notifications;
pub use ledger::{
    ADOPTED, Applied, Closing, Edited, FORGOTTEN, ForeignLedger, Interrupted, JournalEntry, JournalState,
    LedgerError, LogRow, MENDED, Mend, Opening, Outcome, RunFilter, RunInfo, RunRow, RunStep, SCHEMA,
    ScriptRow, State, TABLE, Tool, read_log, read_runs, recorded_rollbacks, run_scripts, run_steps,
    unfinished_run,
};
pub use lock::{Holder, lock_holder, lock_key};
pub use plan::{Doubt, Goal, Obstacle, Plan, Step, Wish, plan};
pub use run::{OwnTransaction, run_script};
pub use script::{NO_TRANSACTION, Script, Statement};
pub use silence::answered;
pub use split::is_closed;
pub use version::{Checksum, NotAVersion, Version};
