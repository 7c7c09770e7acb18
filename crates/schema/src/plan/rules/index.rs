//! Indexes, and the state of those that belong to a constraint.

use super::{Changed, Way, table};
use crate::compare::Transition;
use crate::fact::{Fact, Value};
use crate::identity::{Identity, Kind};
use crate::plan::{Context, Hazard, Statement, name};
use crate::quote::{quote_ident, quote_literal};

/// CREATE INDEX, and what can only be said afterwards.
pub(super) fn create(context: &Context<'_>, identity: &Identity, fact: &Fact) -> Vec<Statement> {
    let sql = fact.text("definition").replacen(" INDEX ", " INDEX IF NOT EXISTS ", 1);
    let mut statement = Statement::new(sql);
    if let Some(table) = identity.parent.as_deref().filter(|table| !context.is_made(table)) {
        statement = statement.hazard(Hazard::Lock { table: table.clone(), mode: "SHARE" });
    }
    let mut statements = vec![statement];
    statements.extend(states(identity, fact));
    statements
}

/// DROP INDEX.
pub(super) fn drop(context: &Context<'_>, identity: &Identity, fact: &Fact) -> Vec<Statement> {
    // Of an index and a partition's key that is attached to it, each stands in the way of the other's drop.
    let has_keys = context
        .from
        .facts()
        .any(|(key, fact)| key.kind == Kind::Constraint && fact.inherited_from.as_ref() == Some(identity));
    let cascade = if has_keys { " CASCADE" } else { "" };
    let index = name::qualified_index(identity);
    let drop = Statement::new(format!("DROP INDEX IF EXISTS {index}{cascade}"));
    vec![if becomes_attached(context, identity, fact) { drop.when(is_not_attached(&index)) } else { drop }]
}

/// Whether it is attached to an index of the parent table in the new catalog only: when the plan runs again, the one of
/// this name is that already, and stays.
pub(super) fn becomes_attached(context: &Context<'_>, identity: &Identity, from: &Fact) -> bool {
    from.inherited_from.is_none()
        && super::is_of_index(context.to, identity)
        && context.to.get(identity).is_some_and(|fact| fact.inherited_from.is_some())
}

/// Whether an index is attached to none, as SQL.
pub(super) fn is_not_attached(index: &str) -> String {
    format!(
        "NOT EXISTS (SELECT FROM pg_catalog.pg_inherits WHERE inhrelid = pg_catalog.to_regclass({}))",
        quote_literal(index)
    )
}

/// What is said of an index once it is there.
pub(super) fn states(identity: &Identity, fact: &Fact) -> Vec<Statement> {
    let index = name::qualified_index(identity);
    let Some(table) = identity.parent.as_deref() else { return Vec::new() };
    let target = name::alter_target(table);
    let own = quote_ident(&identity.name.name);
    let mut statements = Vec::new();
    // CREATE INDEX says its options itself.
    if identity.kind == Kind::Constraint && !fact.list("options").is_empty() {
        let options = table::listed_options(fact.list("options")).join(", ");
        statements.push(Statement::new(format!("ALTER INDEX {index} SET ({options})")));
    }
    if let Some(space) = fact.get("tablespace") {
        statements.push(Statement::new(format!(
            "ALTER INDEX {index} SET TABLESPACE {}",
            quote_ident(&space.to_string())
        )));
    }
    statements.extend(statistics_targets(identity, fact));
    if let Some(comment) = fact.get("index_comment") {
        let comment = quote_literal(&comment.to_string());
        statements.push(Statement::new(format!("COMMENT ON INDEX {index} IS {comment}")));
    }
    if fact.flag("clustered") {
        statements.push(Statement::new(format!("ALTER {target} CLUSTER ON {own}")));
    }
    if fact.flag("replica_identity") {
        statements.push(Statement::new(format!("ALTER {target} REPLICA IDENTITY USING INDEX {own}")));
    }
    statements
}

/// The targets of its expressions.
pub(super) fn statistics_targets(identity: &Identity, fact: &Fact) -> Vec<Statement> {
    let targets = fact.list("statistics_targets").iter().filter_map(|target| target.split_once('='));
    targets.map(|(column, value)| set_statistics(identity, fact, column, value)).collect()
}

/// Only here can ONLY be said, without which the indexes of partitions get the same target.
fn set_statistics(identity: &Identity, fact: &Fact, column: &str, value: &str) -> Statement {
    let index = name::qualified_index(identity);
    let verb = if fact.derived.contains_key("partitioned") { "TABLE ONLY" } else { "INDEX" };
    Statement::new(format!("ALTER {verb} {index} ALTER COLUMN {column} SET STATISTICS {value}"))
}

/// What can be altered of an index without building it again.
pub(super) fn alter(
    context: &Context<'_>,
    identity: &Identity,
    from: &Fact,
    to: &Fact,
    changed: &Changed,
) -> Way {
    let known = [
        "definition",
        "options",
        "clustered",
        "replica_identity",
        "tablespace",
        "statistics_targets",
        "attached_to",
        "invalid",
    ];
    let partitioned = to.text("definition").contains(" ON ONLY ");
    if changed.keys().any(|name| !known.contains(name))
        || becomes_invalid(changed)
        || changed.contains_key("invalid") && !partitioned
    {
        return Way::Replace;
    }
    let mut statements = Vec::new();
    if changed.contains_key("definition") {
        let (was, old) = without_options(from.text("definition"));
        let (is, new) = without_options(to.text("definition"));
        // Postgres takes no SET of the index of a partitioned table.
        if was != is || table::is_partitioned(context, identity.root()) {
            return Way::Replace;
        }
        let transition = Transition { from: Some(Value::List(old)), to: Some(Value::List(new)) };
        let index = name::qualified_index(identity);
        statements.extend(
            table::options(&transition)
                .into_iter()
                .map(|clause| Statement::new(format!("ALTER INDEX {index} {clause}"))),
        );
    }
    statements.extend(state_changes(identity, from, to, changed));
    Way::InPlace(statements)
}

/// Whether it should be invalid, which an index that is valid never becomes. That of a partitioned table becomes valid by
/// itself, with the last partition's index that is attached to it.
pub(super) fn becomes_invalid(changed: &Changed) -> bool {
    changed.get("invalid").is_some_and(|invalid| invalid.to.is_some())
}

/// A definition without its `WITH (…)`, and the options that stand in it.
fn without_options(definition: &str) -> (String, Vec<String>) {
    let Some(start) = definition.find(" WITH (") else { return (definition.to_owned(), Vec::new()) };
    let inside = &definition[start + " WITH (".len()..];
    let Some(end) = inside.find(')') else { return (definition.to_owned(), Vec::new()) };
    let options = inside[..end].split(", ").map(|option| {
        let (key, value) = option.split_once('=').unwrap_or((option, ""));
        format!("{}={}", key.trim(), value.trim().trim_matches('\''))
    });
    (format!("{}{}", &definition[..start], &inside[end + 1..]), options.collect())
}

/// Clustering, replica identity, options, tablespace, statistics.
pub(super) fn state_changes(
    identity: &Identity,
    from: &Fact,
    to: &Fact,
    changed: &Changed,
) -> Vec<Statement> {
    let index = name::qualified_index(identity);
    let mut statements = Vec::new();
    if let Some(transition) = changed.get("options") {
        let clauses = table::options(transition).into_iter();
        statements.extend(clauses.map(|clause| Statement::new(format!("ALTER INDEX {index} {clause}"))));
    }
    if changed.contains_key("statistics_targets") {
        let column = |target: &String| target.split_once('=').map(|(column, _)| column.to_owned());
        let kept: Vec<String> = to.list("statistics_targets").iter().filter_map(column).collect();
        let gone =
            from.list("statistics_targets").iter().filter_map(column).filter(|column| !kept.contains(column));
        statements.extend(gone.map(|column| set_statistics(identity, to, &column, "-1")));
    }
    if let Some(table) = identity.parent.as_deref()
        && changed.get("clustered").is_some_and(|clustered| clustered.to.is_none())
    {
        // Another index may have taken over by then.
        let still = format!(
            "EXISTS (SELECT FROM pg_catalog.pg_index WHERE indexrelid = pg_catalog.to_regclass({}) AND indisclustered)",
            quote_literal(&index)
        );
        let sql = format!("ALTER {} SET WITHOUT CLUSTER", name::alter_target(table));
        statements.push(Statement::new(sql).when(still));
    }
    if changed.get("index_comment").is_some_and(|comment| comment.to.is_none()) {
        statements.push(Statement::new(format!("COMMENT ON INDEX {index} IS NULL")));
    }
    if changed.get("tablespace").is_some_and(|space| space.to.is_none()) {
        statements.push(Statement::new(format!("ALTER INDEX {index} SET TABLESPACE pg_default")));
    }
    let mut now = to.clone();
    now.attributes.retain(|name, _| changed.contains_key(name) && *name != "options");
    statements.extend(states(identity, &now));
    statements
}

/// ALTER INDEX … ATTACH PARTITION.
pub(super) fn attach(identity: &Identity, above: &Identity) -> Vec<Statement> {
    let (parent, child) = (name::qualified_index(above), name::qualified_index(identity));
    let missing = format!(
        "NOT EXISTS (SELECT FROM pg_catalog.pg_inherits WHERE inhrelid = pg_catalog.to_regclass({}) AND inhparent = pg_catalog.to_regclass({}))",
        quote_literal(&child),
        quote_literal(&parent)
    );
    vec![Statement::new(format!("ALTER INDEX {parent} ATTACH PARTITION {child}")).when(missing)]
}
