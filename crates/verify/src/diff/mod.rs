//! From one schema to another and back: the SQL, and the proof that it does that.
//!
//! In this order: [`load`] both sides into a sandbox, [`Sides::draft`] the way there, [`Draft::prove`] it and the way
//! back. Every phase is a value that the next one needs, so that a caller may stop and ask between two of them.

mod alone;
pub(crate) mod apply;
mod claims;
mod class;
mod error;
mod filler;
mod hint;
mod ident;
mod prove;
mod rename;
mod report;
pub(crate) mod script;
pub(crate) mod sides;
pub(crate) mod text;

pub use alone::Alone;
pub use class::Class;
pub use error::{DiffError, NotProven};
pub use prove::{Proof, Proven};
pub use rename::Rename;
pub use report::{Action, actions};
pub use script::{Leg, Way};
pub use sides::{Draft, Request, Side, Sides, load};
