//! Columns: their definition, and what ALTER TABLE can do to them.

use super::retype::{attribute, new_type, other_type, retyping, usual_storage};
use super::{Changed, Way, guard, identity, identity_below, not_null, retype, table};
use crate::fact::{Fact, Value};
use crate::identity::{Identity, Kind};
use crate::plan::{Context, Hazard, Statement, name};
use crate::quote::{quote_ident, quote_literal};

/// A column as CREATE TABLE lists it. A default goes in only if it is among those that may.
pub(super) fn listed(context: &Context<'_>, column: &Identity, fact: &Fact, inline: &[&Identity]) -> String {
    let default = default_identity(column).filter(|default| inline.contains(&default));
    definition(context, column, fact, default.is_some())
}

/// `name type COLLATE … GENERATED … DEFAULT … NOT NULL`.
fn definition(context: &Context<'_>, column: &Identity, fact: &Fact, with_default: bool) -> String {
    let mut sql = format!("{} {}", quote_ident(&column.name.name), fact.text("type"));
    let options = fact.list("foreign_options").iter().filter_map(|option| option.split_once('='));
    let options: Vec<String> =
        options.map(|(key, value)| format!("{} {}", quote_ident(key), quote_literal(value))).collect();
    if !options.is_empty() {
        sql += &format!(" OPTIONS ({})", options.join(", "));
    }
    if let Some(collation) = fact.get("collation") {
        sql += &format!(" COLLATE {collation}");
    }
    if let Some(default) = default_identity(column).and_then(|default| context.to.get(&default)) {
        let expression = default.text("expression");
        match fact.text("generated") {
            "" if with_default => sql += &format!(" DEFAULT {expression}"),
            "" => {}
            how => sql += &format!(" GENERATED ALWAYS AS ({expression}) {}", how.to_uppercase()),
        }
    }
    let comes_with_its_partition =
        fact.inherited_from.is_some() && fact.get("identity").is_some() && !fact.flag("also_local");
    if fact.get("identity").is_some() && !comes_with_its_partition {
        sql += &format!(" {}", identity::clause(column, fact));
    }
    sql += &not_null::clause(context, column, fact);
    sql
}

/// The default of a column, as an identity.
pub(in crate::plan) fn default_identity(column: &Identity) -> Option<Identity> {
    Some(Identity::child(Kind::Default, column.parent.clone()?, &column.name.name))
}

/// What CREATE TABLE cannot say of its columns.
pub(super) fn after_create(context: &Context<'_>, table: &Identity) -> Vec<Statement> {
    let mut statements = Vec::new();
    for column in context.columns(table) {
        let Some(fact) = context.to.get(&column) else { continue };
        // A column that comes from the parent comes with the parent's storage.
        let above = fact.inherited_from.as_ref().filter(|_| !table::is_listed(context, table, fact));
        // Comments on what these make are among the details.
        if context.to.get(table).is_some_and(|fact| fact.get("of_type").is_some()) {
            statements.extend(not_null::unlisted(context, &column, fact));
        }
        if fact.inherited_from.is_some() && !table::stands_alone_first(context, table) {
            statements.extend(reconcile(context, &column, fact));
            let unlisted = fact.get("generated").is_some() && !table::is_listed(context, table, fact);
            statements.extend(own_expression(context, &column, fact).filter(|_| unlisted));
        }
        statements.extend(details(context, &column, fact, above.and_then(|above| context.to.get(above))));
    }
    statements
}

/// What CREATE TABLE and ADD COLUMN leave to ALTER COLUMN, as far as it does not come from above.
fn details(context: &Context<'_>, column: &Identity, fact: &Fact, above: Option<&Fact>) -> Vec<Statement> {
    let mut clauses = Vec::new();
    for attribute in ["storage", "compression"] {
        let above = above.and_then(|above| above.get(attribute));
        let value = match (fact.get(attribute), attribute) {
            (own, _) if own == above => continue,
            (Some(value), _) => value.to_string(),
            (None, "storage") => usual_storage(context, fact.text("type")),
            (None, _) => "default".to_owned(),
        };
        clauses.push(format!("SET {} {value}", attribute.to_uppercase()));
    }
    if let Some(target) = fact.get("statistics_target") {
        clauses.push(format!("SET STATISTICS {target}"));
    }
    if !fact.list("options").is_empty() {
        clauses.push(format!("SET ({})", table::listed_options(fact.list("options")).join(", ")));
    }
    let mut statements: Vec<Statement> =
        clauses.iter().filter_map(|clause| alter_column(column, clause)).collect();
    statements.extend(not_null::after(column, fact));
    statements
}

/// What an existing child's column has of its own, once ADD COLUMN on the parent has brought it.
pub(in crate::plan) fn reconciled(context: &Context<'_>, column: &Identity) -> Vec<Statement> {
    let Some(fact) = context.to.get(column) else { return Vec::new() };
    // ADD COLUMN knows no storage, and ALTER COLUMN says it of the parent alone.
    let mut statements = reconcile(context, column, fact);
    statements.extend(details(context, column, fact, None));
    statements.extend(own_expression(context, column, fact));
    statements
}

/// The default that a column has instead of its parent's, or the expression that computes it.
fn own_expression(context: &Context<'_>, column: &Identity, fact: &Fact) -> Option<Statement> {
    let own = default_identity(column).and_then(|own| context.to.get(&own))?;
    let above = fact.inherited_from.as_ref().and_then(default_identity)?;
    let expression = own.text("expression");
    if context.to.get(&above).map(|above| above.text("expression")) == Some(expression) {
        return None;
    }
    // Before version 17, nothing alters what computes a column.
    let clause = match fact.get("generated") {
        Some(_) => format!("SET EXPRESSION AS ({expression})"),
        None => format!("SET DEFAULT {expression}"),
    };
    alter_column(column, &clause)
}

/// Back to what is usual, for a column of a view that stays.
fn usual_details(context: &Context<'_>, column: &Identity, fact: &Fact) -> Vec<Statement> {
    let Some(view) = column.parent.as_deref().and_then(|view| context.to.get(view)) else {
        return Vec::new();
    };
    let name = format!("{} ", column.name.name);
    let columns = match view.derived.get("columns") {
        Some(Value::List(columns)) => columns.as_slice(),
        _ => &[],
    };
    let of = columns.iter().find_map(|listed| listed.strip_prefix(&name)).unwrap_or_default();
    let mut clauses = Vec::new();
    for (attribute, value) in &fact.attributes {
        match *attribute {
            "storage" => clauses.push(format!("SET STORAGE {}", usual_storage(context, of))),
            "compression" => clauses.push("SET COMPRESSION default".to_owned()),
            "statistics_target" => clauses.push("SET STATISTICS -1".to_owned()),
            "options" => {
                let all = crate::compare::Transition { from: Some(value.clone()), to: None };
                clauses.extend(table::options(&all));
            }
            _ => {}
        }
    }
    clauses.iter().filter_map(|clause| alter_column(column, clause)).collect()
}

/// What a column that comes from a parent table has of its own.
fn reconcile(context: &Context<'_>, column: &Identity, fact: &Fact) -> Vec<Statement> {
    let Some(above) = fact.inherited_from.as_ref() else { return Vec::new() };
    let mut statements = Vec::new();
    let parent = context.to.get(above);
    if fact.flag("not_null")
        && !parent.is_some_and(|parent| parent.flag("not_null"))
        && !fact.flag("also_local")
    {
        statements.extend(not_null::unlisted(context, column, fact));
    }
    if fact.get("generated").is_none()
        && let (Some(own), Some(default)) = (default_identity(column), default_identity(above))
        && context.to.get(&own).is_none()
        && context.to.get(&default).is_some()
    {
        statements.extend(alter_column(column, "DROP DEFAULT"));
    }
    statements
}

/// `ALTER TABLE ONLY t ALTER COLUMN c …`: children have facts, and statements, of their own.
pub(super) fn alter_column(column: &Identity, clause: &str) -> Option<Statement> {
    let table = column.parent.as_deref()?;
    let own = quote_ident(&column.name.name);
    Some(Statement::new(format!("ALTER {} ALTER COLUMN {own} {clause}", only(table))))
}

pub(super) fn only(table: &Identity) -> String {
    match table.kind {
        Kind::Table => format!("TABLE ONLY {}", table.name.sql()),
        _ => name::alter_target(table),
    }
}

/// ADD COLUMN, with its default: rows that are there get it.
pub(super) fn create(context: &Context<'_>, column: &Identity, fact: &Fact) -> Vec<Statement> {
    let Some(parent) = column.parent.as_deref() else { return Vec::new() };
    if context.comes_from_parent(column) {
        return reconciled(context, column);
    }
    // That of a view comes with the view; a fact of its own says what is unusual about it.
    if matches!(parent.kind, Kind::View | Kind::MaterializedView) {
        return details(context, column, fact, None);
    }
    let early = default_identity(column).is_none_or(|default| !context.late.contains(&default));
    let definition = definition(context, column, fact, early);
    if parent.kind == Kind::Composite {
        let exists = format!(
            "NOT EXISTS (SELECT FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.typrelid = a.attrelid WHERE t.oid = pg_catalog.to_regtype({}) AND a.attname = {} AND NOT a.attisdropped)",
            quote_literal(&parent.name.sql()),
            quote_literal(&column.name.name)
        );
        let sql = format!("ALTER TYPE {} ADD ATTRIBUTE {definition} CASCADE", parent.name.sql());
        return vec![Statement::new(sql).when(exists)];
    }
    if let Some(filled) = identity_below::create(context, column, fact) {
        return [vec![filled], details(context, column, fact, None)].concat();
    }
    let sql = format!("ALTER {} ADD COLUMN IF NOT EXISTS {definition}", name::alter_target(parent));
    let mut statement = Statement::new(sql);
    if fact.inherited_from.is_some() {
        // Once the table is a partition, Postgres refuses even what is there already.
        statement = statement.when(format!("NOT {}", state(column, "NOT attisdropped")));
    }
    if fact.text("generated") == "stored" || fact.get("identity").is_some() {
        statement = statement.hazard(Hazard::TableRewrite { table: parent.clone() });
    }
    let mut statements = vec![statement];
    statements.extend(details(context, column, fact, None));
    statements
}

/// DROP COLUMN, with its values.
pub(super) fn drop(context: &Context<'_>, column: &Identity, fact: &Fact) -> Vec<Statement> {
    let Some(parent) = column.parent.as_deref() else { return Vec::new() };
    if matches!(parent.kind, Kind::View | Kind::MaterializedView) {
        return usual_details(context, column, fact);
    }
    let own = quote_ident(&column.name.name);
    if parent.kind == Kind::Composite {
        let sql = format!("ALTER TYPE {} DROP ATTRIBUTE IF EXISTS {own} CASCADE", parent.name.sql());
        let statement = Statement::new(sql);
        return match retype::is_in_rows(context, parent) {
            true => vec![statement.hazard(Hazard::DataLoss { what: column.clone() })],
            false => vec![statement],
        };
    }
    // ONLY leaves the column to children that are to keep it as their own.
    let target = if context.stays_below(column) { only(parent) } else { name::alter_target(parent) };
    let mut statement = Statement::new(format!("ALTER {target} DROP COLUMN IF EXISTS {own}"));
    // When the plan runs again, the one of this name came from the parent.
    if fact.inherited_from.is_none()
        && context.to.get(column).is_some_and(|fact| fact.inherited_from.is_some())
    {
        statement = statement.when(state(column, "attinhcount = 0"));
    }
    // Generated values can be made again, and a foreign table keeps nothing.
    if fact.get("generated").is_some() || parent.kind == Kind::ForeignTable {
        return vec![statement];
    }
    vec![statement.hazard(Hazard::DataLoss { what: column.clone() })]
}

/// ALTER COLUMN for each attribute that differs.
pub(super) fn alter(
    context: &Context<'_>,
    column: &Identity,
    from: &Fact,
    to: &Fact,
    changed: &Changed,
) -> Way {
    let Some(parent) = column.parent.as_deref() else { return Way::Replace };
    if parent.kind == Kind::Composite {
        return attribute(context, column, to);
    }
    if changed.get("generated").is_some_and(|generated| generated.to.is_some()) {
        return Way::Replace;
    }
    let mut clauses = Vec::new();
    if changed.contains_key("generated") {
        if from.text("generated") == "virtual" {
            return Way::Refuse(
                "a virtual generated column cannot become a plain one; add another column".to_owned(),
            );
        }
        clauses.push("DROP EXPRESSION IF EXISTS".to_owned());
    }
    // A partition that leaves its table leaves the table's identity there.
    let left = from.get("identity").is_some()
        && from.get("identity_sequence").is_none()
        && from.inherited_from.as_ref().is_some_and(|above| context.leaves(parent, above.root()));
    let gets_own = left.then(|| crate::compare::Transition { from: None, to: to.get("identity").cloned() });
    let changed_identity = gets_own.as_ref().or(changed.get("identity"));
    if changed_identity.is_some_and(|identity| identity.to.is_none()) {
        clauses.push("DROP IDENTITY IF EXISTS".to_owned());
    }
    let retyped = changed.contains_key("type") || changed.contains_key("collation");
    if retyped {
        // The expression of a generated column is Postgres's own to convert.
        if to.get("generated").is_some() {
            return Way::Replace;
        }
        if let Some(user) = context
            .needed_by(parent)
            .find(|user| user.kind == Kind::Column && user.root() != parent && parent.kind == Kind::Table)
        {
            return Way::Refuse(format!(
                "{user} is of the row type of {parent}, whose columns keep their types"
            ));
        }
        if let Some(child) = retype::child_of_others(context, column) {
            return Way::Refuse(format!(
                "{child} has it from several tables, and Postgres alters its type in all of them or none"
            ));
        }
        clauses.push(new_type(context, column, from, to));
    }
    let mut statements: Vec<Statement> = Vec::new();
    // The one of the table comes as the partition joins, which may have none of its own.
    let joins = to.inherited_from.is_some()
        && to.get("identity").is_some()
        && to.get("identity_sequence").is_none()
        && from.get("identity_sequence").is_some();
    let own = alter_column(column, "DROP IDENTITY IF EXISTS").filter(|_| joins);
    statements.extend(own.map(|own| own.when(state(column, "attinhcount = 0"))));
    let flush = |clauses: &mut Vec<String>, statements: &mut Vec<Statement>| {
        statements.extend(clauses.drain(..).filter_map(|clause| {
            let rewrites = clause.starts_with("TYPE ");
            // Partitions share the identity of their table since version 17.
            let shared = identity::is_bound(&clause)
                || ["ADD GENERATED", "SET GENERATED", "DROP IDENTITY"]
                    .iter()
                    .any(|word| clause.starts_with(word));
            let target = if rewrites || shared || clause.starts_with("DROP EXPRESSION") {
                alter_all(column, &clause)
            } else {
                alter_column(column, &clause)
            };
            let again = clause.starts_with("ADD GENERATED");
            // The second time, the column comes from a parent.
            let joins = clause.starts_with("DROP EXPRESSION") && to.inherited_from.is_some();
            target.map(|statement| match (rewrites, again) {
                _ if joins => statement.when(state(column, "attgenerated <> ''")),
                (true, _) => retyping(parent, column, from, to, statement).when(other_type(column, to)),
                (_, true) => statement.when(state(column, "attidentity = ''")),
                _ => statement,
            })
        }));
    };
    flush(&mut clauses, &mut statements);
    match not_null::alter(context, column, from, to, changed) {
        Ok(changes) => statements.extend(changes),
        Err(why) => return Way::Refuse(why),
    }
    // A partition has the identity of its table, and gets it as it joins.
    let of_table = to.inherited_from.is_some() && to.get("identity_sequence").is_none();
    if let Some(transition) = changed_identity.filter(|_| !of_table)
        && let Some(how) = &transition.to
    {
        clauses.push(match transition.from {
            None => format!("ADD {}", identity::clause(column, to)),
            Some(_) => format!("SET GENERATED {}", how.to_string().to_uppercase()),
        });
    }
    let was_identity = from.get("identity").is_some() && to.get("identity").is_some() && !left && !joins;
    let mut of_sequence: Vec<Statement> = Vec::new();
    for (name, transition) in changed {
        let value = transition.to.as_ref().map(Value::to_string);
        match (*name, value) {
            ("identity_cycle", to) if was_identity => {
                clauses.push(if to.is_some() { "SET CYCLE" } else { "SET NO CYCLE" }.to_owned());
            }
            ("identity_sequence", Some(_)) if was_identity => {
                of_sequence.extend(identity::rename_sequence(from, to))
            }
            (name, Some(value)) if was_identity && name.starts_with("identity_") => {
                let words = match name {
                    "identity_start" => "START WITH",
                    "identity_increment" => "INCREMENT BY",
                    "identity_min" => "MINVALUE",
                    "identity_max" => "MAXVALUE",
                    "identity_cache" => "CACHE",
                    _ => continue,
                };
                clauses.push(format!("SET {words} {value}"));
            }
            // A new type brings its own.
            ("storage", None) if retyped => {}
            ("storage", value) => {
                clauses.push(format!(
                    "SET STORAGE {}",
                    value.unwrap_or_else(|| usual_storage(context, to.text("type")))
                ));
            }
            ("compression", value) => {
                clauses.push(format!("SET COMPRESSION {}", value.unwrap_or("default".to_owned())));
            }
            ("statistics_target", value) => {
                clauses.push(format!("SET STATISTICS {}", value.unwrap_or("-1".to_owned())));
            }
            ("options", _) => clauses.extend(table::options(transition)),
            ("foreign_options", _) => {
                let current = format!(
                    "(SELECT attfdwoptions FROM pg_catalog.pg_attribute WHERE attrelid = pg_catalog.to_regclass({}) AND attname = {})",
                    quote_literal(&parent.name.sql()),
                    quote_literal(&column.name.name)
                );
                match guard::changed_options(transition, &current) {
                    Ok(changes) => statements.extend(changes.into_iter().filter_map(|(change, guard)| {
                        Some(alter_all(column, &format!("OPTIONS ({change})"))?.when(guard))
                    })),
                    Err(why) => return Way::Refuse(why),
                }
            }
            _ => {}
        }
    }
    if retyped {
        clauses.extend(forgotten_with_type(to, changed));
    }
    // Several bounds of a sequence only fit together.
    let bounds: Vec<String> = clauses.iter().filter(|clause| identity::is_bound(clause)).cloned().collect();
    clauses.retain(|clause| !identity::is_bound(clause));
    let bounds = bounds.join(" ");
    if was_identity {
        of_sequence.extend(identity::restart(column, from, to, &bounds));
    }
    flush(&mut Some(bounds).into_iter().filter(|bounds| !bounds.is_empty()).collect(), &mut of_sequence);
    // Postgres takes no type in which the sequence does not fit.
    let narrower = retyped && retype::loses(from.text("type"), to.text("type"));
    let mut statements = match narrower {
        true => [of_sequence, statements].concat(),
        false => [statements, of_sequence].concat(),
    };
    flush(&mut clauses, &mut statements);
    Way::InPlace(statements)
}

/// A new type brings its own storage and no compression: what the column should have instead, where that is not said
/// anyway.
fn forgotten_with_type(to: &Fact, changed: &Changed) -> Vec<String> {
    let kept = ["storage", "compression"].into_iter().filter(|attribute| !changed.contains_key(attribute));
    kept.filter_map(|attribute| Some(format!("SET {} {}", attribute.to_uppercase(), to.get(attribute)?)))
        .collect()
}

/// The same for a column whose values move over to a type that is made again.
pub(in crate::plan) fn forgotten_in_conversion(
    column: &Identity,
    to: &Fact,
    changed: &Changed,
) -> Vec<Statement> {
    let clauses = forgotten_with_type(to, changed);
    clauses.iter().filter_map(|clause| alter_column(column, clause)).collect()
}

/// `ALTER TABLE t ALTER COLUMN c …`, the children's columns included.
pub(super) fn alter_all(column: &Identity, clause: &str) -> Option<Statement> {
    let table = column.parent.as_deref()?;
    let own = quote_ident(&column.name.name);
    Some(Statement::new(format!("ALTER {} ALTER COLUMN {own} {clause}", name::alter_target(table))))
}

/// Whether the column is in a state, as SQL over `pg_attribute`.
pub(in crate::plan) fn state(column: &Identity, condition: &str) -> String {
    let table = column.parent.as_deref().map(|table| table.name.sql()).unwrap_or_default();
    format!(
        "EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = pg_catalog.to_regclass({}) AND attname = {} AND {condition})",
        quote_literal(&table),
        quote_literal(&column.name.name)
    )
}
