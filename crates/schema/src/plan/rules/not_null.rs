//! NOT NULL: on a column, and from PostgreSQL 18 on as a constraint with a name, a comment and states of its own.

use super::column::{alter_all, alter_column, only, state};
use super::{Changed, table};
use crate::fact::{Fact, Value};
use crate::identity::{Identity, Kind};
use crate::plan::{Context, Hazard, Statement, name};
use crate::quote::{quote_ident, quote_literal};

/// What only the constraint has, and the column has not.
const OF_CONSTRAINT: [&str; 4] =
    ["not_null_name", "not_null_no_inherit", "not_null_not_valid", "not_null_comment"];

/// ` CONSTRAINT name NOT NULL`, as a column's definition says it. One that is not valid comes later: see [`after`].
pub(super) fn clause(context: &Context<'_>, column: &Identity, fact: &Fact) -> String {
    if !fact.flag("not_null") || fact.flag("not_null_not_valid") {
        return String::new();
    }
    let named = said_name(context, column, fact).map(|name| format!(" CONSTRAINT {name}"));
    let no_inherit = if fact.flag("not_null_no_inherit") { " NO INHERIT" } else { "" };
    format!("{} NOT NULL{no_inherit}", named.unwrap_or_default())
}

/// What follows once the column is there.
pub(super) fn after(column: &Identity, fact: &Fact) -> Vec<Statement> {
    let mut statements = Vec::new();
    if fact.flag("not_null") && fact.flag("not_null_not_valid") {
        statements.extend(add(column, fact));
    }
    statements.extend(comment_if_any(column, fact));
    statements
}

pub(super) fn comment_if_any(column: &Identity, fact: &Fact) -> Option<Statement> {
    fact.get("not_null_comment")?;
    comment(column, fact, &constraint_name(column, fact))
}

/// NOT NULL of a column that its table does not list: that of a typed table, or of a child.
pub(super) fn unlisted(context: &Context<'_>, column: &Identity, fact: &Fact) -> Option<Statement> {
    if !fact.flag("not_null") || fact.flag("not_null_not_valid") {
        return None;
    }
    if OF_CONSTRAINT.iter().any(|name| fact.get(name).is_some()) {
        return add(column, fact);
    }
    // Postgres wants all partitions to take no NULL first, or along.
    let set = if table::is_partitioned(context, column.root()) { alter_all } else { alter_column };
    set(column, "SET NOT NULL")
}

/// The constraint's name where it must be said: where it is not the one that Postgres would choose, and where that one
/// may not be free, or is needed afterwards.
fn said_name(context: &Context<'_>, column: &Identity, fact: &Fact) -> Option<String> {
    let rebuilt = context.to.major >= 18 && column.parent.as_deref().is_some_and(|of| context.is_aside(of));
    let own = constraint_name(column, fact);
    let said = fact.get("not_null_name").is_some() || fact.get("not_null_comment").is_some() || rebuilt;
    let foreign = fact.derived.contains_key("not_null") && Some(&own) != usual_name(column).as_ref();
    (said || foreign).then(|| quote_ident(&own))
}

fn usual_name(column: &Identity) -> Option<String> {
    let table = column.parent.as_deref()?;
    Some(format!("{}_{}_not_null", table.name.name, column.name.name))
}

/// The name of the constraint, where NOT NULL is one.
pub(in crate::plan) fn name_of(column: &Identity, fact: &Fact) -> Option<String> {
    let constraint = fact.get("not_null_name").is_some() || fact.derived.contains_key("not_null");
    (constraint && fact.flag("not_null")).then(|| constraint_name(column, fact))
}

/// The name of the constraint in the catalog that the fact is of.
fn constraint_name(column: &Identity, fact: &Fact) -> String {
    match (fact.get("not_null_name"), fact.derived.get("not_null")) {
        (Some(name), _) | (None, Some(name)) => name.to_string(),
        (None, None) => usual_name(column).unwrap_or_default(),
    }
}

fn comment(column: &Identity, fact: &Fact, constraint: &str) -> Option<Statement> {
    let table = column.parent.as_deref()?;
    let text = fact.get("not_null_comment").map(|text| quote_literal(&text.to_string()));
    let text = text.unwrap_or_else(|| "NULL".to_owned());
    let constraint = quote_ident(constraint);
    Some(Statement::new(format!("COMMENT ON CONSTRAINT {constraint} ON {} IS {text}", table.name.sql())))
}

/// What ALTER TABLE does to it.
///
/// # Errors
/// Why it cannot be as it should be.
pub(super) fn alter(
    context: &Context<'_>,
    column: &Identity,
    from: &Fact,
    to: &Fact,
    changed: &Changed,
) -> Result<Vec<Statement>, String> {
    if !changed.contains_key("not_null") && !OF_CONSTRAINT.iter().any(|name| changed.contains_key(name)) {
        return Ok(Vec::new());
    }
    let loses_validity = changed.get("not_null_not_valid").is_some_and(|not_valid| not_valid.to.is_some());
    if from.flag("not_null") && to.flag("not_null") && !loses_validity {
        return in_place(context, column, from, to, changed);
    }
    let mut statements = Vec::new();
    if from.flag("not_null") {
        // Run again, a partition may have a key by then that the column is in.
        let partitioned =
            context.from.get(column.root()).is_some_and(|table| table.get("partition_key").is_some());
        // A child that keeps it may have a key, and would have to be read again.
        if context.to.major < 18 && !partitioned && !to.flag("not_null") {
            let heirs = heirs(context, column);
            let losing = |heir: &&Identity| !context.to.get(heir).is_some_and(|fact| fact.flag("not_null"));
            let (lose, keep): (Vec<&Identity>, Vec<&Identity>) = heirs.iter().partition(losing);
            if !keep.is_empty() {
                let all = std::iter::once(column).chain(lose);
                return Ok(all.filter_map(|column| alter_column(column, "DROP NOT NULL")).collect());
            }
        }
        let drop = alter_all(column, "DROP NOT NULL");
        statements
            .extend(drop.map(|drop| if partitioned { drop.when(state(column, "attnotnull")) } else { drop }));
    }
    if to.flag("not_null") {
        statements.extend(fit_for_above(context, column));
        // Postgres gives it no name that a table below has for its own.
        let taken = to.derived.contains_key("not_null")
            && context
                .below(column)
                .into_iter()
                .any(|heir| context.from.get(heir).is_some_and(|fact| fact.derived.contains_key("not_null")));
        if !taken && OF_CONSTRAINT.iter().all(|name| to.get(name).is_none()) {
            let scan = column.parent.as_deref().map(|table| Hazard::FullScan { table: table.clone() });
            let set = alter_all(column, "SET NOT NULL");
            statements.extend(set.map(|set| scan.map_or(set.clone(), |scan| set.hazard(scan))));
        } else {
            statements.extend(add(column, to));
            statements.extend(comment_if_any(column, to));
        }
    }
    for heir in context.below(column) {
        statements.extend(other_below(context, heir, to));
    }
    Ok(statements)
}

/// What columns below have of their own becomes fit to be merged with what comes from above: Postgres merges it with none
/// that is not valid, or not for tables below, and renames none afterwards.
fn fit_for_above(context: &Context<'_>, column: &Identity) -> Vec<Statement> {
    let mut statements = Vec::new();
    for heir in context.below(column) {
        let (Some(had), Some(has)) = (context.from.get(heir), context.to.get(heir)) else { continue };
        let (Some(old), Some(new)) = (name_of(heir, had), name_of(heir, has)) else { continue };
        let (table, constraint) = (heir.root().name.sql(), quote_ident(&old));
        let mut own: Vec<Statement> = Vec::new();
        if had.flag("not_null_not_valid") && !has.flag("not_null_not_valid") {
            let sql = format!("ALTER TABLE {table} VALIDATE CONSTRAINT {constraint}");
            own.push(Statement::new(sql).hazard(Hazard::FullScan { table: heir.root().clone() }));
        }
        if had.flag("not_null_no_inherit") && !has.flag("not_null_no_inherit") {
            own.push(Statement::new(format!("ALTER TABLE {table} ALTER CONSTRAINT {constraint} INHERIT")));
        }
        if old != new {
            let sql = format!("ALTER TABLE {table} RENAME CONSTRAINT {constraint} TO {}", quote_ident(&new));
            own.push(Statement::new(sql));
        }
        let there = has_constraint(heir, &old);
        let free =
            had.inherited_from.as_ref().is_none_or(|_| !had.derived.contains_key("not_null_inherited"));
        statements.extend(own.into_iter().filter(|_| free).map(|one| one.when(there.clone())));
    }
    statements
}

/// The columns that take no NULL, as this one does, in the tables below; also in those that have it from elsewhere too.
fn heirs(context: &Context<'_>, column: &Identity) -> Vec<Identity> {
    let table = column.root().name.sql();
    let several = context.of_several.iter().filter(|(_, parents)| parents.contains(&table));
    let several = several.map(|(child, _)| {
        Identity::child(Kind::Column, std::sync::Arc::new((*child).clone()), &column.name.name)
    });
    let mut heirs: Vec<Identity> = context.below(column).into_iter().cloned().collect();
    heirs.extend(several);
    heirs.sort();
    heirs.dedup();
    let takes_none = |heir: &Identity| {
        let above = context.from.get(heir).and_then(|fact| fact.inherited_from.as_ref());
        !above.is_some_and(|above| context.leaves(heir.root(), above.root()))
            && context.from.get(heir).is_some_and(|fact| fact.flag("not_null"))
    };
    heirs.retain(takes_none);
    heirs
}

/// What a column below keeps that goes from here, or has valid that is not so here.
fn other_below(context: &Context<'_>, heir: &Identity, above: &Fact) -> Vec<Statement> {
    let (Some(from), Some(to)) = (context.from.get(heir), context.to.get(heir)) else { return Vec::new() };
    let leaves = from.inherited_from.as_ref().is_some_and(|above| context.leaves(heir.root(), above.root()));
    if !to.flag("not_null") || leaves || context.is_made(heir) {
        return Vec::new();
    }
    if above.flag("not_null_not_valid") && !to.flag("not_null_not_valid") {
        let constraint = quote_ident(&constraint_name(heir, to));
        let sql = format!("ALTER {} VALIDATE CONSTRAINT {constraint}", name::alter_target(heir.root()));
        return vec![Statement::new(sql).hazard(Hazard::FullScan { table: heir.root().clone() })];
    }
    if above.flag("not_null") || !from.flag("not_null") {
        return Vec::new();
    }
    if OF_CONSTRAINT.iter().any(|name| to.get(name).is_some()) {
        return add(heir, to).into_iter().chain(comment_if_any(heir, to)).collect();
    }
    let partitioned = context.to.get(heir.root()).is_some_and(|table| table.get("partition_key").is_some());
    // From version 18 on, those below it have it too.
    let set = match context.to.major >= 18 || partitioned {
        true => alter_all(heir, "SET NOT NULL"),
        false => alter_column(heir, "SET NOT NULL"),
    };
    set.map(|set| set.hazard(Hazard::FullScan { table: heir.root().clone() })).into_iter().collect()
}

/// A constraint that stays: another name, another state, another comment.
fn in_place(
    context: &Context<'_>,
    column: &Identity,
    from: &Fact,
    to: &Fact,
    changed: &Changed,
) -> Result<Vec<Statement>, String> {
    let Some(table) = column.parent.as_deref() else { return Ok(Vec::new()) };
    let target = name::alter_target(table);
    let mut own = constraint_name(column, from);
    let mut statements = Vec::new();
    if changed.contains_key("not_null_name") {
        let inherited = |fact: &Fact| fact.derived.contains_key("not_null_inherited");
        if inherited(from) && inherited(to) {
            return Err("Postgres renames no NOT NULL that comes from a parent".to_owned());
        }
        let new = constraint_name(column, to);
        let sql = format!(
            "ALTER TABLE {} RENAME CONSTRAINT {} TO {}",
            table.name.sql(),
            quote_ident(&own),
            quote_ident(&new)
        );
        let rename = Statement::new(sql).when(has_constraint(column, &own));
        statements.extend(Some(rename).filter(|_| own != new));
        own = new;
    }
    let constraint = quote_ident(&own);
    if changed.contains_key("not_null_not_valid") {
        let validate = Statement::new(format!("ALTER {target} VALIDATE CONSTRAINT {constraint}"));
        statements.push(validate.hazard(Hazard::FullScan { table: table.clone() }));
    }
    if let Some(transition) = changed.get("not_null_no_inherit") {
        let word = if transition.to == Some(Value::Bool(true)) { "NO INHERIT" } else { "INHERIT" };
        statements.extend(fit_for_above(context, column).into_iter().filter(|_| word == "INHERIT"));
        let sql = format!("ALTER {} ALTER CONSTRAINT {constraint} {word}", only(table));
        statements.push(Statement::new(if word == "INHERIT" { sql.replacen("ONLY ", "", 1) } else { sql }));
    }
    if changed.contains_key("not_null_comment") {
        statements.extend(comment(column, to, &own));
    }
    Ok(statements)
}

/// A constraint that came from a parent keeps that one's name when the table leaves, and gets its own back.
pub(super) fn of_ones_own(context: &Context<'_>, table: &Identity) -> Vec<Statement> {
    let rename = |column: Identity| {
        let (from, to) = (context.from.get(&column)?, context.to.get(&column)?);
        let above = from.inherited_from.as_ref()?;
        if !from.flag("not_null") || !to.flag("not_null") || !context.leaves(table, above.root()) {
            return None;
        }
        from.derived.get("not_null")?;
        let (old, new) = (constraint_name(&column, from), constraint_name(&column, to));
        let renamed = to.inherited_from.is_none() && to.get("not_null_name").is_none() && old != new;
        let sql = format!(
            "ALTER {} RENAME CONSTRAINT {} TO {}",
            name::alter_target(table),
            quote_ident(&old),
            quote_ident(&new)
        );
        renamed.then(|| Statement::new(sql).when(has_constraint(&column, &old)))
    };
    context.columns(table).into_iter().filter_map(rename).collect()
}

/// The column's constraint has this name, as SQL.
fn has_constraint(column: &Identity, name: &str) -> String {
    format!(
        "EXISTS (SELECT FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] WHERE c.contype = 'n' AND c.conrelid = pg_catalog.to_regclass({}) AND c.conname = {} AND a.attname = {})",
        quote_literal(&column.root().name.sql()),
        quote_literal(name),
        quote_literal(&column.name.name)
    )
}

/// A NOT NULL constraint with a name or a state of its own, which PostgreSQL 18 has.
fn add(column: &Identity, fact: &Fact) -> Option<Statement> {
    let table = column.parent.as_deref()?;
    let own = quote_ident(&column.name.name);
    let said = ["not_null_name", "not_null_comment"].iter().any(|name| fact.get(name).is_some())
        || fact.derived.contains_key("not_null");
    let named = said.then(|| format!("CONSTRAINT {} ", quote_ident(&constraint_name(column, fact))));
    let no_inherit = if fact.flag("not_null_no_inherit") { " NO INHERIT" } else { "" };
    let not_valid = if fact.flag("not_null_not_valid") { " NOT VALID" } else { "" };
    let missing = format!(
        "NOT EXISTS (SELECT FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1] WHERE c.contype = 'n' AND c.conrelid = pg_catalog.to_regclass({}) AND a.attname = {})",
        quote_literal(&table.name.sql()),
        quote_literal(&column.name.name)
    );
    let sql = format!(
        "ALTER {} ADD {}NOT NULL {own}{no_inherit}{not_valid}",
        name::alter_target(table),
        named.unwrap_or_default()
    );
    Some(Statement::new(sql).when(missing))
}
