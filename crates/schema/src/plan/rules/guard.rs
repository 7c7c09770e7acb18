//! Conditions under which a statement still has to run, and other small pieces of SQL.

use crate::compare::Transition;
use crate::fact::Value;
use crate::identity::Identity;
use crate::quote::{quote_ident, quote_literal};

use super::{Changed, Way};

/// `lacks("pg_collation", "coll", identity)`: the schema has no such object.
pub(super) fn lacks(catalog: &str, prefix: &str, identity: &Identity) -> String {
    format!("NOT {}", has(catalog, prefix, identity))
}

/// The schema has such an object.
pub(super) fn has(catalog: &str, prefix: &str, identity: &Identity) -> String {
    let schema = quote_literal(identity.name.schema.as_deref().unwrap_or_default());
    let name = quote_literal(&identity.name.name);
    format!(
        "EXISTS (SELECT FROM pg_catalog.{catalog} WHERE {prefix}name = {name} \
         AND {prefix}namespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = {schema}))"
    )
}

/// There is no object of this name in a catalog whose objects have no schema.
pub(super) fn lacks_named(catalog: &str, column: &str, name: &str) -> String {
    format!("NOT EXISTS (SELECT FROM pg_catalog.{catalog} WHERE {column} = {})", quote_literal(name))
}

/// `public.f(integer)` → `public.f`: the name of a function or operator without its arguments.
pub(super) fn without_arguments(signature: &str) -> &str {
    let mut quoted = false;
    let end = signature.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        *c == '(' && !quoted
    });
    end.map_or(signature, |(at, _)| &signature[..at])
}

/// `public.@@(a,b)` → `OPERATOR(public.@@)`, as a definition takes it. Without a schema it came with the server.
pub(super) fn operator(signature: &str) -> String {
    let name = without_arguments(signature);
    let bare = !name.starts_with('"') && name.chars().all(|c| !c.is_alphanumeric());
    if bare { format!("OPERATOR(pg_catalog.{name})") } else { format!("OPERATOR({name})") }
}

/// Refuses when something else differs than what the rule knows how to alter.
pub(super) fn only(changed: &Changed, known: &[&str]) -> Option<Way> {
    let other = changed.keys().find(|name| !known.contains(*name))?;
    Some(Way::Refuse(format!("nothing alters its {}", other.replace('_', " "))))
}

/// `key = value` entries as pairs.
fn pairs(list: Option<&Value>) -> Vec<(&str, &str)> {
    let Some(Value::List(entries)) = list else { return Vec::new() };
    entries.iter().filter_map(|entry| entry.split_once('=')).collect()
}

/// Whether the value of an option was too secret to be read.
fn is_hidden(value: &str) -> bool {
    value == "…"
}

/// `OPTIONS (key 'value')` of something foreign that is made; nothing if there are none.
///
/// # Errors
/// When a value is hidden.
pub(in crate::plan) fn new_options(options: Option<&Value>) -> Result<String, String> {
    let options = pairs(options);
    if let Some((key, _)) = options.iter().find(|(_, value)| is_hidden(value)) {
        return Err(hidden(key));
    }
    let list = options.iter().map(|(key, value)| format!("{} {}", quote_ident(key), quote_literal(value)));
    let list = list.collect::<Vec<_>>();
    Ok(if list.is_empty() { String::new() } else { format!(" OPTIONS ({})", list.join(", ")) })
}

fn hidden(key: &str) -> String {
    format!("the value of its option `{key}` may be a secret and is not read; write this statement by hand")
}

/// The changes of options of something foreign, as `OPTIONS` of an ALTER takes them, each with the condition under which
/// it still has to be made. `current` is the SQL expression of the present `text[]`.
///
/// # Errors
/// When a value that is to be set is hidden.
pub(in crate::plan) fn changed_options(
    transition: &Transition,
    current: &str,
) -> Result<Vec<(String, String)>, String> {
    let (from, to) = (pairs(transition.from.as_ref()), pairs(transition.to.as_ref()));
    let mut changes = Vec::new();
    for (key, _) in from.iter().filter(|(key, _)| !to.iter().any(|(other, _)| other == key)) {
        let held =
            format!("EXISTS (SELECT FROM unnest({current}) AS o WHERE starts_with(o, {}))", prefix(key));
        changes.push((format!("DROP {}", quote_ident(key)), held));
    }
    for (key, value) in &to {
        let before = from.iter().find(|(other, _)| other == key);
        if before.is_some_and(|(_, before)| before == value) {
            continue;
        }
        if is_hidden(value) {
            return Err(hidden(key));
        }
        let verb = if before.is_some() { "SET" } else { "ADD" };
        let entry = quote_literal(&format!("{key}={value}"));
        let lacked = format!("{entry} <> ALL (coalesce({current}, '{{}}'))");
        changes.push((format!("{verb} {} {}", quote_ident(key), quote_literal(value)), lacked));
    }
    Ok(changes)
}

fn prefix(key: &str) -> String {
    quote_literal(&format!("{key}="))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_off_their_arguments() {
        let cases = [("f(integer,text)", "f"), (r#"public."f(x"(a)"#, r#"public."f(x""#), ("f", "f")];
        for (signature, expected) in cases {
            assert_eq!(without_arguments(signature), expected);
        }
        assert_eq!(operator("<(integer,integer)"), "OPERATOR(pg_catalog.<)");
        assert_eq!(operator(r#""a b".<(integer,integer)"#), r#"OPERATOR("a b".<)"#);
    }
}
