//! What must never be shown: passwords, tokens and whole URLs.
//!
//! Knows: the secrets this process was given ([`remember`]), and how secrets look in text. Never knows: where text
//! goes. Everything that leaves the process (terminal, JSON, log tables, notifications, reports) goes through
//! [`clean`].
//!
//! ```
//! let said = meshhook_redact::clean("no route to postgres://deploy:hunter2@db.example.com/app");
//! assert_eq!(said, "no route to postgres://deploy:[redacted]@db.example.com/app");
//! ```

mod environment;
mod secrets;
mod shapes;
mod spelling;

use std::borrow::Cow;
use std::sync::{PoisonError, RwLock};

pub use secrets::Secrets;

/// What stands where a secret stood.
pub const REDACTED: &str = "[redacted]";

static SECRETS: RwLock<Secrets> = RwLock::new(Secrets::new());

/// Keeps a secret in mind: from now on [`clean`] takes it out of every text, in whichever encoding it shows up.
///
/// Too little to be told from other text, and therefore left to the shapes it shows up in (`user:pass@`,
/// `password=`): fewer than four characters, and the words that everybody's development database has for a
/// password (`postgres`, `password`, …).
pub fn remember(secret: &str) {
    SECRETS.write().unwrap_or_else(PoisonError::into_inner).remember(secret);
}

/// Keeps in mind what is secret in a URL or a libpq connection string: the password, and for `http(s)` the path and
/// the query as well, since whoever knows those of a webhook may post to it.
pub fn remember_url(url: &str) {
    SECRETS.write().unwrap_or_else(PoisonError::into_inner).remember_url(url);
}

/// Keeps in mind what is secret in this process's environment, by the variables' names: passwords, tokens, keys, and
/// the passwords in URLs. Values that are plainly no secret (`true`, a path, a short word) are left out.
pub fn remember_environment() {
    let variables = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    SECRETS.write().unwrap_or_else(PoisonError::into_inner).remember_variables(variables);
}

/// The text without secrets: [`REDACTED`] stands where they stood. Cleaning twice changes nothing more.
pub fn clean(text: &str) -> Cow<'_, str> {
    SECRETS.read().unwrap_or_else(PoisonError::into_inner).clean(text)
}
