//! Extended statistics.

use super::{Changed, Way, owner};
use crate::fact::{Fact, Value};
use crate::identity::Identity;
use crate::plan::{Context, Statement, name};

pub(super) fn create(identity: &Identity, fact: &Fact) -> Vec<Statement> {
    let definition = fact.text("definition").trim_end_matches(';');
    let definition = definition.replacen("CREATE STATISTICS", "CREATE STATISTICS IF NOT EXISTS", 1);
    let mut statements = vec![Statement::new(definition)];
    statements.extend(fact.get("statistics_target").map(|target| set(identity, Some(target))));
    statements
}

/// The owner and the target, which are no part of the definition.
pub(super) fn forgotten(context: &Context<'_>, identity: &Identity, fact: &Fact) -> Vec<Statement> {
    let mut statements: Vec<Statement> =
        fact.get("statistics_target").map(|target| set(identity, Some(target))).into_iter().collect();
    if Some(fact.text("owner")) != context.from.role() {
        statements.extend(owner::set_owner(context, identity, false));
    }
    statements
}

fn set(identity: &Identity, target: Option<&Value>) -> Statement {
    let target = target.map_or("-1".to_owned(), Value::to_string);
    Statement::new(format!("ALTER {} SET STATISTICS {target}", name::object(identity)))
}

pub(super) fn alter(identity: &Identity, to: &Fact, changed: &Changed) -> Way {
    if changed.keys().any(|name| *name != "statistics_target") {
        return Way::Replace;
    }
    Way::InPlace(vec![set(identity, to.get("statistics_target"))])
}
