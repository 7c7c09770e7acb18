//! Constraints of tables and domains.

use super::{Changed, Way, index, table, types};
use crate::fact::{Fact, Value};
use crate::identity::{Identity, Kind};
use crate::plan::{Context, Hazard, Statement, name};
use crate::quote::{quote_ident, quote_literal};

/// ADD CONSTRAINT.
pub(super) fn create(context: &Context<'_>, identity: &Identity, fact: &Fact) -> Vec<Statement> {
    let Some(parent) = identity.parent.as_deref() else { return Vec::new() };
    let own = quote_ident(&identity.name.name);
    if is_only_validated(context, identity) {
        return vec![Statement::new(format!(
            "ALTER {} VALIDATE CONSTRAINT {own}",
            name::alter_target(parent)
        ))];
    }
    let not_valid = if fact.flag("not_valid") { " NOT VALID" } else { "" };
    // The partitions' constraints are made by themselves, with their own names, and attached.
    let partitioned = context.to.get(parent).is_some_and(|table| table.get("partition_key").is_some());
    let only = if partitioned && super::has_index(context, identity) { "ONLY " } else { "" };
    let target = name::alter_target(parent).replacen("TABLE ", &format!("TABLE {only}"), 1);
    let mut fact = fact.clone();
    let mut definition = fact.text("definition").to_owned();
    if partitioned && let Some(options) = fact.attributes.remove("options") {
        // Nothing sets them afterwards on a partitioned index.
        definition = with_options(&definition, &options);
    }
    let sql = format!("ALTER {target} ADD CONSTRAINT {own} {definition}{not_valid}");
    let mut statement = Statement::new(sql).when(missing(parent, &identity.name.name));
    if !context.is_made(parent) && not_valid.is_empty() && parent.kind == Kind::Table {
        statement = statement.hazard(Hazard::FullScan { table: parent.clone() });
    }
    let mut statements = vec![statement];
    statements.extend(index::states(identity, &fact));
    statements
}

/// `PRIMARY KEY (id) WITH (…) DEFERRABLE`.
fn with_options(definition: &str, options: &Value) -> String {
    let Value::List(options) = options else { return definition.to_owned() };
    let end = [" WHERE (", " DEFERRABLE"].iter().filter_map(|words| definition.find(words)).min();
    let (keys, rest) = definition.split_at(end.unwrap_or(definition.len()));
    format!("{keys} WITH ({}){rest}", table::listed_options(options).join(", "))
}

/// Whether it comes along with its parent's, which is NOT VALID, and is itself valid.
pub(in crate::plan) fn is_only_validated(context: &Context<'_>, identity: &Identity) -> bool {
    let above = context.to.get(identity).and_then(|fact| fact.inherited_from.as_ref());
    let not_valid = |identity| context.to.get(identity).is_some_and(|fact| fact.flag("not_valid"));
    above.is_some_and(not_valid)
        && !not_valid(identity)
        && context.comes_from_parent(identity)
        && !(context.is_made(identity.root()) && super::stands_alone_first(context, identity.root()))
}

/// Whether the constraint is not there, as SQL.
fn missing(parent: &Identity, name: &str) -> String {
    let (column, lookup) =
        if parent.kind == Kind::Domain { ("contypid", "to_regtype") } else { ("conrelid", "to_regclass") };
    format!(
        "NOT EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE {column} = pg_catalog.{lookup}({}) AND conname = {})",
        quote_literal(&parent.name.sql()),
        quote_literal(name)
    )
}

/// As `pg_constraint.contype` has it.
fn letter(fact: &Fact) -> Option<char> {
    Some(match fact.text("type") {
        "check" => 'c',
        "foreign key" => 'f',
        "primary key" => 'p',
        "unique" => 'u',
        "exclude" => 'x',
        _ => return None,
    })
}

/// Whether something else has the name by then that Postgres keeps as a constraint of the table too.
fn is_name_taken(context: &Context<'_>, constraint: &Identity) -> bool {
    let of_table =
        constraint.parent.as_deref().and_then(|table| context.has.get(table)).into_iter().flatten();
    let own = &constraint.name.name;
    of_table.filter_map(|one| Some((*one, context.to.get(one)?))).any(|(one, fact)| match one.kind {
        Kind::Column => super::not_null_name(one, fact).is_some_and(|name| *name == **own),
        Kind::Trigger => one.name.name == *own && fact.derived.contains_key("constraint"),
        _ => false,
    })
}

/// DROP CONSTRAINT.
pub(super) fn drop(context: &Context<'_>, identity: &Identity, fact: &Fact) -> Vec<Statement> {
    let Some(parent) = identity.parent.as_deref() else { return Vec::new() };
    let target = match parent.kind {
        // ONLY leaves it to children that are to keep it as their own.
        Kind::Table if context.stays_below(identity) => format!("TABLE IF EXISTS ONLY {}", parent.name.sql()),
        Kind::Table => format!("TABLE IF EXISTS {}", parent.name.sql()),
        _ => name::alter_target(parent),
    };
    let drop = Statement::new(format!(
        "ALTER {target} DROP CONSTRAINT IF EXISTS {}",
        quote_ident(&identity.name.name)
    ));
    // The second time, a NOT NULL or a constraint trigger may have its name.
    if context.to.get(identity).is_none()
        && is_name_taken(context, identity)
        && let Some(letter) = letter(fact)
    {
        return vec![drop.when(format!(
            "EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conrelid = pg_catalog.to_regclass({}) AND conname = {} AND contype = '{letter}')",
            quote_literal(&parent.name.sql()),
            quote_literal(&identity.name.name)
        ))];
    }
    // The second time, it comes from above, and goes with that one's.
    if fact.text("type") == "check" && context.comes_from_parent(identity) {
        return vec![drop.when(format!(
            "EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conrelid = pg_catalog.to_regclass({}) AND conname = {} AND coninhcount = 0)",
            quote_literal(&parent.name.sql()),
            quote_literal(&identity.name.name)
        ))];
    }
    // The second time, a partition has it from its table, and it goes with that one's.
    let partition = context.to.get(parent).is_some_and(|table| table.get("partition_bound").is_some());
    if fact.text("type") == "foreign key" && partition {
        return vec![drop.when(format!(
            "EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conrelid = pg_catalog.to_regclass({}) AND conname = {} AND conparentid = 0)",
            quote_literal(&parent.name.sql()),
            quote_literal(&identity.name.name)
        ))];
    }
    // The second time, the domain is as it should be, and may take no CHECK any more: what it has stays.
    let replaced = |needed: &Identity| context.is_made(needed) && !context.is_aside(needed);
    if parent.kind == Kind::Domain
        && context.is_aside(parent)
        && !context.from.needs(identity).any(replaced)
        && let Some(still) = types::still_old(context, parent, 16)
    {
        return vec![drop.when(still)];
    }
    if parent.kind == Kind::Domain && context.to.get(parent).is_none() {
        let there = format!("pg_catalog.to_regtype({}) IS NOT NULL", quote_literal(&parent.name.sql()));
        return vec![drop.when(there)];
    }
    if index::becomes_attached(context, identity, fact) {
        return vec![drop.when(index::is_not_attached(&name::qualified_index(identity)))];
    }
    vec![drop]
}

/// VALIDATE, ALTER CONSTRAINT for when a foreign key is checked, and what belongs to the index.
pub(super) fn alter(
    context: &Context<'_>,
    identity: &Identity,
    from: &Fact,
    to: &Fact,
    changed: &Changed,
) -> Way {
    let Some(parent) = identity.parent.as_deref() else { return Way::Replace };
    let own = quote_ident(&identity.name.name);
    let target = name::alter_target(parent);
    let known = [
        "options",
        "clustered",
        "replica_identity",
        "tablespace",
        "definition",
        "not_valid",
        "also_local",
        "index_comment",
        "statistics_targets",
        "invalid",
        "attached_to",
    ];
    if changed.keys().any(|name| !known.contains(name)) || index::becomes_invalid(changed) {
        return Way::Replace;
    }
    if changed.contains_key("options") && table::is_partitioned(context, parent) {
        return Way::Replace;
    }
    let mut statements = Vec::new();
    if changed.contains_key("definition") {
        let (was, _) = timing(from.text("definition"));
        let (is, when) = timing(to.text("definition"));
        if was != is || to.text("type") != "foreign key" {
            return Way::Replace;
        }
        let enforced = |fact: &Fact| !fact.text("definition").ends_with(" NOT ENFORCED");
        if timing(from.text("definition")).1 != when {
            statements.push(Statement::new(format!("ALTER {target} ALTER CONSTRAINT {own} {when}")));
        }
        // Version 18 has foreign keys that are not enforced.
        if enforced(from) != enforced(to) {
            let word = if enforced(to) { "ENFORCED" } else { "NOT ENFORCED" };
            statements.push(Statement::new(format!("ALTER {target} ALTER CONSTRAINT {own} {word}")));
        }
    }
    if let Some(not_valid) = changed.get("not_valid") {
        if not_valid.to.is_some() {
            return Way::Replace;
        }
        if super::is_hidden_in_columns(context, parent) {
            return Way::ReplaceParent;
        }
        let validate = Statement::new(format!("ALTER {target} VALIDATE CONSTRAINT {own}"));
        let enforced = !to.text("definition").ends_with(" NOT ENFORCED");
        statements.extend(
            Some(validate)
                .filter(|_| enforced)
                .map(|validate| validate.hazard(Hazard::FullScan { table: parent.clone() })),
        );
    }
    statements.extend(index::state_changes(identity, from, to, changed));
    Way::InPlace(statements)
}

/// A definition without the words on when it is checked, and those words in full.
fn timing(definition: &str) -> (String, &'static str) {
    let definition = definition.strip_suffix(" NOT ENFORCED").unwrap_or(definition);
    for (suffix, words) in [
        (" DEFERRABLE INITIALLY DEFERRED", "DEFERRABLE INITIALLY DEFERRED"),
        (" DEFERRABLE", "DEFERRABLE INITIALLY IMMEDIATE"),
    ] {
        if let Some(rest) = definition.strip_suffix(suffix) {
            return (rest.to_owned(), words);
        }
    }
    (definition.to_owned(), "NOT DEFERRABLE")
}
