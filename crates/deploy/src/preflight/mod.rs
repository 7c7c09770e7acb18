//! What must hold before the first change. Everything is looked at, and everything that was found is told, so that
//! nobody mends one thing only to be stopped by the next. Nothing here changes the database.
//!
//! [`server`] finds the way there; what it brings back is fit for [`database`], which asks a fixed number of
//! questions.

mod connections;
mod database;
mod disk;
mod finding;
mod login;
mod objects;
mod pooler;
mod reach;
mod rights;
mod server;
mod sessions;
mod settings;
mod text;
mod tls;

pub use database::database;
pub use finding::{Check, Finding, Severity};
pub use server::server;
pub use tls::{is_local, secured};
