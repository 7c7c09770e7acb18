//! Which steps are taken apart, and how.

use super::{Split, alone, spare, stands};
use crate::fact::{Fact, Value};
use crate::identity::{Identity, Kind};
use crate::plan::rules;
use crate::plan::{Context, Hazard, Runs, Statement, Step, Verb, name};
use crate::quote::{quote_ident, quote_literal};

/// The lock of what reads all rows and keeps nobody from reading and writing.
const GENTLE: &str = "SHARE UPDATE EXCLUSIVE";

/// Takes a step apart, if there is a way.
pub(super) fn split(context: &Context<'_>, step: &Step) -> Option<Split> {
    let relation = step.object.parent.as_deref()?;
    let kind = matches!(relation.kind, Kind::Table | Kind::MaterializedView);
    if !kind || !stands(context, relation) {
        return None;
    }
    match (step.object.kind, step.verb) {
        (Kind::Index, Verb::Create) if !step.replaces => build(context, relation, step),
        (Kind::Index, Verb::Drop) if step.replaces => rebuild(context, relation, step),
        (Kind::Index, Verb::Drop) => drop(context, relation, step),
        (Kind::Constraint, Verb::Create) => constraint(context, relation, step),
        (Kind::Column, Verb::Alter) => not_null(context, relation, step),
        _ => None,
    }
}

/// What a step that follows one taken apart still has to do: the index itself has been built by then.
pub(super) fn rest_of(rebuilt: bool, step: &Step) -> Vec<Statement> {
    let built = |statement: &&Statement| rebuilt && statement.sql.contains(" INDEX IF NOT EXISTS ");
    step.statements.iter().filter(|statement| !built(statement)).cloned().collect()
}

fn is_partitioned(context: &Context<'_>, table: &Identity) -> bool {
    [context.from, context.to]
        .iter()
        .any(|catalog| catalog.get(table).is_some_and(|fact| fact.get("partition_key").is_some()))
}

fn is_partition(context: &Context<'_>, table: &Identity) -> bool {
    [context.from, context.to]
        .iter()
        .any(|catalog| catalog.get(table).is_some_and(|fact| fact.get("partition_bound").is_some()))
}

fn flag(fact: &Fact, name: &str) -> bool {
    fact.derived.get(name) == Some(&Value::Bool(true))
}

/// An index of a partitioned table has no rows in it; one that is attached to such an index goes with that.
fn is_plain_index(fact: &Fact) -> bool {
    !flag(fact, "partitioned") && !fact.text("definition").contains(" ON ONLY ")
}

fn concurrently(statement: &Statement, relation: &Identity) -> Statement {
    let sql = statement.sql.replacen(" INDEX IF NOT EXISTS ", " INDEX CONCURRENTLY IF NOT EXISTS ", 1);
    gentle(Statement::new(sql), relation).runs(Runs::OutsideTransaction)
}

fn gentle(statement: Statement, relation: &Identity) -> Statement {
    statement
        .hazard(Hazard::Lock { table: relation.clone(), mode: GENTLE })
        .hazard(Hazard::FullScan { table: relation.clone() })
}

/// CREATE INDEX CONCURRENTLY. One that failed before and is invalid is removed by whoever runs the script.
fn build(context: &Context<'_>, relation: &Identity, step: &Step) -> Option<Split> {
    let fact = context.to.get(&step.object)?;
    let unique = fact.text("definition").starts_with("CREATE UNIQUE");
    // A unique index of a partition makes that of the partitioned table valid, which a foreign key may need.
    if !is_plain_index(fact) || unique && is_partition(context, relation) {
        return None;
    }
    let (create, states) = step.statements.split_first()?;
    Some(Split {
        now: Vec::new(),
        long: vec![concurrently(create, relation)],
        then: states.to_vec(),
        comment: step.comment.clone(),
        goes: false,
    })
}

/// DROP INDEX CONCURRENTLY, which waits for nobody while it holds others up.
fn drop(context: &Context<'_>, relation: &Identity, step: &Step) -> Option<Split> {
    let fact = context.from.get(&step.object)?;
    // A condition cannot stand around what runs outside of transactions.
    let guarded = step.statements.iter().any(|statement| statement.guard.is_some());
    if guarded || !is_plain_index(fact) || fact.inherited_from.is_some() {
        return None;
    }
    // Its name is free before an identity takes it.
    if context.identity_sequences.contains(&name::qualified_index(&step.object)) {
        return None;
    }
    // What rows are known by takes no NULL, as long as it is there.
    if fact.flag("replica_identity") && !keeps(context, &step.object, &["not_null"]) {
        return None;
    }
    Some(Split {
        now: Vec::new(),
        long: vec![drop_concurrently(&name::qualified_index(&step.object), relation)],
        then: Vec::new(),
        comment: step.comment.clone(),
        goes: true,
    })
}

/// Whether the columns that an index is on have these attributes as they had them.
fn keeps(context: &Context<'_>, index: &Identity, attributes: &[&str]) -> bool {
    let both = context.from.needs(index).chain(context.to.needs(index));
    both.filter(|needed| needed.kind == Kind::Column).all(|column| {
        let (from, to) = (context.from.get(column), context.to.get(column));
        attributes
            .iter()
            .all(|name| from.and_then(|fact| fact.get(name)) == to.and_then(|fact| fact.get(name)))
    })
}

fn drop_concurrently(index: &str, relation: &Identity) -> Statement {
    Statement::new(format!("DROP INDEX CONCURRENTLY IF EXISTS {index}"))
        .hazard(Hazard::Lock { table: relation.clone(), mode: GENTLE })
        .runs(Runs::OutsideTransaction)
}

/// Instead of dropping an index and making another of its name: the old one gets another name, the new one is built,
/// the old one goes. Run again, the one that has the name is the new one already, and stays.
fn rebuild(context: &Context<'_>, relation: &Identity, step: &Step) -> Option<Split> {
    let (from, to) = (context.from.get(&step.object)?, context.to.get(&step.object)?);
    let attached = from.inherited_from.is_some() || to.inherited_from.is_some();
    if !is_plain_index(from) || !is_plain_index(to) || attached {
        return None;
    }
    // All that the new one is built on is there by now, and as it will be.
    let ready = context.to.needs(&step.object).all(|needed| {
        let column = needed.kind == Kind::Column;
        !context.is_made(needed) && (column || context.from.get(needed) == context.to.get(needed))
    });
    let ready = ready && keeps(context, &step.object, &["type", "collation", "generated"]);
    // What rows are known by takes no NULL.
    let ready = ready && (!to.flag("replica_identity") || keeps(context, &step.object, &["not_null"]));
    // A foreign key that needs the old one is dropped before it, and made again with the new one.
    if !ready || context.needed_by(&step.object).any(|other| other.kind == Kind::Constraint) {
        return None;
    }
    let schema = step.object.schema();
    let old = spare(&step.object.name.name, "__old", |name| {
        [context.from, context.to].iter().any(|catalog| {
            catalog.facts().any(|(other, _)| &*other.name.name == name && other.schema() == schema)
        })
    });
    let index = name::qualified_index(&step.object);
    let aside = step
        .object
        .schema()
        .map_or(quote_ident(&old), |schema| format!("{}.{}", quote_ident(schema), quote_ident(&old)));
    let rules = rules::create(context, &step.object, to).ok()?;
    let create = rules.first()?;
    let differs = format!(
        "pg_catalog.set_config('search_path', 'pg_catalog', true) IS NOT NULL \
         AND pg_catalog.to_regclass({}) IS NULL \
         AND pg_catalog.pg_get_indexdef(pg_catalog.to_regclass({})) <> {}",
        quote_literal(&aside),
        quote_literal(&index),
        quote_literal(to.text("definition"))
    );
    let rename = Statement::new(format!("ALTER INDEX {index} RENAME TO {}", quote_ident(&old)))
        .when(differs)
        .hazard(Hazard::Lock { table: step.object.clone(), mode: GENTLE });
    Some(Split {
        now: Vec::new(),
        long: vec![alone(rename), concurrently(create, relation), drop_concurrently(&aside, relation)],
        then: Vec::new(),
        comment: format!("Build anew, then drop the old one: {}", step.object),
        goes: true,
    })
}

fn constraint(context: &Context<'_>, table: &Identity, step: &Step) -> Option<Split> {
    let fact = context.to.get(&step.object)?;
    let definition = fact.text("definition");
    if table.kind != Kind::Table || fact.flag("not_valid") || definition.contains("NOT ENFORCED") {
        return None;
    }
    match fact.text("type") {
        "check" if rules::is_only_validated(context, &step.object) => None,
        "check" => validated_later(table, step),
        "foreign key" => {
            let partitioned = context
                .to
                .needs(&step.object)
                .map(Identity::root)
                .chain([table])
                .any(|table| is_partitioned(context, table));
            // Before version 18 there is no NOT VALID on a partitioned table.
            if partitioned { None } else { validated_later(table, step) }
        }
        "primary key" | "unique" => using_index(context, table, step, fact),
        _ => None,
    }
}

/// NOT VALID, which looks at no row, then VALIDATE CONSTRAINT, which keeps nobody from writing.
fn validated_later(table: &Identity, step: &Step) -> Option<Split> {
    let (add, states) = step.statements.split_first()?;
    let mut now = Statement { sql: format!("{} NOT VALID", add.sql), ..add.clone() };
    now.hazards.retain(|hazard| !matches!(hazard, Hazard::FullScan { .. }));
    let mut all = vec![now];
    all.extend(states.iter().cloned());
    let own = quote_ident(&step.object.name.name);
    let validate = Statement::new(format!("ALTER TABLE {} VALIDATE CONSTRAINT {own}", table.name.sql()));
    Some(Split {
        now: all,
        long: vec![gentle(validate, table).runs(Runs::OutsideTransaction)],
        then: Vec::new(),
        comment: format!("Hold the rows that are there to {}", step.object),
        goes: false,
    })
}

/// A unique index, built CONCURRENTLY, which then becomes that of the constraint.
fn using_index(context: &Context<'_>, table: &Identity, step: &Step, fact: &Fact) -> Option<Split> {
    if step.replaces || is_partitioned(context, table) || is_partition(context, table) {
        return None;
    }
    let (words, rest) = fact
        .text("definition")
        .strip_prefix("PRIMARY KEY ")
        .map(|rest| ("PRIMARY KEY", rest))
        .or_else(|| Some(("UNIQUE", fact.text("definition").strip_prefix("UNIQUE ")?)))?;
    let (nulls, rest) = match rest.strip_prefix("NULLS NOT DISTINCT ") {
        Some(rest) => (" NULLS NOT DISTINCT", rest),
        None => ("", rest),
    };
    let (columns, rest) = in_parentheses(rest)?;
    let (included, rest) = match rest.strip_prefix(" INCLUDE ") {
        Some(rest) => in_parentheses(rest).map(|(columns, rest)| (format!(" INCLUDE {columns}"), rest))?,
        None => (String::new(), rest),
    };
    if !["", " DEFERRABLE", " DEFERRABLE INITIALLY DEFERRED"].contains(&rest)
        || columns.contains("WITHOUT OVERLAPS")
    {
        return None;
    }
    let own = quote_ident(&step.object.name.name);
    let target = table.name.sql();
    let options = match fact.list("options") {
        [] => String::new(),
        options => format!(" WITH ({})", rules::listed_options(options).join(", ")),
    };
    let space =
        fact.get("tablespace").map(|space| format!(" TABLESPACE {}", quote_ident(&space.to_string())));
    let create = Statement::new(format!(
        "CREATE UNIQUE INDEX IF NOT EXISTS {own} ON {target} USING btree {columns}{included}{nulls}{options}{}",
        space.unwrap_or_default()
    ));
    let (add, states) = step.statements.split_first()?;
    let mut then = vec![Statement {
        sql: format!("ALTER TABLE {target} ADD CONSTRAINT {own} {words} USING INDEX {own}{rest}"),
        guard: add.guard.clone(),
        hazards: Vec::new(),
        runs: Runs::InTransaction,
    }];
    then.extend(states.iter().cloned());
    Some(Split {
        now: Vec::new(),
        long: vec![concurrently(&create, table)],
        then,
        comment: format!("Build the index of {}", step.object),
        goes: false,
    })
}

/// `(a, "b)")` at the start of a text, and what follows.
fn in_parentheses(text: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    let end = text.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        *c == ')' && !quoted
    })?;
    (text.starts_with('(')).then(|| text.split_at(end.0 + 1))
}

/// SET NOT NULL without reading all rows under its lock: a CHECK that has been validated says that there is no NULL.
fn not_null(context: &Context<'_>, table: &Identity, step: &Step) -> Option<Split> {
    let (set, before) = step.statements.split_last()?;
    let rewrites = |statement: &Statement| {
        statement.hazards.iter().any(|hazard| matches!(hazard, Hazard::TableRewrite { .. }))
    };
    if table.kind != Kind::Table || before.iter().any(rewrites) || set.guard.is_some() {
        return None;
    }
    let (from, to) = (context.from.get(&step.object)?, context.to.get(&step.object)?);
    if from.flag("not_null") || !to.flag("not_null") || !set.sql.ends_with(" SET NOT NULL") {
        return None;
    }
    let own = quote_ident(&step.object.name.name);
    let stem = &step.object.name.name;
    let name = spare(stem, "__is_not_null", |name| {
        [context.from, context.to].iter().any(|catalog| {
            catalog.facts().any(|(other, _)| other.kind == Kind::Constraint && &*other.name.name == name)
        })
    });
    let (target, check) = (table.name.sql(), quote_ident(&name));
    let there = format!(
        "EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conrelid = pg_catalog.to_regclass({}) AND conname = {})",
        quote_literal(&target),
        quote_literal(&name)
    );
    let nullable = rules::column_state(&step.object, "NOT attnotnull");
    let sql = format!("ALTER TABLE {target} ADD CONSTRAINT {check} CHECK ({own} IS NOT NULL) NOT VALID");
    let mut now = before.to_vec();
    now.push(Statement::new(sql).when(format!("{nullable} AND NOT {there}")));
    let validate = Statement::new(format!("ALTER TABLE {target} VALIDATE CONSTRAINT {check}")).when(there);
    let mut set = set.clone();
    set.hazards.retain(|hazard| !matches!(hazard, Hazard::FullScan { .. }));
    let drop = Statement::new(format!("ALTER TABLE {target} DROP CONSTRAINT IF EXISTS {check}"));
    Some(Split {
        now,
        long: vec![alone(gentle(validate, table))],
        then: vec![set, drop],
        comment: format!("See that there is no NULL in {}", step.object),
        goes: false,
    })
}
