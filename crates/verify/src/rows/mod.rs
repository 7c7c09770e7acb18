//! Rows for tables that have none, so that a migration meets data as it will in production.
//!
//! Rows are made from the catalog alone: types, lengths, foreign keys, uniques, checks, domains, partitions. They are
//! deliberately tame (short texts, small numbers, today's dates, all columns filled, no two alike), because a row that a
//! sound migration stumbles over proves nothing. A table that could not be filled is named with the reason.

mod harvest;
mod hint;
mod insert;
mod order;
mod pool;
mod regex;
mod row;
mod shape;
mod solve;
mod values;

pub use insert::{Fill, Filled, Unfilled};
pub use shape::Shape;
pub(crate) use shape::Table;
