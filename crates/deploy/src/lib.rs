//! A deploy from preflight to report, and taking it back.
//!
//! Knows: what must hold before the first change, segments, the rehearsal, taking back, interrupted runs, drift,
//! adopting a database that has a history. Never knows: how a message is sent, git, the terminal.

mod policy;
pub mod preflight;

pub use policy::{DriftRule, Policy, Segments, Tls};
pub use preflight::{Check, Finding, Severity, is_local, secured};
