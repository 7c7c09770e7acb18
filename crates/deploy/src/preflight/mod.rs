//! What must hold before the first change. Everything is looked at, and everything that was found is told, so that
//! nobody mends one thing only to be stopped by the next. Nothing here changes the database.

mod finding;
mod tls;

pub use finding::{Check, Finding, Severity};
pub use tls::{is_local, secured};
