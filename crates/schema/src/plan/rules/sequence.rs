//! Sequences.

use super::{Changed, Way};
use crate::fact::{Fact, Value};
use crate::identity::Identity;
use crate::plan::{Context, Hazard, Statement};
use crate::quote::quote_ident;

/// CREATE SEQUENCE; its owner comes later.
pub(super) fn create(identity: &Identity, fact: &Fact) -> Vec<Statement> {
    let unlogged = if fact.flag("unlogged") { "UNLOGGED " } else { "" };
    let sql =
        format!("CREATE {unlogged}SEQUENCE IF NOT EXISTS {}{}", identity.name.sql(), options(fact, false));
    vec![Statement::new(sql)]
}

/// ALTER SEQUENCE.
pub(super) fn alter(identity: &Identity, to: &Fact, changed: &Changed) -> Way {
    let name = identity.name.sql();
    let mut statements = Vec::new();
    if changed.keys().any(|name| !["owned_by", "unlogged"].contains(name)) {
        let options = options(to, true);
        let bounds = [to.get("min"), to.get("max")];
        // Where it stands must be within its bounds, or Postgres takes none of them.
        if let ([Some(min), Some(max)], true) =
            (bounds, changed.contains_key("min") || changed.contains_key("max"))
        {
            let start = to.get("start").unwrap_or(min);
            statements.push(
                Statement::new(format!("ALTER SEQUENCE {name}{options} RESTART WITH {start}"))
                    .when(format!("(SELECT last_value NOT BETWEEN {min} AND {max} FROM {name})")),
            );
        }
        statements.push(Statement::new(format!("ALTER SEQUENCE {name}{options}")));
    }
    if let Some(unlogged) = changed.get("unlogged") {
        let state = if unlogged.to.is_some() { "UNLOGGED" } else { "LOGGED" };
        statements.push(Statement::new(format!("ALTER SEQUENCE {name} SET {state}")));
    }
    Way::InPlace(statements)
}

/// What differs from what Postgres chooses by itself, or everything.
fn options(fact: &Fact, all: bool) -> String {
    let int = |name: &str| match fact.get(name) {
        Some(Value::Int(value)) => *value,
        _ => 0,
    };
    let of = fact.text("type");
    let (lowest, highest) = match of {
        "smallint" => (i64::from(i16::MIN), i64::from(i16::MAX)),
        "integer" => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    let rising = int("increment") > 0;
    let (min, max) = if rising { (1, highest) } else { (lowest, -1) };
    let start = if rising { int("min") } else { int("max") };
    let mut options = String::new();
    if all || of != "bigint" {
        options += &format!(" AS {of}");
    }
    let usual = [
        ("INCREMENT BY", "increment", 1),
        ("MINVALUE", "min", min),
        ("MAXVALUE", "max", max),
        ("START WITH", "start", start),
        ("CACHE", "cache", 1),
    ];
    for (words, name, usual) in usual {
        if all || int(name) != usual {
            options += &format!(" {words} {}", int(name));
        }
    }
    match (fact.flag("cycle"), all) {
        (true, _) => options += " CYCLE",
        (false, true) => options += " NO CYCLE",
        (false, false) => {}
    }
    options
}

/// OWNED BY its column, or by none.
pub(super) fn own(identity: &Identity, column: Option<&Value>) -> Vec<Statement> {
    let column = column.map_or("NONE".to_owned(), Value::to_string);
    vec![Statement::new(format!("ALTER SEQUENCE IF EXISTS {} OWNED BY {column}", identity.name.sql()))]
}

/// OWNED BY its column: Postgres wants the sequence and the column's table to have one owner.
pub(super) fn give(context: &Context<'_>, identity: &Identity, to: &Fact) -> Vec<Statement> {
    let (role, table) = (to.text("owner"), to.owned_by.as_ref().map(Identity::root));
    let owner_differs =
        context.from.get(identity).map_or(context.from.role(), |from| Some(from.text("owner"))) != Some(role);
    let mut statements = Vec::new();
    if owner_differs && !role.is_empty() && table.is_some_and(|table| !context.is_made(table)) {
        let name = identity.name.sql();
        statements.push(Statement::new(format!("ALTER SEQUENCE {name} OWNER TO {}", quote_ident(role))));
    }
    statements.extend(own(identity, to.get("owned_by")));
    statements
}

/// DROP SEQUENCE, with its position.
pub(super) fn drop(identity: &Identity) -> Vec<Statement> {
    let statement = Statement::new(format!("DROP SEQUENCE IF EXISTS {}", identity.name.sql()));
    vec![statement.hazard(Hazard::DataLoss { what: identity.clone() })]
}
