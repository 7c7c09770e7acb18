//! The Postgres catalog as typed facts, and what differs between two of them.
//!
//! Knows: `pg_catalog` of PostgreSQL 15 to 18, how to read it in one snapshot, how to compare two
//! readings and tell the differences in a developer's words, and SQL that takes one to the other.
//! Never knows: files, migrations, ledgers, git, the terminal.
//!
//! A [`Catalog`] is a set of [`Fact`]s at the grain of `pg_depend` (a column, a default, a grant), each
//! under a structured [`Identity`]. Neither holds an OID, so that two databases that went different ways
//! to the same schema give the same facts and the same [`Fingerprint`].

pub mod bench;
mod catalog;
mod compare;
mod fact;
pub mod graph;
mod identity;
mod patterns;
pub mod plan;
pub mod quote;
mod read;
mod repair;
mod scope;
mod snapshot;

pub use catalog::{Catalog, Fingerprint};
pub use compare::{Change, Difference, Told, Transition, compare};
pub use fact::{Fact, Value};
pub use identity::{Identity, Kind, QualifiedName};
pub use patterns::Patterns;
pub use plan::{Options, Plan, PlanError, plan};
pub use read::ReadError;
pub use repair::repair;
pub use scope::{PLATFORM_SCHEMAS, Scope};
pub use snapshot::SnapshotError;
