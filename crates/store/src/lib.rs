//! MeshHook's own queries: what the services read and write, as typed functions.
//!
//! **Knows** MeshHook's tables, their functions and their rules. Every query is compiled against a database with all
//! migrations applied (sqlx's macros), from the offline data in `.sqlx/` at the root of the workspace, so that building needs no
//! database and a migration that breaks a query does not merge. After a change of a query or of the schema:
//! `cargo xtask db prepare`. **Never knows** the tooling: nothing here applies a migration, and the tooling uses none of this.
//!
//! Functions take a connection, a pool or a transaction, and run as whoever that is: with the role `authenticated` and
//! the claims of a request, row level security answers for one user; the service's own role sees everything. Nothing
//! here opens, commits or retries.
//!
//! [`migrations::ready`] is for the start of a service: it refuses a database that is behind or ahead of this build.

pub mod audit;
pub mod definitions;
mod error;
pub mod events;
pub mod migrations;
pub mod projects;
pub mod queue;
pub mod runs;
pub mod secrets;

pub use error::StoreError;
