//! Event triggers.

use super::rule::enabling;
use super::{Changed, Way, guard};
use crate::fact::Fact;
use crate::identity::Identity;
use crate::plan::{Statement, name};
use crate::quote::quote_literal;

pub(super) fn create(identity: &Identity, fact: &Fact) -> Vec<Statement> {
    let tags = fact.list("tags").iter().map(|tag| quote_literal(tag)).collect::<Vec<_>>().join(", ");
    let when = if tags.is_empty() { String::new() } else { format!(" WHEN TAG IN ({tags})") };
    let (own, event, function) = (name::object(identity), fact.text("event"), fact.text("function"));
    let sql = format!("CREATE {own} ON {event}{when} EXECUTE FUNCTION {function}()");
    let guard = guard::lacks_named("pg_event_trigger", "evtname", &identity.name.name);
    let mut statements = vec![Statement::new(sql).when(guard)];
    if fact.get("enabled").is_some() {
        statements.push(state(identity, fact));
    }
    statements
}

fn state(identity: &Identity, fact: &Fact) -> Statement {
    Statement::new(format!("ALTER {} {}", name::object(identity), enabling(fact.text("enabled"))))
}

pub(super) fn alter(identity: &Identity, to: &Fact, changed: &Changed) -> Way {
    if changed.keys().any(|name| *name != "enabled") {
        return Way::Replace;
    }
    Way::InPlace(vec![state(identity, to)])
}
