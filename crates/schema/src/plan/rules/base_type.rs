//! Ranges, and base types with their shells.
//!
//! The functions of a base type (or the canonical function of a range) need the type, and the type needs them:
//! [`shell`] stands in for it, and dropping the type drops them.

use super::{Changed, Way, guard};
use crate::catalog::Catalog;
use crate::fact::Fact;
use crate::identity::{Identity, Kind};
use crate::plan::{Context, Hazard, Statement};
use crate::quote::quote_literal;

/// The name alone; without effect where the type is there.
fn shell(identity: &Identity) -> Statement {
    Statement::new(format!("CREATE TYPE {}", identity.name.sql()))
        .when(guard::lacks("pg_type", "typ", identity))
}

/// Whether its functions need it as much as it needs them.
fn begins_as_shell(kind: Kind, fact: &Fact) -> bool {
    match kind {
        Kind::Range => fact.get("canonical").is_some(),
        Kind::BaseType => !fact.flag("shell"),
        _ => false,
    }
}

/// Whether this is a function that the type itself needs, for which a shell of the type will do.
pub(in crate::plan) fn makes_do_with_shell(catalog: &Catalog, function: &Identity, kind: &Identity) -> bool {
    matches!(function.kind, Kind::Function)
        && catalog.get(kind).is_some_and(|fact| begins_as_shell(kind.kind, fact))
        && catalog.needs(kind).any(|needed| needed == function)
}

/// The shells that a function needs before it is made.
pub(super) fn shells(context: &Context<'_>, function: &Identity) -> Vec<Statement> {
    let types = context.to.needs(function).filter(|kind| {
        makes_do_with_shell(context.to, function, kind)
            && (context.is_made(kind) || context.from.get(kind).is_none())
    });
    types.map(shell).collect()
}

fn not_defined(identity: &Identity) -> String {
    guard::lacks("pg_type", "typ", identity).replacen("WHERE ", "WHERE typisdefined AND ", 1)
}

pub(super) fn create_range(identity: &Identity, fact: &Fact) -> Vec<Statement> {
    let options = [
        ("subtype", "subtype"),
        ("subtype_opclass", "subtype_operator_class"),
        ("collation", "subtype_collation"),
        ("canonical", "canonical"),
        ("subtype_diff", "subtype_difference"),
        ("multirange_type_name", "multirange"),
    ];
    let options = options.iter().filter_map(|(word, name)| Some(format!("{word} = {}", fact.get(name)?)));
    let (own, options) = (identity.name.sql(), options.collect::<Vec<_>>().join(", "));
    let define = Statement::new(format!("CREATE TYPE {own} AS RANGE ({options})"))
        .when(not_defined(identity).replacen("WHERE ", "WHERE typtype = 'r' AND ", 1));
    let shell = begins_as_shell(Kind::Range, fact).then(|| shell(identity));
    shell.into_iter().chain([define]).collect()
}

pub(super) fn create(identity: &Identity, fact: &Fact) -> Vec<Statement> {
    if fact.flag("shell") {
        return vec![shell(identity)];
    }
    let entries: Vec<(&str, &str)> =
        fact.list("functions").iter().filter_map(|entry| entry.split_once('=')).collect();
    let mut options = Vec::new();
    for (key, value) in &entries {
        options.extend(option(key, value));
    }
    let sql = format!("CREATE TYPE {} ({})", identity.name.sql(), options.join(", "));
    vec![shell(identity), Statement::new(sql).when(not_defined(identity))]
}

/// An attribute as CREATE TYPE and ALTER TYPE … SET write it; nothing where it is at its default.
fn option(key: &str, value: &str) -> Option<String> {
    let word = match key {
        "length" if value == "-1" => return Some("internallength = variable".to_owned()),
        "length" => "internallength",
        "by_value" => return (value == "true").then(|| "passedbyvalue".to_owned()),
        "alignment" => {
            let word = match value {
                "c" => "char",
                "s" => "int2",
                "d" => "double",
                _ => "int4",
            };
            return Some(format!("alignment = {word}"));
        }
        "storage" => return Some(format!("storage = {}", storage(value))),
        "category" | "delimiter" => return Some(format!("{key} = {}", quote_literal(value).trim())),
        "preferred" | "collatable" => return (value == "true").then(|| format!("{key} = true")),
        "default" => {
            return (!value.is_empty()).then(|| format!("default = {}", quote_literal(value).trim()));
        }
        other => other,
    };
    (value != "-").then(|| format!("{word} = {value}"))
}

fn storage(letter: &str) -> &'static str {
    match letter {
        "e" => "external",
        "m" => "main",
        "x" => "extended",
        _ => "plain",
    }
}

pub(super) fn alter(identity: &Identity, from: &Fact, to: &Fact, changed: &Changed) -> Way {
    if changed.contains_key("shell") {
        return if to.flag("shell") { Way::Replace } else { Way::InPlace(create(identity, to)) };
    }
    let settable = ["receive", "send", "typmod_in", "typmod_out", "analyze", "subscript", "storage"];
    let mut options = Vec::new();
    for entry in to.list("functions").iter().filter(|entry| !from.list("functions").contains(entry)) {
        let Some((key, value)) = entry.split_once('=') else { return Way::Replace };
        // Postgres has no way back to plain storage.
        if !settable.contains(&key) || key == "storage" && value == "p" {
            return Way::Replace;
        }
        let none = || format!("{key} = NONE");
        options.push(option(key, value).unwrap_or_else(none));
    }
    if options.is_empty() {
        return Way::Replace;
    }
    let sql = format!("ALTER TYPE {} SET ({})", identity.name.sql(), options.join(", "));
    Way::InPlace(vec![Statement::new(sql)])
}

/// With the functions that only serve it.
pub(super) fn drop(identity: &Identity, fact: &Fact) -> Vec<Statement> {
    let cascade = if begins_as_shell(identity.kind, fact) { " CASCADE" } else { "" };
    let why = format!("type {} is gone", identity.name);
    let statement = Statement::new(format!("DROP TYPE IF EXISTS {}{cascade}", identity.name.sql()));
    vec![statement.hazard(Hazard::BreaksRunningCode { why })]
}
