//! Columns: their definition, and what ALTER TABLE can do to them.

use std::collections::BTreeMap;

use super::{Context, Phase, name};
use crate::catalog::Catalog;
use crate::compare::Transition;
use crate::fact::{Fact, Value};
use crate::identity::{Identity, Kind};
use crate::quote::quote_ident;

/// `name type COLLATE … NOT NULL DEFAULT …`, as far as CREATE TABLE and ADD COLUMN take it. A default that calls a
/// function which is still to be made is left to a statement of its own.
pub(super) fn definition(context: &Context<'_>, identity: &Identity, fact: &Fact) -> String {
    let mut sql = format!("{} {}", quote_ident(&identity.name.name), fact.text("type"));
    if let Some(collation) = fact.get("collation") {
        sql += &format!(" COLLATE {collation}");
    }
    if let Some(expression) = default_of(context.want, identity) {
        match fact.text("generated") {
            "" if needs_function(context, &expression) => {}
            "" => sql += &format!(" DEFAULT {expression}"),
            how => sql += &format!(" GENERATED ALWAYS AS ({expression}) {}", how.to_uppercase()),
        }
    }
    if fact.get("identity").is_some() {
        sql += &format!(" {}", identity_clause(identity, fact));
    }
    if fact.flag("not_null") && fact.get("not_null_not_valid").is_none() {
        if let Some(constraint) = fact.get("not_null_name") {
            sql += &format!(" CONSTRAINT {}", quote_ident(&constraint.to_string()));
        }
        sql += " NOT NULL";
        if fact.flag("not_null_no_inherit") {
            sql += " NO INHERIT";
        }
    }
    sql
}

/// The expression of a column's default.
pub(super) fn default_of(catalog: &Catalog, column: &Identity) -> Option<String> {
    let identity = Identity::child(Kind::Default, column.parent.clone()?, &column.name.name);
    catalog.get(&identity).map(|fact| fact.text("expression").to_owned())
}

/// Whether the expression calls a function that this repair makes, after the tables.
pub(super) fn needs_function(context: &Context<'_>, expression: &str) -> bool {
    let mut functions = context.created.iter().filter(|created| created.kind == Kind::Function);
    functions.any(|function| expression.contains(&*function.name.name))
}

/// `GENERATED ALWAYS AS IDENTITY (…)`, with what is not as Postgres would choose it.
fn identity_clause(identity: &Identity, fact: &Fact) -> String {
    let int = |name: &str| match fact.get(name) {
        Some(Value::Int(value)) => *value,
        _ => 0,
    };
    let mut options = Vec::new();
    let usual =
        identity.parent.as_deref().map(|table| format!("{}_{}_seq", table.name.name, identity.name.name));
    let sequence = fact.text("identity_sequence");
    if !usual.is_some_and(|usual| sequence.ends_with(&format!(".{}", quote_ident(&usual)))) {
        options.push(format!("SEQUENCE NAME {sequence}"));
    }
    let increment = int("identity_increment");
    let usual_max = match fact.text("identity_type") {
        "smallint" => i64::from(i16::MAX),
        "integer" => i64::from(i32::MAX),
        _ => i64::MAX,
    };
    let mut unless = |words: &str, name: &str, usual: i64| {
        if int(name) != usual {
            options.push(format!("{words} {}", int(name)));
        }
    };
    unless("INCREMENT BY", "identity_increment", 1);
    if increment > 0 {
        unless("MINVALUE", "identity_min", 1);
        unless("MAXVALUE", "identity_max", usual_max);
        unless("START WITH", "identity_start", 1);
    } else {
        unless("MINVALUE", "identity_min", 0);
        unless("MAXVALUE", "identity_max", 0);
        unless("START WITH", "identity_start", 0);
    }
    unless("CACHE", "identity_cache", 1);
    if fact.flag("identity_cycle") {
        options.push("CYCLE".to_owned());
    }
    let options = if options.is_empty() { String::new() } else { format!(" ({})", options.join(" ")) };
    format!("GENERATED {} AS IDENTITY{options}", fact.text("identity").to_uppercase())
}

/// ALTER COLUMN for each attribute that differs.
pub(super) fn alter(
    context: &mut Context<'_>,
    identity: &Identity,
    attributes: &BTreeMap<&'static str, Transition>,
) {
    let (Some(parent), Some(want)) = (identity.parent.as_deref(), context.want.get(identity).cloned()) else {
        return;
    };
    let own = quote_ident(&identity.name.name);
    if parent.kind == Kind::Composite {
        let collation = want.get("collation").map(|name| format!(" COLLATE {name}")).unwrap_or_default();
        let statement = format!(
            "ALTER TYPE {} ALTER ATTRIBUTE {own} TYPE {}{collation};",
            parent.name.sql(),
            want.text("type")
        );
        return context.say(Phase::Types, statement);
    }
    let table = name::object(parent);
    if attributes.get("generated").is_some_and(|generated| generated.to.is_some()) {
        context.say(Phase::DropColumns, format!("ALTER {table} DROP COLUMN {own};"));
        let definition = definition(context, identity, &want);
        return context.say(Phase::Columns, format!("ALTER {table} ADD COLUMN {definition};"));
    }
    let mut clauses = Vec::new();
    if attributes.contains_key("generated") {
        clauses.push("DROP EXPRESSION".to_owned());
        clauses
            .extend(default_of(context.want, identity).map(|expression| format!("SET DEFAULT {expression}")));
    }
    if attributes.contains_key("type") || attributes.contains_key("collation") {
        let collation = want.get("collation").map(|name| format!(" COLLATE {name}")).unwrap_or_default();
        clauses.push(format!("TYPE {0}{collation} USING {own}::{0}", want.text("type")));
    }
    let whole_identity =
        attributes.get("identity").is_some_and(|identity| identity.from.is_none() || identity.to.is_none());
    // An identity column must be NOT NULL before, and stop being one before it may be nullable.
    if whole_identity && want.get("identity").is_none() {
        clauses.push("DROP IDENTITY".to_owned());
    }
    let not_null_details = ["not_null_name", "not_null_no_inherit", "not_null_not_valid"];
    if attributes.contains_key("not_null")
        || not_null_details.iter().any(|name| attributes.contains_key(name))
    {
        not_null(context, &table, &own, identity, &want, &mut clauses);
    }
    for (name, transition) in attributes {
        clauses.extend(clause(name, transition, &want, identity, whole_identity));
    }
    for clause in clauses {
        context.say(Phase::Alter, format!("ALTER {table} ALTER COLUMN {own} {clause};"));
    }
    if attributes.contains_key("foreign_options") || attributes.contains_key("also_local") {
        context.give_up(identity, "its foreign options or inheritance differ; no statement is offered");
    }
}

fn not_null(
    context: &mut Context<'_>,
    table: &str,
    own: &str,
    identity: &Identity,
    want: &Fact,
    clauses: &mut Vec<String>,
) {
    let had = context.have.get(identity).is_some_and(|fact| fact.flag("not_null"));
    if had {
        clauses.push("DROP NOT NULL".to_owned());
    }
    if !want.flag("not_null") {
        return;
    }
    let special = ["not_null_name", "not_null_no_inherit", "not_null_not_valid"];
    if special.iter().all(|name| want.get(name).is_none()) {
        return clauses.push("SET NOT NULL".to_owned());
    }
    let name =
        want.get("not_null_name").map(|name| format!("CONSTRAINT {} ", quote_ident(&name.to_string())));
    let no_inherit = if want.flag("not_null_no_inherit") { " NO INHERIT" } else { "" };
    let not_valid = if want.flag("not_null_not_valid") { " NOT VALID" } else { "" };
    let statement =
        format!("ALTER {table} ADD {}NOT NULL {own}{no_inherit}{not_valid};", name.unwrap_or_default());
    context.say(Phase::Constraints, statement);
}

fn clause(
    name: &str,
    transition: &Transition,
    want: &Fact,
    identity: &Identity,
    whole_identity: bool,
) -> Vec<String> {
    let to = transition.to.as_ref().map(Value::to_string);
    match (name, to) {
        ("identity", Some(_)) if whole_identity => vec![format!("ADD {}", identity_clause(identity, want))],
        ("identity", Some(how)) => vec![format!("SET GENERATED {}", how.to_uppercase())],
        ("identity_cycle", to) if !whole_identity => {
            vec![if to.is_some() { "SET CYCLE" } else { "SET NO CYCLE" }.to_owned()]
        }
        (name, Some(value)) if name.starts_with("identity_") && !whole_identity => {
            let words = match name {
                "identity_start" => "START WITH",
                "identity_increment" => "INCREMENT BY",
                "identity_min" => "MINVALUE",
                "identity_max" => "MAXVALUE",
                "identity_cache" => "CACHE",
                _ => return Vec::new(),
            };
            vec![format!("SET {words} {value}")]
        }
        ("storage", value) => {
            vec![format!("SET STORAGE {}", value.unwrap_or_else(|| usual_storage(want.text("type"))))]
        }
        ("compression", value) => vec![format!("SET COMPRESSION {}", value.unwrap_or("default".to_owned()))],
        ("statistics_target", value) => vec![format!("SET STATISTICS {}", value.unwrap_or("-1".to_owned()))],
        ("options", _) => super::table::options(transition),
        _ => Vec::new(),
    }
}

/// `typstorage` of the types that have a choice: SET STORAGE DEFAULT came with version 16 only.
fn usual_storage(of: &str) -> String {
    let main = ["numeric", "inet", "cidr"].iter().any(|name| of.starts_with(name) && !of.ends_with("[]"));
    if main { "main" } else { "extended" }.to_owned()
}
