//! Columns that a child has from its parent and is also to have by itself, and the other way round.
//!
//! A column that comes from a parent becomes the child's own when the child is taken off its last parent that has it.
//! Back on, it is both. What is to come from above alone is held meanwhile by another parent, made for that only. Nothing
//! makes a column that is the child's own come from above alone: that is told.

use super::{Context, Hazard, Statement};
use crate::compare::{Change, Difference};
use crate::fact::{ALSO_LOCAL, Fact};
use crate::identity::{Identity, Kind};
use crate::quote::{quote_ident, quote_literal};

/// Whether a difference is among those of which [`notes`] tells.
pub(super) fn tells(difference: &Difference) -> bool {
    difference.identity.kind == Kind::Column
        && matches!(&difference.change, Change::Altered(changed) if changed.keys().all(|name| *name == ALSO_LOCAL))
}

/// The columns that should be inherited only, and stay the child's own too.
pub(super) fn notes(context: &Context<'_>) -> Vec<String> {
    let columns = context.to.facts().filter(|(identity, _)| identity.kind == Kind::Column);
    let mut notes = Vec::new();
    for (column, want) in columns {
        let (Some(above), Some(had)) = (&want.inherited_from, context.from.get(column)) else { continue };
        let of_partition =
            context.to.get(column.root()).is_some_and(|table| table.get("partition_bound").is_some());
        let partition = context.from.get(column.root()).is_some_and(|of| of.get("partition_bound").is_some());
        let table = column.root();
        let left_alone = had.inherited_from.is_some()
            && !context.columns_above(column).any(|above| !context.leaves(table, above.root()));
        let own = had.inherited_from.is_none() || had.flag(ALSO_LOCAL) || partition || left_alone;
        if own && !want.flag(ALSO_LOCAL) && !of_partition && !context.is_made(column) {
            notes.push(format!("{column} stays its table's own as well as that of {}", above.root()));
        }
    }
    let child = |table: &Identity| Some((context.from.get(table)?, context.to.get(table)?));
    for (table, _) in context.to.facts().filter(|(table, _)| table.kind == Kind::Table) {
        let Some((from, to)) = child(table) else { continue };
        if to.list("parents").is_empty() || context.is_made(table) {
            continue;
        }
        let stay: Vec<Identity> = becoming_own(context, table).collect();
        if !stay.is_empty() && make_own(context, table, from, to).is_none() {
            notes.extend(stay.iter().map(|column| format!("{column} stays inherited only")));
        }
    }
    notes
}

/// The inherited columns that are to be the child's own too, and are not yet.
fn becoming_own<'c>(context: &'c Context<'_>, table: &'c Identity) -> impl Iterator<Item = Identity> + 'c {
    context.columns(table).into_iter().filter(|column| {
        let (from, to) = (context.from.get(column), context.to.get(column));
        to.is_some_and(|to| to.flag(ALSO_LOCAL))
            && from.is_some_and(|from| from.inherited_from.is_some() && !from.flag(ALSO_LOCAL))
            && !context.is_made(column)
    })
}

/// Off the parents and onto them again, in one statement, so that nobody misses the child's rows.
pub(super) fn make_own(context: &Context<'_>, table: &Identity, from: &Fact, to: &Fact) -> Option<Statement> {
    let parents = to.list("parents");
    let stays = from.list("parents") == parents && to.get("partition_bound").is_none();
    if parents.is_empty() || !stays || table.kind != Kind::Table || context.is_made(table) {
        return None;
    }
    let own: Vec<Identity> = becoming_own(context, table).collect();
    if own.is_empty() {
        return None;
    }
    let keeper = keeper(context, table)?;
    let target = table.name.sql();
    let mut sql = vec![format!("CREATE TABLE {} ({})", keeper.0, keeper.1.join(", "))];
    sql.push(format!("ALTER TABLE {target} INHERIT {}", keeper.0));
    sql.extend(parents.iter().map(|parent| format!("ALTER TABLE {target} NO INHERIT {parent}")));
    sql.extend(parents.iter().map(|parent| format!("ALTER TABLE {target} INHERIT {parent}")));
    sql.push(format!("ALTER TABLE {target} NO INHERIT {}", keeper.0));
    sql.push(format!("DROP TABLE {}", keeper.0));
    let names = own.iter().map(|column| quote_literal(&column.name.name)).collect::<Vec<_>>().join(", ");
    let missing = format!(
        "EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = pg_catalog.to_regclass({}) AND attname IN ({names}) AND NOT attislocal)",
        quote_literal(&target)
    );
    let statement = Statement::new(sql.join(";\n")).when(missing);
    Some(statement.hazard(Hazard::Lock { table: table.clone(), mode: "ACCESS EXCLUSIVE" }))
}

/// The parent that holds what stays inherited only: its name, and what it is made of. None where that cannot be held.
fn keeper(context: &Context<'_>, table: &Identity) -> Option<(String, Vec<String>)> {
    let mut made_of = Vec::new();
    let mut held = Vec::new();
    for column in context.columns(table) {
        let fact = context.to.get(&column)?;
        let Some(above) = &fact.inherited_from else { continue };
        // From version 18 on, NOT NULL is a constraint, which would become the child's own with its column.
        let not_null = context.to.major >= 18
            && context.to.get(above).is_some_and(|above| above.flag("not_null"))
            && !fact.flag("not_null_also_local");
        if fact.flag(ALSO_LOCAL) {
            let was_own = context.from.get(&column).is_some_and(|from| from.flag(ALSO_LOCAL));
            if not_null && !was_own {
                return None;
            }
            continue;
        }
        if fact.get("generated").is_some() {
            return None;
        }
        let collation = fact.get("collation").map(|name| format!(" COLLATE {name}")).unwrap_or_default();
        let not_null = if not_null { " NOT NULL" } else { "" };
        made_of.push(format!(
            "{} {}{collation}{not_null}",
            quote_ident(&column.name.name),
            fact.text("type")
        ));
        held.push(column);
    }
    for (check, fact) in context.to.facts().filter(|(check, _)| check.kind == Kind::Constraint) {
        if check.parent.as_deref() != Some(table) || fact.inherited_from.is_none() || fact.flag(ALSO_LOCAL) {
            continue;
        }
        let mut columns = context.to.needs(check).filter(|needed| needed.kind == Kind::Column);
        if fact.flag("not_valid") || !columns.all(|column| held.contains(column)) {
            return None;
        }
        made_of.push(format!("CONSTRAINT {} {}", quote_ident(&check.name.name), fact.text("definition")));
    }
    Some((spare_name(context, table, "above"), made_of))
}

/// A name in the table's schema that nothing has: the table's, and what it is for.
pub(super) fn spare_name(context: &Context<'_>, table: &Identity, purpose: &str) -> String {
    let mut stem = table.name.name.to_string();
    while stem.len() > 48 {
        stem.pop();
    }
    let mut name = format!("{stem}__{purpose}");
    let taken = |name: &str| {
        [context.from, context.to].iter().any(|catalog| {
            catalog
                .facts()
                .any(|(other, _)| &*other.name.name == name && other.name.schema == table.name.schema)
        })
    };
    while taken(&name) {
        name.push('_');
    }
    match table.name.schema.as_deref() {
        Some(schema) => format!("{}.{}", quote_ident(schema), quote_ident(&name)),
        None => quote_ident(&name),
    }
}
