//! Operators.

use super::{Changed, Way, guard};
use crate::fact::{Fact, Value};
use crate::identity::{Identity, Kind};
use crate::plan::{Context, Hazard, Statement, name};
use crate::quote::quote_literal;

/// A shell, which is only ever the other half of an operator that is still to be made, comes with the first half.
pub(super) fn create(identity: &Identity, fact: &Fact) -> Vec<Statement> {
    let function = fact.text("function");
    if function.is_empty() {
        return Vec::new();
    }
    let mut options = vec![format!("FUNCTION = {}", guard::without_arguments(function))];
    let arguments = identity.arguments.as_deref().unwrap_or_default();
    for (word, argument) in ["LEFTARG", "RIGHTARG"].iter().zip(split_arguments(arguments)) {
        if argument != "NONE" {
            options.push(format!("{word} = {argument}"));
        }
    }
    for (word, attribute) in [("COMMUTATOR", "commutator"), ("NEGATOR", "negator")] {
        options
            .extend(fact.get(attribute).map(|it| format!("{word} = {}", guard::operator(&it.to_string()))));
    }
    for (word, attribute) in [("RESTRICT", "restrict"), ("JOIN", "join")] {
        options.extend(fact.get(attribute).map(|function| format!("{word} = {function}")));
    }
    for (word, attribute) in [("HASHES", "hashes"), ("MERGES", "merges")] {
        options.extend(fact.flag(attribute).then(|| word.to_owned()));
    }
    let sql = format!("CREATE OPERATOR {} ({})", name::operator(identity), options.join(", "));
    let itself = quote_literal(&signature(identity));
    let guard = format!(
        "NOT EXISTS (SELECT FROM pg_catalog.pg_operator \
         WHERE oid = pg_catalog.to_regoperator({itself}) AND oprcode <> 0)"
    );
    vec![Statement::new(sql).when(guard)]
}

/// `integer, numeric(10,2)` → its parts; commas in parentheses and in quotes do not count.
pub(super) fn split_arguments(arguments: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut quoted) = (Vec::new(), 0, 0_i32, false);
    for (at, c) in arguments.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                parts.push(arguments[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(arguments[start..].trim());
    parts
}

/// As `regoperator` writes it: `public.@@(integer,text)`.
fn signature(identity: &Identity) -> String {
    let arguments = split_arguments(identity.arguments.as_deref().unwrap_or_default());
    format!("{}({})", name::operator(identity), arguments.join(","))
}

/// The estimators can always be set. The links to other operators, and whether it hashes and merges, only since 17, and
/// only where they are not yet; a link that comes or goes with the other operator needs nothing.
pub(super) fn alter(
    context: &Context<'_>,
    identity: &Identity,
    from: &Fact,
    to: &Fact,
    changed: &Changed,
) -> Way {
    if from.get("function").is_none() && to.get("function").is_some() {
        return Way::InPlace(create(identity, to));
    }
    let mut options = Vec::new();
    for (attribute, transition) in changed {
        match *attribute {
            "restrict" | "join" => {
                let function = transition.to.as_ref().map_or("NONE".to_owned(), Value::to_string);
                options.push(format!("{} = {function}", attribute.to_uppercase()));
            }
            "commutator" | "negator" => {
                if follows_other(context, transition) {
                    continue;
                }
                return Way::Replace;
            }
            _ => return Way::Replace,
        }
    }
    if options.is_empty() {
        return Way::InPlace(Vec::new());
    }
    let sql = format!("ALTER {} SET ({})", name::object(identity), options.join(", "));
    Way::InPlace(vec![Statement::new(sql)])
}

/// Whether the operator at the other end of a link is made or dropped by this plan, which sets or clears the link.
fn follows_other(context: &Context<'_>, link: &crate::compare::Transition) -> bool {
    let in_plan = |end: &Option<Value>, here: &crate::Catalog, there: &crate::Catalog| {
        let Some(end) = end else { return true };
        let end = end.to_string();
        let mut operators = here.facts().filter(|(identity, _)| identity.kind == Kind::Operator);
        operators.any(|(identity, _)| signature(identity) == end && there.get(identity).is_none())
    };
    in_plan(&link.from, context.from, context.to) && in_plan(&link.to, context.to, context.from)
}

pub(super) fn drop(identity: &Identity) -> Vec<Statement> {
    let object = name::object(identity);
    let sql = format!("DROP {}", object.replacen("OPERATOR ", "OPERATOR IF EXISTS ", 1));
    let why = format!("operator {} is gone", name::operator(identity));
    vec![Statement::new(sql).hazard(Hazard::BreaksRunningCode { why })]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_come_apart_at_their_own_commas() {
        assert_eq!(split_arguments(r#"NONE, "a,b", x(1,2)"#), ["NONE", r#""a,b""#, "x(1,2)"]);
    }
}
