//! In which order tables are filled, so that a row finds those it refers to.

use super::shape::{Key, Shape, Table};
use std::collections::BTreeSet;

/// One table's turn.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
pub(crate) struct Turn {
    pub(crate) table: i64,
    /// The table refers, with NOT NULL columns, to a table that comes later (or to itself): its rows are written with
    /// keys that are agreed in advance, and with triggers off.
    pub(crate) in_cycle: bool,
}

/// The turns of `wanted` tables. Referenced tables first; a nullable key gives way where keys form a circle.
pub(crate) fn turns(shape: &Shape, wanted: &BTreeSet<i64>) -> Vec<Turn> {
    let mut open: Vec<&Table> = shape.tables.iter().filter(|table| wanted.contains(&table.oid)).collect();
    let mut turns = Vec::new();
    while !open.is_empty() {
        let waiting: BTreeSet<i64> = open.iter().map(|table| table.oid).collect();
        let waits = |table: &Table, also_nullable: bool| {
            table.keys.iter().any(|key| {
                key.target != table.oid
                    && waiting.contains(&key.target)
                    && (also_nullable || needed(shape, table, key))
            })
        };
        let free = |also_nullable: bool| open.iter().position(|table| !waits(table, also_nullable));
        let (next, in_cycle) = match free(true).or_else(|| free(false)) {
            Some(next) => (next, false),
            None => (0, true),
        };
        let table = open.remove(next);
        let own_parent = table.keys.iter().any(|key| key.target == table.oid && needed(shape, table, key));
        turns.push(Turn { table: table.oid, in_cycle: in_cycle || own_parent });
    }
    turns
}

/// A key none of whose columns may be NULL (with MATCH SIMPLE one NULL frees the row).
pub(crate) fn needed(shape: &Shape, table: &Table, key: &Key) -> bool {
    key.columns.iter().filter_map(|name| table.column(name)).all(|column| shape.refuses_null(column))
}
