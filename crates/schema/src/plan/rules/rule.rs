//! Rules.

use super::{Changed, Way, guard};
use crate::fact::Fact;
use crate::identity::Identity;
use crate::plan::Statement;
use crate::quote::quote_ident;

pub(super) fn create(identity: &Identity, fact: &Fact) -> Vec<Statement> {
    let mut statements = vec![define(fact)];
    if fact.get("enabled").is_some() {
        statements.extend(state(identity, fact));
    }
    statements
}

fn define(fact: &Fact) -> Statement {
    let definition = fact.text("definition").trim_end().trim_end_matches(';');
    Statement::new(definition.replacen("CREATE RULE", "CREATE OR REPLACE RULE", 1))
}

/// ENABLE, DISABLE and so on.
fn state(identity: &Identity, fact: &Fact) -> Option<Statement> {
    let verb = enabling(fact.text("enabled"));
    let table = identity.parent.as_deref()?.name.sql();
    Some(Statement::new(format!("ALTER TABLE {table} {verb} RULE {}", quote_ident(&identity.name.name))))
}

/// The words for the states of triggers, rules and event triggers; the empty one is the usual one.
pub(super) fn enabling(state: &str) -> &'static str {
    match state {
        "disabled" => "DISABLE",
        "enabled for replicas only" => "ENABLE REPLICA",
        "always enabled" => "ENABLE ALWAYS",
        _ => "ENABLE",
    }
}

pub(super) fn alter(identity: &Identity, to: &Fact, changed: &Changed) -> Way {
    if let Some(refused) = guard::only(changed, &["definition", "enabled"]) {
        return refused;
    }
    let mut statements = Vec::new();
    if changed.contains_key("definition") {
        statements.push(define(to));
    }
    if changed.contains_key("enabled") {
        statements.extend(state(identity, to));
    }
    Way::InPlace(statements)
}
