//! A table made anew beside the old one: plain to partitioned, partitioned to plain, or partitioned by something else.

use super::types::aside_name;
use super::{retype, table, types};
use crate::catalog::Catalog;
use crate::fact::Fact;
use crate::identity::{Identity, Kind};
use crate::plan::{Context, Hazard, Statement, name};
use crate::quote::{quote_ident, quote_literal, unqualified, unquoted};

/// Renames the old table, and the sequences of its identities, whose names the new one's take. Once the table is as it
/// should be, nothing of this happens again.
pub(super) fn aside(context: &Context<'_>, table: &Identity) -> Vec<Statement> {
    let (_, own) = aside_name(context, table);
    let rename = Statement::new(format!("ALTER TABLE {} RENAME TO {own}", table.name.sql()))
        .when(still_old(context, table));
    let mut statements = vec![rename.hazard(Hazard::Lock { table: table.clone(), mode: "ACCESS EXCLUSIVE" })];
    for (_, fact) in identities(context.from, table) {
        let (old, new) = (fact.text("identity_sequence"), old_sequence(fact));
        let rename = Statement::new(format!("ALTER SEQUENCE {old} RENAME TO {}", unqualified(&new)));
        statements.push(rename.when(stands_aside(context, table)));
    }
    statements
}

/// Takes the old one off a table that stays, whose new partition has the same bounds.
pub(super) fn detach(context: &Context<'_>, table: &Identity, from: &Fact) -> Vec<Statement> {
    let detach = |parent: &String| {
        let sql = format!("ALTER TABLE {parent} DETACH PARTITION {}", table.name.sql());
        let attached = table::inherits(&table.name.sql(), parent, true);
        Statement::new(sql).when(format!("{} AND {attached}", still_old(context, table)))
    };
    from.list("parents").iter().map(detach).collect()
}

/// What goes from the old table, and not from the new one when the plan runs again.
pub(in crate::plan) fn only_from_old(
    context: &Context<'_>,
    table: &Identity,
    fact: &Fact,
    statements: Vec<Statement>,
) -> Vec<Statement> {
    // What is attached goes with what it is attached to.
    let attached = fact.inherited_from.is_some() && fact.get("expression").is_none();
    let still = match rebuilt_parent(context, table).filter(|_| attached) {
        Some(parent) => stands_aside(context, parent),
        None => still_old(context, table),
    };
    let guard = |statement: &Statement| match &statement.guard {
        Some(guard) => format!("{guard} AND {still}"),
        None => still.clone(),
    };
    statements.into_iter().map(|statement| statement.clone().when(guard(&statement))).collect()
}

/// The table that this one is a partition of, if that is made anew too.
fn rebuilt_parent<'a>(context: &Context<'a>, table: &Identity) -> Option<&'a Identity> {
    let parents = context.from.get(table).map(|fact| fact.list("parents"))?;
    let rebuilt = |other: &&&'a Identity| other.kind == Kind::Table && parents.contains(&other.name.sql());
    context.aside.iter().find(rebuilt).copied()
}

/// Whether the name is still the old table's, as SQL: by how it is partitioned, or by the types of what it is
/// partitioned by; for a partition, by its table's name.
pub(in crate::plan) fn still_old(context: &Context<'_>, table: &Identity) -> String {
    if let Some(parent) = rebuilt_parent(context, table) {
        return format!("({} OR {})", stands_aside(context, parent), still_old(context, parent));
    }
    let name = quote_literal(&table.name.sql());
    let of = |catalog: &Catalog| {
        catalog.get(table).and_then(|fact| fact.get("partition_key")).map(ToString::to_string)
    };
    if of(context.from) == of(context.to) {
        let keys = context.columns(table).into_iter().filter(|key| super::partitions_by(context, key));
        // Before the type steps aside, and after it.
        let mut differs = Vec::new();
        for key in keys {
            differs.extend(context.to.get(&key).map(|fact| retype::other_type(&key, fact)));
            let types = context.from.needs(&key).filter(|needed| context.is_aside(needed));
            differs.extend(types.filter_map(|of| types::still_old(context, of, 16)));
        }
        return format!("({})", differs.join(" OR "));
    }
    match of(context.to) {
        Some(key) => format!(
            "EXISTS (SELECT FROM pg_catalog.pg_class WHERE oid = pg_catalog.to_regclass({name}) AND (relkind <> 'p' OR pg_catalog.pg_get_partkeydef(oid) <> {}))",
            quote_literal(&key)
        ),
        None => format!(
            "EXISTS (SELECT FROM pg_catalog.pg_class WHERE oid = pg_catalog.to_regclass({name}) AND relkind = 'p')"
        ),
    }
}

/// Why a script could not tell, when it runs again, whether the table has been made anew already.
pub(in crate::plan) fn cannot_be_told(context: &Context<'_>, table: &Identity) -> Option<String> {
    let (from, to) = (context.from.get(table)?, context.to.get(table)?);
    let with_its_parent = from.list("parents").iter().any(|parent| context.is_rebuilt(parent));
    if from.get("partition_key") != to.get("partition_key") || with_its_parent {
        return None;
    }
    let told = |key: Identity| {
        let of = |catalog: &Catalog| {
            catalog.get(&key).map(|fact| (fact.text("type").to_owned(), fact.get("collation").cloned()))
        };
        let mut types = context.from.needs(&key).filter(|needed| context.is_aside(needed));
        of(context.from) != of(context.to) || types.any(|of| types::still_old(context, of, 16).is_some())
    };
    let mut keys = context.columns(table).into_iter().filter(|key| super::partitions_by(context, key));
    (!keys.any(told)).then(|| "what it is partitioned by changes in a way that cannot be told from it afterwards; make another table and move the rows".to_owned())
}

/// Whether tables are still to be made anew whose columns are of this type, as SQL; none where there are no such tables.
pub(super) fn users_still_old(context: &Context<'_>, of: &Identity) -> Option<String> {
    let columns = context.needed_by(of).filter(|user| user.kind == Kind::Column);
    let tables: std::collections::BTreeSet<&Identity> = columns
        .map(Identity::root)
        .filter(|table| table.kind == Kind::Table && context.is_aside(table))
        .collect();
    let still: Vec<String> = tables.into_iter().map(|table| still_old(context, table)).collect();
    (!still.is_empty()).then(|| format!("({})", still.join(" OR ")))
}

/// Whether the old table has been renamed, as SQL.
fn stands_aside(context: &Context<'_>, table: &Identity) -> String {
    format!("pg_catalog.to_regclass({}) IS NOT NULL", quote_literal(&aside_name(context, table).0))
}

fn identities<'a>(catalog: &'a Catalog, table: &Identity) -> impl Iterator<Item = (&'a Identity, &'a Fact)> {
    let table = table.clone();
    catalog.facts().filter(move |(column, fact)| {
        column.kind == Kind::Column
            && column.parent.as_deref() == Some(&table)
            && !fact.text("identity_sequence").is_empty()
    })
}

/// The name of an identity's sequence while its table stands aside.
fn old_sequence(fact: &Fact) -> String {
    let name = fact.text("identity_sequence");
    let own = unqualified(name);
    let schema = name.strip_suffix(own).unwrap_or_default();
    format!("{schema}{}", quote_ident(&name::aside(&unquoted(own))))
}

/// Puts the rows of the old table into the new one, and its identities where the old ones are.
pub(in crate::plan) fn move_rows(context: &Context<'_>, table: &Identity) -> Vec<Statement> {
    let (old, _) = aside_name(context, table);
    let mut columns = context.columns(table);
    columns.retain(|column| {
        context.from.get(column).is_some()
            && context.to.get(column).is_some_and(|fact| fact.get("generated").is_none())
    });
    let mut statements = Vec::new();
    if !columns.is_empty() {
        let names: Vec<String> = columns.iter().map(|column| quote_ident(&column.name.name)).collect();
        let values: Vec<String> = columns.iter().map(|column| retype::moved(context, column)).collect();
        let sql = format!(
            "INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE\nSELECT {} FROM {old}",
            table.name.sql(),
            names.join(", "),
            values.join(", ")
        );
        let mut insert = Statement::new(sql).hazard(Hazard::TableRewrite { table: table.clone() });
        for column in columns.iter().filter(|column| retype::loses_values(context, column)) {
            insert = insert.hazard(Hazard::DataLoss { what: column.clone() });
        }
        statements.extend(unnoticed(context, table, insert));
    }
    for (column, fact) in identities(context.from, table) {
        let Some(to) = context.to.get(column).filter(|fact| fact.get("identity").is_some()) else { continue };
        let sql = format!(
            "PERFORM pg_catalog.setval({}, last_value, is_called) FROM {}",
            quote_literal(to.text("identity_sequence")),
            old_sequence(fact)
        );
        // PERFORM, since it is guarded, and so runs as PL/pgSQL.
        statements.push(Statement::new(sql).when(stands_aside(context, table)));
    }
    statements
}

/// The rows are no news to the triggers of a table above, which a new partition has from the start.
fn unnoticed(context: &Context<'_>, table: &Identity, insert: Statement) -> Vec<Statement> {
    let clones = context.has.get(table).into_iter().flatten().any(|child| {
        child.kind == Kind::Trigger
            && context.to.get(child).is_some_and(|trigger| trigger.inherited_from.is_some())
    });
    let switch = |verb: &str| {
        Statement::new(format!("ALTER TABLE {} {verb} TRIGGER USER", table.name.sql()))
            .hazard(Hazard::Lock { table: table.clone(), mode: "SHARE ROW EXCLUSIVE" })
    };
    let statements = match clones {
        true => vec![switch("DISABLE"), insert, switch("ENABLE")],
        false => vec![insert],
    };
    statements.into_iter().map(|statement| statement.when(stands_aside(context, table))).collect()
}

/// The old table, empty of what is not elsewhere by now.
pub(super) fn drop(context: &Context<'_>, table: &Identity) -> Vec<Statement> {
    let (old, _) = aside_name(context, table);
    vec![Statement::new(format!("DROP TABLE IF EXISTS {old}"))]
}
