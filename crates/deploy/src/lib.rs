//! A deploy from preflight to report, and taking it back.
//!
//! Knows: what must hold before the first change, segments, the rehearsal, taking back, interrupted runs, drift,
//! adopting a database that has a history. Never knows: how a message is sent, git, the terminal.
//!
//! # Rules that hold here
//! - Nothing is changed before everything that can be known beforehand is known: [`deploy`] returns
//!   [`Outcome::Refused`] then, and no run is opened.
//! - Once a run is open, it ends as [`Outcome::Succeeded`], or with the database as it was before
//!   ([`Outcome::RolledBack`], [`Outcome::Interrupted`]), or as [`Outcome::NeedsPerson`], which says what is applied,
//!   what is not, and what to type. A run without an end was killed; the next one takes it over.
//! - Taking back uses the rollbacks in the ledger, never the files: they may be of another checkout by then.
//! - What a connection that broke has done is never guessed: the ledger is asked, once its server process is gone.

mod adopt;
mod back;
mod change;
mod deploy;
mod drift;
mod event;
mod loss;
mod policy;
pub mod preflight;
mod rehearsal;
mod report;
mod rollback;
mod runner;
mod segments;
mod snapshot;
mod trouble;
mod unfinished;

pub use adopt::{
    Action, AdoptError, Adoption, Baseline, Evidence, Origin, Planned, Repair, What, Writing,
    examine_baseline, examine_repair,
};
pub use deploy::{Request, deploy, rehearse};
pub use drift::{Drift, DriftError, Drifted, drift};
pub use event::{Event, Listener, Moment};
pub use loss::Loss;
pub use policy::{DriftRule, Policy, Segments, Tls};
pub use preflight::{Check, Finding, Severity, is_local, secured};
pub use report::{Failure, Outcome, Report, Stage, StepReport, StepStatus};
pub use rollback::{Goal, Intent, RollbackRequest, rollback};
