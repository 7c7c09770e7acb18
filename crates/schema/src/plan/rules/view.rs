//! Views and materialized views.

use super::{Changed, Way, options, table};
use crate::fact::{Fact, Value};
use crate::identity::{Identity, Kind};
use crate::plan::{Statement, name};
use crate::quote::quote_ident;

/// CREATE, with all options.
pub(super) fn create(identity: &Identity, fact: &Fact) -> Vec<Statement> {
    let options = table::listed_options(options::in_order(fact)).join(", ");
    let with = if options.is_empty() { String::new() } else { format!(" WITH ({options})") };
    let name = identity.name.sql();
    let definition = fact.text("definition").trim_end().trim_end_matches(';');
    let definition = &with_values(definition);
    if identity.kind == Kind::View {
        if let Some((columns, values)) = named_values(definition) {
            let columns = columns.join(", ");
            return vec![Statement::new(format!(
                "CREATE OR REPLACE VIEW {name} ({columns}){with} AS\n{values}"
            ))];
        }
        return vec![Statement::new(format!("CREATE OR REPLACE VIEW {name}{with} AS\n{definition}"))];
    }
    let method =
        fact.get("access_method").map(|method| format!(" USING {}", quote_ident(&method.to_string())));
    let space =
        fact.get("tablespace").map(|space| format!(" TABLESPACE {}", quote_ident(&space.to_string())));
    let (method, space) = (method.unwrap_or_default(), space.unwrap_or_default());
    let sql = format!("CREATE MATERIALIZED VIEW IF NOT EXISTS {name}{method}{with}{space} AS\n{definition}");
    vec![Statement::new(sql)]
}

/// The columns and the list of `CREATE VIEW v (a, b) AS VALUES …`, which Postgres shows as a query of its own making; as
/// that it would be kept otherwise.
fn named_values(definition: &str) -> Option<(Vec<String>, String)> {
    let (selected, rest) =
        definition.trim_start().strip_prefix("SELECT ")?.split_once("\n   FROM (VALUES ")?;
    let values = rest.strip_suffix(") \"*VALUES*\"")?;
    let columns: Option<Vec<String>> = selected
        .split(",\n")
        .zip(1..)
        .map(|(item, number)| {
            let item = item.trim();
            let item = item.strip_prefix("\"*VALUES*\".").unwrap_or(item);
            let rest = item.strip_prefix(&format!("column{number}"))?;
            let name = if rest.is_empty() { item } else { rest.strip_prefix(" AS ")? };
            Some(name.to_owned())
        })
        .collect();
    Some((columns?, format!("VALUES {values}")))
}

/// `… UNION VALUES (1)`, which Postgres shows as a query of its own making where the view gives its columns other names.
fn with_values(definition: &str) -> String {
    const FROM: &str = "\n   FROM (VALUES ";
    const SELECT: &str = " SELECT \"*VALUES*\".column1";
    let mut out = String::with_capacity(definition.len());
    let mut rest = definition;
    while let Some(from) = rest.find(FROM) {
        let (before, values) = rest.split_at(from);
        let start = before.rfind(SELECT).filter(|start| {
            let follows = before[..*start].trim_end().rsplit(char::is_whitespace).next().unwrap_or_default();
            let items = before[start + " SELECT ".len()..].split(",\n").map(str::trim);
            ["UNION", "ALL", "INTERSECT", "EXCEPT"].contains(&follows)
                && items.zip(1..).all(|(item, number)| {
                    let rest = item.strip_prefix(&format!("\"*VALUES*\".column{number}"));
                    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(" AS "))
                })
        });
        let values = &values[FROM.len()..];
        let (Some(start), Some(end)) = (start, values.find(") \"*VALUES*\"")) else {
            out += &rest[..from + FROM.len()];
            rest = values;
            continue;
        };
        out += &before[..start];
        out += " VALUES ";
        out += &values[..end];
        rest = &values[end + ") \"*VALUES*\"".len()..];
    }
    out + rest
}

/// CREATE OR REPLACE VIEW where the columns only grow at the end; a materialized view cannot be replaced in place.
pub(super) fn alter(identity: &Identity, from: &Fact, to: &Fact, changed: &Changed) -> Way {
    if changed.contains_key("definition") {
        if identity.kind == Kind::MaterializedView || !grows(from, to) {
            return Way::Replace;
        }
        let rest: Changed = changed
            .iter()
            .filter(|(name, _)| !["definition", "options"].contains(name))
            .map(|(name, transition)| (*name, transition.clone()))
            .collect();
        return match table::alter(identity, from, to, &rest) {
            Way::InPlace(more) => Way::InPlace(create(identity, to).into_iter().chain(more).collect()),
            other => other,
        };
    }
    table::alter(identity, from, to, changed)
}

/// Whether the old columns are the first of the new ones, with names and types as they were.
fn grows(from: &Fact, to: &Fact) -> bool {
    let columns = |fact: &Fact| match fact.derived.get("columns") {
        Some(Value::List(columns)) => Some(columns.clone()),
        _ => None,
    };
    match (columns(from), columns(to)) {
        (Some(from), Some(to)) => to.starts_with(&from),
        _ => false,
    }
}

/// DROP VIEW, DROP MATERIALIZED VIEW.
pub(super) fn drop(identity: &Identity) -> Vec<Statement> {
    let object = name::object(identity);
    let verb = if identity.kind == Kind::View { "VIEW" } else { "MATERIALIZED VIEW" };
    vec![Statement::new(format!("DROP {}", object.replacen(verb, &format!("{verb} IF EXISTS"), 1)))]
}
