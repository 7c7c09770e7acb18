//! Triggers and policies: what hangs on a table and says what happens to its rows.

use super::{Changed, Way};
use crate::fact::Fact;
use crate::identity::{Identity, Kind};
use crate::plan::{Context, Statement, name};
use crate::quote::{quote_ident, quote_literal};

/// CREATE OR REPLACE TRIGGER; a constraint trigger cannot be replaced.
pub(super) fn create(context: &Context<'_>, identity: &Identity, fact: &Fact) -> Vec<Statement> {
    if fact.inherited_from.is_some() {
        return vec![enabled(identity, fact.text("enabled"))];
    }
    let definition = fact.text("definition");
    let mut statements =
        vec![if definition.starts_with("CREATE CONSTRAINT") || is_cloned(context, identity) {
            Statement::new(definition).when(missing("pg_trigger", "tgrelid", "tgname", identity))
        } else {
            Statement::new(definition.replacen("CREATE TRIGGER", "CREATE OR REPLACE TRIGGER", 1))
        }];
    if fact.get("enabled").is_some() {
        statements.push(enabled(identity, fact.text("enabled")));
    }
    statements
}

/// Whether partitions have clones of the trigger, over which Postgres does not replace it.
fn is_cloned(context: &Context<'_>, identity: &Identity) -> bool {
    identity
        .parent
        .as_deref()
        .and_then(|table| context.to.get(table))
        .is_some_and(|table| table.get("partition_key").is_some())
}

/// Replaced in place, or switched on and off.
pub(super) fn alter(context: &Context<'_>, identity: &Identity, to: &Fact, changed: &Changed) -> Way {
    if changed.keys().all(|name| *name == "enabled") {
        return Way::InPlace(vec![enabled(identity, to.text("enabled"))]);
    }
    let replaceable = !to.text("definition").starts_with("CREATE CONSTRAINT")
        && changed.keys().all(|name| ["definition", "enabled"].contains(name));
    let was_constraint = changed.get("definition").is_some_and(|definition| {
        definition.from.as_ref().is_some_and(|text| text.to_string().starts_with("CREATE CONSTRAINT"))
    });
    if !replaceable || was_constraint || is_cloned(context, identity) {
        return Way::Replace;
    }
    let mut statements = create(context, identity, to);
    if changed.contains_key("enabled") && to.get("enabled").is_none() {
        statements.push(enabled(identity, ""));
    }
    Way::InPlace(statements)
}

/// ENABLE and DISABLE; the empty state is the usual one.
pub(super) fn enabled(identity: &Identity, state: &str) -> Statement {
    let verb = match state {
        "disabled" => "DISABLE",
        "enabled for replicas only" => "ENABLE REPLICA",
        "always enabled" => "ENABLE ALWAYS",
        _ => "ENABLE",
    };
    let table = identity.parent.as_deref().map(|parent| parent.name.sql()).unwrap_or_default();
    let only = if identity.parent.as_deref().is_some_and(|parent| parent.kind == Kind::Table) {
        "ONLY "
    } else {
        ""
    };
    // ALTER TABLE takes views too. ONLY: the partitions' triggers have a state of their own.
    Statement::new(format!("ALTER TABLE {only}{table} {verb} TRIGGER {}", quote_ident(&identity.name.name)))
}

/// DROP TRIGGER, DROP POLICY.
pub(super) fn drop(context: &Context<'_>, identity: &Identity) -> Vec<Statement> {
    let (verb, object) =
        (if identity.kind == Kind::Policy { "POLICY" } else { "TRIGGER" }, name::object(identity));
    let drop = Statement::new(format!("DROP {}", object.replacen(verb, &format!("{verb} IF EXISTS"), 1)));
    // When the plan runs again, the one of this name is the clone of the parent's, and stays.
    if context.to.get(identity).is_some_and(|fact| fact.inherited_from.is_some()) {
        let table = identity.parent.as_deref().map(|parent| parent.name.sql()).unwrap_or_default();
        return vec![drop.when(format!(
            "EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgrelid = pg_catalog.to_regclass({}) AND tgname = {} AND tgparentid = 0)",
            quote_literal(&table),
            quote_literal(&identity.name.name)
        ))];
    }
    vec![drop]
}

/// CREATE POLICY.
pub(super) fn create_policy(identity: &Identity, fact: &Fact) -> Vec<Statement> {
    let restrictive = if fact.flag("restrictive") { " AS RESTRICTIVE" } else { "" };
    let mut sql = format!(
        "CREATE {}{restrictive} FOR {} TO {}",
        name::object(identity),
        fact.text("command").to_uppercase(),
        roles(fact)
    );
    sql += &expressions(fact, &["using", "with_check"]);
    vec![Statement::new(sql).when(missing("pg_policy", "polrelid", "polname", identity))]
}

/// ALTER POLICY takes other roles and other expressions, but cannot take one away.
pub(super) fn alter_policy(_context: &Context<'_>, identity: &Identity, to: &Fact, changed: &Changed) -> Way {
    let alterable = changed.iter().all(|(name, transition)| match *name {
        "roles" => true,
        "using" | "with_check" => transition.to.is_some(),
        _ => false,
    });
    if !alterable {
        return Way::Replace;
    }
    let mut sql = format!("ALTER {}", name::object(identity));
    if changed.contains_key("roles") {
        sql += &format!(" TO {}", roles(to));
    }
    let names: Vec<&str> =
        ["using", "with_check"].into_iter().filter(|name| changed.contains_key(name)).collect();
    sql += &expressions(to, &names);
    Way::InPlace(vec![Statement::new(sql)])
}

fn roles(fact: &Fact) -> String {
    let role = |name: &String| if name == "public" { "PUBLIC".to_owned() } else { quote_ident(name) };
    fact.list("roles").iter().map(role).collect::<Vec<_>>().join(", ")
}

fn expressions(fact: &Fact, names: &[&str]) -> String {
    let mut sql = String::new();
    for name in names {
        if let Some(expression) = fact.get(name) {
            let words = if *name == "using" { "USING" } else { "WITH CHECK" };
            let expression = expression.to_string();
            sql += &match is_in_parentheses(&expression) {
                true => format!("\n    {words} {expression}"),
                false => format!("\n    {words} ({expression})"),
            };
        }
    }
    sql
}

/// Whether the first parenthesis is closed by the last one; what stands in quotes is taken as open, to be sure.
fn is_in_parentheses(expression: &str) -> bool {
    let mut depth = 0;
    let plain = !expression.contains(['\'', '"']) && expression.starts_with('(');
    plain
        && expression.char_indices().all(|(at, c)| {
            depth += match c {
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
            depth > 0 || at + 1 == expression.len()
        })
}

fn missing(catalog: &str, relation: &str, name: &str, identity: &Identity) -> String {
    let table = identity.parent.as_deref().map(|parent| parent.name.sql()).unwrap_or_default();
    format!(
        "NOT EXISTS (SELECT FROM pg_catalog.{catalog} WHERE {relation} = pg_catalog.to_regclass({}) AND {name} = {})",
        quote_literal(&table),
        quote_literal(&identity.name.name)
    )
}
