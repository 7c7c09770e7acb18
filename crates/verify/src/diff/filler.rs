//! Values for a column that comes back with a rollback, must not be empty, and whose own values are gone.

use std::sync::Arc;

use meshhook_schema::plan::{Runs, Statement, Verb};
use meshhook_schema::quote::{quote_ident, quote_literal};
use meshhook_schema::{Catalog, Identity, Kind, Plan};

/// Lets `plan` bring back columns that must not be empty to tables with rows in them. `to` is where it leads.
pub(crate) fn fill(plan: &mut Plan, to: &Catalog) {
    for step in &mut plan.steps {
        if step.verb != Verb::Create || step.object.kind != Kind::Column {
            continue;
        }
        let Some(filler) = filler_of(to, &step.object) else { continue };
        let Some(table) = step.object.parent.as_deref() else { continue };
        let Some(at) = step.statements.iter().position(|one| one.sql.contains(" ADD COLUMN ")) else {
            continue;
        };
        step.statements[at].sql += &format!(" DEFAULT {filler}");
        let alter = if table.kind == Kind::ForeignTable { "FOREIGN TABLE" } else { "TABLE" };
        let column = quote_ident(&step.object.name.name);
        let drop = Statement {
            sql: format!("ALTER {alter} {} ALTER COLUMN {column} DROP DEFAULT", table.name.sql()),
            guard: None,
            hazards: Vec::new(),
            runs: Runs::InTransaction,
        };
        step.statements.insert(at + 1, drop);
        step.comment +=
            &format!("\nIts values are gone, and it must not be empty: rows that are there get {filler}.");
    }
}

/// What such a column gets: none where it may be empty or has a value of its own.
fn filler_of(to: &Catalog, column: &Identity) -> Option<String> {
    let fact = to.get(column)?;
    let own = Identity::child(Kind::Default, column.parent.clone()?, &column.name.name);
    let fills_itself = fact.get("identity").is_some() || fact.get("generated").is_some();
    if !fact.flag("not_null") || fills_itself || to.get(&own).is_some() || fact.inherited_from.is_some() {
        return None;
    }
    let name = fact.text("type");
    value(to, name).map(|value| format!("{}::{name}", quote_literal(&value).trim_start()))
}

/// The plainest value of a type.
fn value(to: &Catalog, name: &str) -> Option<String> {
    if name.ends_with("[]") {
        return Some("{}".to_owned());
    }
    let bare = name.split('(').next().unwrap_or(name).trim();
    let plain = match bare {
        "smallint" | "integer" | "bigint" | "numeric" | "real" | "double precision" | "money"
        | "interval" => "0",
        "text" | "character varying" | "character" | "bytea" | "\"char\"" | "name" | "tsvector" => "",
        "boolean" => "false",
        "uuid" => "00000000-0000-0000-0000-000000000000",
        "date" => "epoch",
        "json" | "jsonb" => "{}",
        "inet" | "cidr" => "0.0.0.0/0",
        _ if name.starts_with("timestamp") => "epoch",
        _ if name.starts_with("time") => "00:00",
        _ => return declared(to, bare),
    };
    Some(plain.to_owned())
}

/// The same of an enum, a domain or a range of the project.
fn declared(to: &Catalog, name: &str) -> Option<String> {
    let (parts, rest) = super::ident::qualified(name)?;
    let [schema, name] = parts.as_slice() else { return None };
    if !rest.is_empty() {
        return None;
    }
    let fact = |kind| to.get(&Identity::in_schema(kind, schema, name));
    if let Some(found) = fact(Kind::Enum) {
        return found.list("labels").first().cloned();
    }
    if fact(Kind::Range).is_some() {
        return Some("empty".to_owned());
    }
    let base: Arc<str> = fact(Kind::Domain)?.text("type").into();
    value(to, &base)
}
