//! An identity for a table that has children: Postgres adds no such column to them, but an identity to a column that is there
//! (`ATExecAddColumn`; from version 17 on, partitions are no such children).

use super::{column, identity};
use crate::fact::{Fact, Value};
use crate::identity::{Identity, Kind};
use crate::plan::{Context, Hazard, Statement, inherit};
use crate::quote::{quote_ident, quote_literal};

/// The column as a plain one that is numbered in table and children, then its identity, which goes on from there. None where
/// Postgres adds the column as it is.
pub(super) fn create(context: &Context<'_>, column: &Identity, fact: &Fact) -> Option<Statement> {
    let table = column.parent.as_deref().filter(|table| table.kind == Kind::Table)?;
    fact.get("identity")?;
    if context.is_made(table) || !hinders(context, table) {
        return None;
    }
    let int = |name: &str| match fact.get(name) {
        Some(Value::Int(value)) => *value,
        _ => 1,
    };
    let (target, own) = (table.name.sql(), quote_ident(&column.name.name));
    let numbers = inherit::spare_name(context, table, "numbers");
    let sequence = quote_literal(&numbers);
    let sql = [
        format!(
            "CREATE SEQUENCE {numbers} INCREMENT BY {} MINVALUE {} MAXVALUE {} START WITH {}",
            int("identity_increment"),
            int("identity_min"),
            int("identity_max"),
            int("identity_start")
        ),
        format!(
            "ALTER TABLE {target} ADD COLUMN {own} {} NOT NULL DEFAULT pg_catalog.nextval({sequence})",
            fact.text("type")
        ),
        format!("ALTER TABLE {target} ALTER COLUMN {own} DROP DEFAULT"),
        format!("ALTER TABLE {target} ALTER COLUMN {own} ADD {}", identity::clause(column, fact)),
        format!(
            "PERFORM pg_catalog.setval(pg_catalog.pg_get_serial_sequence({}, {}), last_value, is_called) FROM {numbers}",
            quote_literal(&target),
            quote_literal(&column.name.name)
        ),
        format!("DROP SEQUENCE {numbers}"),
    ];
    let missing = format!("NOT {}", column::state(column, "NOT attisdropped"));
    let statement = Statement::new(sql.join(";\n")).when(missing);
    Some(statement.hazard(Hazard::TableRewrite { table: table.clone() }))
}

/// Whether a child stays for which Postgres refuses.
fn hinders(context: &Context<'_>, table: &Identity) -> bool {
    let name = table.name.sql();
    context.from.facts().any(|(child, fact)| {
        let partition = fact.get("partition_bound").is_some();
        fact.list("parents").contains(&name)
            && !(partition && context.to.major >= 17)
            && context.to.get(child).is_some_and(|to| to.list("parents").contains(&name))
    })
}
