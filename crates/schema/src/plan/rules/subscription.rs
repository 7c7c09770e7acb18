//! Subscriptions: altered, never made or dropped. Both reach out to another server, and making one takes a password.

use super::{Changed, Way};
use crate::fact::{Fact, Value};
use crate::identity::Identity;
use crate::plan::{Hazard, Statement, name};
use crate::quote::{quote_ident, quote_literal};

/// Why none is made.
pub(super) const CREATE: &str = "its connection string holds a password and is not read; \
     run CREATE SUBSCRIPTION by hand in each environment, where it makes a slot on the publisher";

/// Why none is dropped.
pub(super) const DROP: &str = "dropping it drops a slot on the publisher, which no rollback brings back; \
     run DROP SUBSCRIPTION by hand in each environment";

pub(super) fn alter(identity: &Identity, to: &Fact, changed: &Changed) -> Way {
    let subscription = name::object(identity);
    let mut options = Vec::new();
    let mut statements = Vec::new();
    for name in changed.keys() {
        match *name {
            "enabled" => {}
            "binary" => options.push(format!("binary = {}", to.flag("binary"))),
            "disable_on_error" | "run_as_owner" => options.push(format!("{name} = {}", to.flag(name))),
            "password_required" => options.push(format!("{name} = {}", to.get(name).is_none())),
            "streaming" | "origin" => {
                let usual = if *name == "streaming" { "off" } else { "any" };
                let value = to.get(name).map_or(usual.to_owned(), Value::to_string);
                options.push(format!("{name} = {}", quote_literal(&value)));
            }
            "synchronous_commit" => {
                let value = to.get("synchronous_commit").map_or("off".to_owned(), Value::to_string);
                options.push(format!("synchronous_commit = {}", quote_literal(&value)));
            }
            "slot" => {
                let slot = to.get("slot").map(Value::to_string);
                let slot = slot.map_or("NONE".to_owned(), |slot| quote_literal(&slot));
                options.push(format!("slot_name = {slot}"));
            }
            "publications" => {
                let list =
                    to.list("publications").iter().map(|it| quote_ident(it)).collect::<Vec<_>>().join(", ");
                let sql = format!("ALTER {subscription} SET PUBLICATION {list} WITH (refresh = false)");
                let why = format!("run ALTER {subscription} REFRESH PUBLICATION afterwards");
                statements.push(Statement::new(sql).hazard(Hazard::BreaksRunningCode { why }));
            }
            other => return Way::Refuse(format!("nothing alters its {}", other.replace('_', " "))),
        }
    }
    if !options.is_empty() {
        statements.push(Statement::new(format!("ALTER {subscription} SET ({})", options.join(", "))));
    }
    // A slot may only change while the subscription is disabled.
    if changed.contains_key("enabled") {
        let enable = to.flag("enabled");
        let sql = format!("ALTER {subscription} {}", if enable { "ENABLE" } else { "DISABLE" });
        statements.insert(if enable { statements.len() } else { 0 }, Statement::new(sql));
    }
    Way::InPlace(statements)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::Transition;

    #[test]
    fn a_slot_changes_while_the_subscription_is_disabled() {
        let subscription = Identity::global(crate::identity::Kind::Subscription, "Sub");
        let to = Fact {
            attributes: [("slot", Value::Text("a'b".to_owned())), ("enabled", Value::Bool(true))].into(),
            ..Fact::default()
        };
        let changed =
            ["slot", "enabled"].map(|name| (name, Transition { from: None, to: to.get(name).cloned() }));
        let Way::InPlace(statements) = alter(&subscription, &to, &changed.into()) else {
            panic!("it is altered in place")
        };
        let sql: Vec<&str> = statements.iter().map(|statement| &*statement.sql).collect();
        assert_eq!(
            sql,
            ["ALTER SUBSCRIPTION \"Sub\" SET (slot_name = 'a''b')", "ALTER SUBSCRIPTION \"Sub\" ENABLE"]
        );
    }
}
