//! The round trip: proves on a throwaway Postgres that a migration goes up, down and up again, with rows there.
//!
//! Knows: databases of a sandbox, migration scripts, catalogs and rows, and what a good migration owes to them. Never
//! knows: the terminal, git, how a server was started.

mod again;
mod chain;
mod data;
mod declared;
pub mod diff;
pub mod dump;
mod error;
mod event;
mod journey;
mod judge;
mod report;
mod request;
mod roles;
mod rows;
mod scripts;
mod seed;
mod sql;
mod trip;

pub use declared::{Declared, Departure, declared};
pub use error::VerifyError;
pub use event::Event;
pub use journey::round_trip;
pub use report::{
    About, ChainReport, Finding, Kind, MigrationReport, Note, Outcome, Remark, Report, Summary, Timings, Told,
};
pub use request::{Request, Requirements, Rows, Seed, Select};
pub use rows::{Fill, Filled, Shape, Unfilled};
