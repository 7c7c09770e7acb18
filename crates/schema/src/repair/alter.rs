//! ALTER for what differs, or drop and create where Postgres has no ALTER for it.

use std::collections::BTreeMap;

use super::{Context, Phase, column, create, grant, name, remove, table};
use crate::compare::Transition;
use crate::fact::{Fact, Value};
use crate::identity::{Identity, Kind};
use crate::quote::{quote_ident, quote_literal};

type Attributes = BTreeMap<&'static str, Transition>;

/// Says what takes the fact from how it is to how it should be.
pub(super) fn alter(context: &mut Context<'_>, identity: &Identity, attributes: &Attributes) {
    let Some(want) = context.want.get(identity).cloned() else { return };
    if attributes.contains_key("owner") {
        let owner = quote_ident(want.text("owner"));
        context.say(Phase::Owners, format!("ALTER {} OWNER TO {owner};", name::object(identity)));
        if attributes.len() == 1 {
            return;
        }
    }
    match identity.kind {
        Kind::Table | Kind::ForeignTable => table::alter(context, identity, attributes),
        Kind::Column => column::alter(context, identity, attributes),
        Kind::Default => default(context, identity, &want),
        Kind::Constraint => constraint(context, identity, attributes, &want),
        Kind::Index => index(context, identity, attributes, &want),
        Kind::View if attributes.contains_key("definition") => replace_view(context, identity, &want),
        Kind::View => table::alter(context, identity, attributes),
        Kind::MaterializedView if attributes.contains_key("definition") => rebuild(context, identity, &want),
        Kind::MaterializedView => table::alter(context, identity, attributes),
        Kind::Function | Kind::Procedure => function(context, identity, attributes, &want),
        Kind::Trigger | Kind::Rule | Kind::EventTrigger
            if attributes.keys().all(|name| *name == "enabled") =>
        {
            enabled(context, identity, want.text("enabled"));
        }
        Kind::Trigger
        | Kind::Rule
        | Kind::Policy
        | Kind::Statistics
        | Kind::EventTrigger
        | Kind::PublicationTable => {
            rebuild(context, identity, &want);
        }
        Kind::Enum => enumeration(context, identity, &want),
        Kind::Domain => domain(context, identity, attributes),
        Kind::Sequence => sequence(context, identity, attributes, &want),
        Kind::Extension => extension(context, identity, attributes),
        Kind::Publication if attributes.keys().all(|name| *name == "publish") => {
            let publish = quote_literal(&want.list("publish").join(", "));
            let statement = format!("ALTER {} SET (publish = {publish});", name::object(identity));
            context.say(Phase::Dependents, statement);
        }
        Kind::Grant => grant::grant(context, identity),
        Kind::Comment => create::comment(context, identity, &want),
        _ => context.give_up(identity, "no statement is offered that alters it"),
    }
}

/// Drop, and create again.
fn rebuild(context: &mut Context<'_>, identity: &Identity, want: &Fact) {
    remove(context, identity);
    create::create(context, identity, want);
    children(context, identity);
}

/// What goes with a dropped object and comes back with it: comment and grants, indexes of a materialized view.
fn children(context: &mut Context<'_>, identity: &Identity) {
    let want = context.want;
    for (child, fact) in
        want.facts().filter(|(child, _)| child.ancestors().any(|ancestor| ancestor == identity))
    {
        create::create(context, child, fact);
    }
}

fn default(context: &mut Context<'_>, identity: &Identity, want: &Fact) {
    let Some(parent) = identity.parent.clone() else { return };
    let (table, own, expression) =
        (name::object(&parent), quote_ident(&identity.name.name), want.text("expression"));
    if want.get("generated").is_none() {
        return context
            .say(Phase::Alter, format!("ALTER {table} ALTER COLUMN {own} SET DEFAULT {expression};"));
    }
    // SET EXPRESSION came with version 17, hence drop and add.
    let column = Identity::child(Kind::Column, parent, &identity.name.name);
    let Some(fact) = context.want.get(&column) else { return };
    let definition = column::definition(context, &column, fact);
    context.say(Phase::DropColumns, format!("ALTER {table} DROP COLUMN {own};"));
    context.say(Phase::Columns, format!("ALTER {table} ADD COLUMN {definition};"));
}

fn constraint(context: &mut Context<'_>, identity: &Identity, attributes: &Attributes, want: &Fact) {
    let state = ["options", "clustered", "replica_identity", "tablespace"];
    if attributes.keys().all(|name| state.contains(name)) {
        return index_changes(context, identity, attributes, want);
    }
    let validate = attributes.get("not_valid").is_some_and(|not_valid| not_valid.to.is_none());
    if let (true, 1, Some(parent)) = (validate, attributes.len(), identity.parent.as_deref()) {
        let own = quote_ident(&identity.name.name);
        let statement = format!("ALTER {} VALIDATE CONSTRAINT {own};", name::object(parent));
        return context.say(Phase::ForeignKeys, statement);
    }
    rebuild(context, identity, want);
}

fn index(context: &mut Context<'_>, identity: &Identity, attributes: &Attributes, want: &Fact) {
    if attributes.contains_key("definition") || attributes.contains_key("invalid") {
        return rebuild(context, identity, want);
    }
    index_changes(context, identity, attributes, want);
}

fn index_changes(context: &mut Context<'_>, identity: &Identity, attributes: &Attributes, want: &Fact) {
    let own = name::index(identity);
    if let Some(options) = attributes.get("options") {
        for clause in table::options(options) {
            context.say(Phase::Views, format!("ALTER INDEX {own} {clause};"));
        }
    }
    if let Some(Transition { from: Some(Value::List(targets)), .. }) = attributes.get("statistics_targets") {
        for column in targets.iter().filter_map(|target| Some(target.split_once('=')?.0)) {
            context
                .say(Phase::Indexes, format!("ALTER INDEX {own} ALTER COLUMN {column} SET STATISTICS -1;"));
        }
    }
    if let (Some(Transition { to: None, .. }), Some(table)) =
        (attributes.get("clustered"), identity.parent.as_deref())
    {
        context.say(Phase::Alter, format!("ALTER {} SET WITHOUT CLUSTER;", name::object(table)));
    }
    let mut fresh = want.clone();
    fresh.attributes.retain(|name, _| attributes.contains_key(name) && *name != "options");
    index_state(context, identity, &fresh);
}

/// What is said of an index after it is made.
pub(super) fn index_state(context: &mut Context<'_>, identity: &Identity, fact: &Fact) {
    let own = name::index(identity);
    let Some(table) = identity.parent.as_deref().map(name::object) else { return };
    let short = quote_ident(&identity.name.name);
    if identity.kind == Kind::Constraint && !fact.list("options").is_empty() {
        let whole = Transition { from: None, to: fact.get("options").cloned() };
        for clause in table::options(&whole) {
            context.say(Phase::Views, format!("ALTER INDEX {own} {clause};"));
        }
    }
    for target in fact.list("statistics_targets") {
        if let Some((column, value)) = target.split_once('=') {
            context.say(
                Phase::Views,
                format!("ALTER INDEX {own} ALTER COLUMN {column} SET STATISTICS {value};"),
            );
        }
    }
    if fact.flag("clustered") {
        context.say(Phase::Views, format!("ALTER {table} CLUSTER ON {short};"));
    }
    if fact.flag("replica_identity") {
        context.say(Phase::Views, format!("ALTER {table} REPLICA IDENTITY USING INDEX {short};"));
    }
}

/// CREATE OR REPLACE where the columns allow it; Postgres says so where they do not.
fn replace_view(context: &mut Context<'_>, identity: &Identity, want: &Fact) {
    create::view(context, identity, want);
}

fn function(context: &mut Context<'_>, identity: &Identity, attributes: &Attributes, want: &Fact) {
    let shape = ["signature", "returns", "window"];
    if attributes.keys().any(|name| shape.contains(name)) {
        return rebuild(context, identity, want);
    }
    if let Some(creates) = &want.creates {
        context.say(Phase::Functions, format!("{};", creates.trim_end()));
    }
}

/// ENABLE and DISABLE of triggers, rules and event triggers; the empty state is the usual one.
pub(super) fn enabled(context: &mut Context<'_>, identity: &Identity, state: &str) {
    let verb = match state {
        "disabled" => "DISABLE",
        "enabled for replicas only" => "ENABLE REPLICA",
        "always enabled" => "ENABLE ALWAYS",
        _ => "ENABLE",
    };
    let own = quote_ident(&identity.name.name);
    let statement = match identity.parent.as_deref() {
        // ALTER TABLE takes views too.
        Some(parent) => {
            let noun = if identity.kind == Kind::Rule { "RULE" } else { "TRIGGER" };
            // ONLY: the partitions' triggers have a state, and a difference, of their own.
            let only =
                if parent.kind == Kind::Table && identity.kind == Kind::Trigger { "ONLY " } else { "" };
            format!("ALTER TABLE {only}{} {verb} {noun} {own};", parent.name.sql())
        }
        None => match verb.strip_prefix("ENABLE ") {
            Some(how) => format!("ALTER EVENT TRIGGER {own} ENABLE {how};"),
            None => format!("ALTER EVENT TRIGGER {own} {verb};"),
        },
    };
    context.say(Phase::Dependents, statement);
}

fn enumeration(context: &mut Context<'_>, identity: &Identity, want: &Fact) {
    let have = context.have.get(identity).map(|fact| fact.list("labels").to_vec()).unwrap_or_default();
    let want = want.list("labels");
    let kept: Vec<&String> = want.iter().filter(|label| have.contains(label)).collect();
    if !kept.iter().copied().eq(have.iter()) {
        let extra: Vec<&str> =
            have.iter().filter(|label| !want.contains(label)).map(String::as_str).collect();
        let what = match &*extra {
            [] => "its values stand in another order".to_owned(),
            extra => format!("a value cannot be removed ({})", extra.join(", ")),
        };
        return context
            .give_up(identity, &format!("{what}; the type must be rebuilt with the columns that use it"));
    }
    for (position, label) in want.iter().enumerate().filter(|(_, label)| !have.contains(label)) {
        let place = match position.checked_sub(1).and_then(|before| want.get(before)) {
            Some(before) => format!("AFTER {}", quote_literal(before)),
            None => have.first().map(|first| format!("BEFORE {}", quote_literal(first))).unwrap_or_default(),
        };
        let statement =
            format!("ALTER {} ADD VALUE {} {place};", name::object(identity), quote_literal(label));
        context.say(Phase::Types, statement);
    }
}

fn extension(context: &mut Context<'_>, identity: &Identity, attributes: &Attributes) {
    let object = name::object(identity);
    if let Some(Value::Text(version)) = attributes.get("version").and_then(|version| version.to.as_ref()) {
        context.say(Phase::Schemas, format!("ALTER {object} UPDATE TO {};", quote_literal(version)));
    }
    if let Some(Value::Text(schema)) = attributes.get("installed_in").and_then(|schema| schema.to.as_ref()) {
        context.say(Phase::Schemas, format!("ALTER {object} SET SCHEMA {};", quote_ident(schema)));
    }
}

fn domain(context: &mut Context<'_>, identity: &Identity, attributes: &Attributes) {
    let object = name::object(identity);
    for (name, transition) in attributes {
        match (*name, &transition.to) {
            ("default", Some(value)) => {
                context.say(Phase::Alter, format!("ALTER {object} SET DEFAULT {value};"))
            }
            ("default", None) => context.say(Phase::Alter, format!("ALTER {object} DROP DEFAULT;")),
            ("not_null", Some(_)) => context.say(Phase::Alter, format!("ALTER {object} SET NOT NULL;")),
            ("not_null", None) => context.say(Phase::Alter, format!("ALTER {object} DROP NOT NULL;")),
            ("owner", _) => {}
            (other, _) => {
                context.give_up(identity, &format!("its {other} cannot be altered; it must be rebuilt"))
            }
        }
    }
}

/// All options of a sequence, as CREATE and ALTER take them.
pub(super) fn sequence_options(fact: &Fact) -> String {
    let words = [
        ("AS", "type"),
        ("INCREMENT BY", "increment"),
        ("MINVALUE", "min"),
        ("MAXVALUE", "max"),
        ("START WITH", "start"),
        ("CACHE", "cache"),
    ];
    let options = words.iter().filter_map(|(words, name)| Some(format!("{words} {}", fact.get(name)?)));
    let cycle = if fact.flag("cycle") { "CYCLE" } else { "NO CYCLE" };
    format!("{} {cycle}", options.collect::<Vec<_>>().join(" "))
}

fn sequence(context: &mut Context<'_>, identity: &Identity, attributes: &Attributes, want: &Fact) {
    let object = name::object(identity);
    if attributes.keys().any(|name| !["owned_by", "unlogged", "owner"].contains(name)) {
        context.say(Phase::Sequences, format!("ALTER {object} {};", sequence_options(want)));
    }
    if let Some(unlogged) = attributes.get("unlogged") {
        let state = if unlogged.to.is_some() { "UNLOGGED" } else { "LOGGED" };
        context.say(Phase::Sequences, format!("ALTER {object} SET {state};"));
    }
    if let Some(owned_by) = attributes.get("owned_by") {
        let column = owned_by.to.as_ref().map_or("NONE".to_owned(), Value::to_string);
        context.say(Phase::Functions, format!("ALTER {object} OWNED BY {column};"));
    }
}
