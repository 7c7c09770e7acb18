//! Migration files, the plan, the ledger, applying and reverting, the journal.
//!
//! Knows: folders of migrations in four layouts, splitting SQL into statements, running scripts, the ledger in
//! schema `meshhook_ops`, what is applied and what is to be done. Never knows: git, docker, notifications, the
//! terminal. Everything that acts takes a plan made by a pure function, and reports by events.

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
mod split;
mod version;

pub use error::{Failure, FailureKind, ScriptError};
pub use execute::{Cancel, Done, Event, Listener, Report, RunError, Session, Settings, Standing, migrate};
pub use folder::{Direction, Folder, Layout, Migration, Problem, ProblemKind, Severity, Source};
pub use ledger::{
    Applied, Edited, ForeignLedger, Interrupted, JournalEntry, JournalState, LedgerError, LogRow, Outcome,
    RunInfo, SCHEMA, State, TABLE, Tool, read_log,
};
pub use lock::{Holder, lock_holder, lock_key};
pub use plan::{Doubt, Goal, Obstacle, Plan, Step, Wish, plan};
pub use run::{OwnTransaction, run_script};
pub use script::{NO_TRANSACTION, Script, Statement};
pub use version::{Checksum, NotAVersion, Version};
