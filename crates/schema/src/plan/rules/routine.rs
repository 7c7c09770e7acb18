//! Functions and procedures.

use super::{Changed, Way};
use crate::fact::{Fact, Value};
use crate::identity::{Identity, Kind};
use crate::plan::{Statement, name};

/// CREATE OR REPLACE, as Postgres writes it.
pub(super) fn create(fact: &Fact) -> Result<Vec<Statement>, String> {
    let Some(creates) = &fact.creates else { return Err("Postgres does not say how it is made".to_owned()) };
    Ok(vec![Statement::new(creates.trim_end().trim_end_matches(';'))])
}

/// OR REPLACE keeps whatever needs the function, but takes no other result, no renamed argument and no default less.
pub(super) fn alter(from: &Fact, to: &Fact, changed: &Changed) -> Way {
    let shape = ["returns", "window"];
    if changed.keys().any(|name| shape.contains(name))
        || changed.contains_key("signature") && !callers_fit(from, to)
    {
        return Way::Replace;
    }
    match create(to) {
        Ok(statements) => Way::InPlace(statements),
        Err(why) => Way::Refuse(why),
    }
}

fn callers_fit(from: &Fact, to: &Fact) -> bool {
    let (Some(Value::List(were)), Some(Value::List(are))) =
        (from.derived.get("argument_names"), to.derived.get("argument_names"))
    else {
        return false;
    };
    let defaults = |fact: &Fact| match fact.derived.get("argument_defaults") {
        Some(Value::Int(count)) => *count,
        _ => 0,
    };
    let modes = |fact: &Fact| -> Vec<String> {
        fact.text("signature")
            .split(", ")
            .map(|argument| argument.split(' ').next().unwrap_or_default().to_owned())
            .filter(|word| ["OUT", "INOUT", "VARIADIC", "TABLE"].contains(&&**word))
            .collect()
    };
    // What comes out is part of the result, and never has a default.
    let results = |fact: &Fact| -> Vec<String> {
        let arguments = fact.text("signature").split(", ").filter(|argument| argument.starts_with("OUT "));
        arguments.map(str::to_owned).collect()
    };
    let same_names =
        were.len() == are.len() && were.iter().zip(are).all(|(was, is)| was.is_empty() || was == is);
    same_names && defaults(from) <= defaults(to) && modes(from) == modes(to) && results(from) == results(to)
}

/// DROP FUNCTION, DROP PROCEDURE.
pub(super) fn drop(identity: &Identity) -> Vec<Statement> {
    let verb = if identity.kind == Kind::Procedure { "PROCEDURE" } else { "FUNCTION" };
    let object = name::object(identity);
    vec![Statement::new(format!("DROP {}", object.replacen(verb, &format!("{verb} IF EXISTS"), 1)))]
}
