//! Tables: CREATE, and what ALTER TABLE can do to the whole of one.

use std::collections::BTreeMap;

use super::{Context, Phase, column, name};
use crate::compare::Transition;
use crate::fact::{COLUMN_ORDER, Fact, Value};
use crate::identity::{Identity, Kind};
use crate::quote::{quote_ident, quote_literal};

/// CREATE TABLE with its columns; constraints, indexes and the rest are facts and statements of their own.
pub(super) fn create(context: &mut Context<'_>, identity: &Identity, fact: &Fact) {
    let name = identity.name.sql();
    let unlogged = if fact.flag("unlogged") { "UNLOGGED " } else { "" };
    let parents = fact.list("parents").join(", ");
    let mut sql = if let Some(bound) = fact.get("partition_bound") {
        format!("CREATE {unlogged}TABLE {name} PARTITION OF {parents} {bound}")
    } else if let Some(of) = fact.get("of_type") {
        format!("CREATE {unlogged}TABLE {name} OF {of}")
    } else {
        let kind = if identity.kind == Kind::ForeignTable { "FOREIGN TABLE" } else { "TABLE" };
        let columns = columns(context, identity, fact);
        let inherits = if parents.is_empty() { String::new() } else { format!(" INHERITS ({parents})") };
        format!("CREATE {unlogged}{kind} {name} ({}\n){inherits}", columns.join(","))
    };
    if let Some(key) = fact.get("partition_key") {
        sql += &format!(" PARTITION BY {key}");
    }
    if let Some(method) = fact.get("access_method") {
        sql += &format!(" USING {}", quote_ident(&method.to_string()));
    }
    if let Some(server) = fact.get("server") {
        sql += &format!(" SERVER {}", quote_ident(&server.to_string()));
    }
    let options = fact.list("options").iter().filter_map(|option| option.split_once('='));
    let options: Vec<String> =
        options.map(|(key, value)| format!("{key} = {}", quote_literal(value))).collect();
    if !options.is_empty() {
        sql += &format!(" WITH ({})", options.join(", "));
    }
    if let Some(space) = fact.get("tablespace") {
        sql += &format!(" TABLESPACE {}", quote_ident(&space.to_string()));
    }
    context.say(Phase::Tables, format!("{sql};"));
    let rest = ["row_security", "force_row_security", "replica_identity"];
    let rest = rest
        .iter()
        .filter_map(|name| Some((*name, Transition { from: None, to: Some(fact.get(name)?.clone()) })));
    alter(context, identity, &rest.collect());
}

fn columns(context: &Context<'_>, identity: &Identity, fact: &Fact) -> Vec<String> {
    let table = std::sync::Arc::new(identity.clone());
    let columns = fact.list(COLUMN_ORDER).iter().filter_map(|name| {
        let column = Identity::child(Kind::Column, table.clone(), name);
        let fact = context.want.get(&column).filter(|fact| fact.inherited_from.is_none())?;
        Some(format!("\n    {}", column::definition(context, &column, fact)))
    });
    columns.collect()
}

/// SET and RESET of `key=value` options, as clauses of an ALTER.
pub(super) fn options(transition: &Transition) -> Vec<String> {
    let list = |value: &Option<Value>| -> BTreeMap<String, String> {
        let Some(Value::List(entries)) = value else { return BTreeMap::new() };
        let pair =
            |entry: &String| entry.split_once('=').map(|(key, value)| (key.to_owned(), value.to_owned()));
        entries.iter().filter_map(pair).collect()
    };
    let (from, to) = (list(&transition.from), list(&transition.to));
    let set: Vec<String> = to
        .iter()
        .filter(|(key, value)| from.get(*key) != Some(value))
        .map(|(key, value)| format!("{key} = {}", quote_literal(value)))
        .collect();
    let reset: Vec<&str> = from.keys().filter(|key| !to.contains_key(*key)).map(String::as_str).collect();
    let mut clauses = Vec::new();
    if !set.is_empty() {
        clauses.push(format!("SET ({})", set.join(", ")));
    }
    if !reset.is_empty() {
        clauses.push(format!("RESET ({})", reset.join(", ")));
    }
    clauses
}

/// What can be altered of a table, a view or a materialized view as a whole.
pub(super) fn alter(
    context: &mut Context<'_>,
    identity: &Identity,
    attributes: &BTreeMap<&'static str, Transition>,
) {
    let object = name::object(identity);
    let mut clauses = Vec::new();
    for (name, transition) in attributes {
        let to = transition.to.as_ref();
        let flag = to.is_some();
        match *name {
            "unlogged" => clauses.push(if flag { "SET UNLOGGED" } else { "SET LOGGED" }.to_owned()),
            "row_security" => {
                clauses.push(format!("{} ROW LEVEL SECURITY", if flag { "ENABLE" } else { "DISABLE" }));
            }
            "force_row_security" => {
                clauses.push(format!("{} ROW LEVEL SECURITY", if flag { "FORCE" } else { "NO FORCE" }));
            }
            "options" => clauses.extend(options(transition)),
            "tablespace" => {
                let space = to.map_or("pg_default".to_owned(), |space| quote_ident(&space.to_string()));
                clauses.push(format!("SET TABLESPACE {space}"));
            }
            // Identity by an index is set along with that index.
            "replica_identity" => match to.map(Value::to_string).as_deref() {
                Some("index") => {}
                other => {
                    clauses.push(format!("REPLICA IDENTITY {}", other.unwrap_or("default").to_uppercase()))
                }
            },
            "parents" | "partition_bound" => {}
            "owner" | COLUMN_ORDER => {}
            other => context.give_up(identity, &format!("its {} cannot be altered", other.replace('_', " "))),
        }
    }
    for clause in clauses {
        context.say(Phase::Alter, format!("ALTER {object} {clause};"));
    }
    if attributes.contains_key("parents") || attributes.contains_key("partition_bound") {
        parents(context, identity);
    }
}

fn parents(context: &mut Context<'_>, identity: &Identity) {
    let object = name::object(identity);
    let own = identity.name.sql();
    if let Some(have) = context.have.get(identity).cloned() {
        for parent in have.list("parents") {
            let statement = match have.get("partition_bound") {
                Some(_) => format!("ALTER TABLE {parent} DETACH PARTITION {own};"),
                None => format!("ALTER {object} NO INHERIT {parent};"),
            };
            context.say(Phase::DropColumns, statement);
        }
    }
    if let Some(want) = context.want.get(identity).cloned() {
        for parent in want.list("parents") {
            let statement = match want.get("partition_bound") {
                Some(bound) => format!("ALTER TABLE {parent} ATTACH PARTITION {own} {bound};"),
                None => format!("ALTER {object} INHERIT {parent};"),
            };
            context.say(Phase::Tables, statement);
        }
    }
}
