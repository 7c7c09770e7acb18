//! Bodies of functions that are kept as text: what they mention, and when Postgres must not look.

use std::collections::{BTreeMap, BTreeSet};

use super::fate::Fates;
use super::graph::{Node, Stage};
use super::rules;
use super::{Context, Statement};
use crate::fact::Value;
use crate::identity::{Identity, Kind};

/// Which functions of this plan mention what else is made or altered in it.
pub(super) fn mentions<'a>(context: &Context<'a>, fates: &Fates<'a>) -> Vec<(&'a Identity, &'a Identity)> {
    let mut named: BTreeMap<&str, Vec<&'a Identity>> = BTreeMap::new();
    for &identity in fates.of.keys().filter(|identity| rules::can_be_mentioned(identity.kind)) {
        named.entry(&identity.name.name).or_default().push(identity);
    }
    if named.is_empty() {
        return Vec::new();
    }
    let mut found = Vec::new();
    for &identity in fates.of.keys().filter(|identity| is_routine(identity)) {
        let Some(fact) = context.to.get(identity) else { continue };
        let arguments = match fact.derived.get("argument_names") {
            Some(Value::List(names)) => names.as_slice(),
            _ => &[],
        };
        for (word, names_a_table) in words(fact.text("body")) {
            // The name of an argument is that, or a column's, wherever no table is named.
            let argument = !names_a_table && arguments.iter().any(|argument| argument == word);
            let others = named.get(word).into_iter().flatten().filter(|mentioned| **mentioned != identity);
            let others = others.filter(|mentioned| !argument || mentioned.kind == Kind::Column);
            found.extend(others.map(|&mentioned| (identity, mentioned)));
        }
    }
    found
}

/// Those that are made before something they mention, because that needs them in turn.
pub(super) fn unchecked<'a>(
    context: &Context<'a>,
    fates: &Fates<'a>,
    nodes: &[Node<'a>],
) -> BTreeSet<&'a Identity> {
    let changes = [Kind::Column, Kind::Enum, Kind::Composite, Kind::View, Kind::Function, Kind::Procedure];
    let is_made = |(stage, identity): &Node<'a>| {
        *stage == Stage::Create || *stage == Stage::Alter && changes.contains(&identity.kind)
    };
    let made: BTreeMap<&Identity, usize> = nodes
        .iter()
        .enumerate()
        .filter(|(_, node)| is_made(node))
        .map(|(at, (_, identity))| (*identity, at))
        .collect();
    mentions(context, fates)
        .into_iter()
        .filter(|(identity, mentioned)| match (made.get(identity), made.get(mentioned)) {
            (Some(own), Some(other)) => own < other,
            _ => false,
        })
        .map(|(identity, _)| identity)
        .collect()
}

/// The statements, without a look at the body.
pub(super) fn without_check(statements: Vec<Statement>) -> Vec<Statement> {
    let mut all = vec![Statement::new("SET check_function_bodies = off")];
    all.extend(statements);
    all.push(Statement::new("RESET check_function_bodies"));
    all
}

fn is_routine(identity: &Identity) -> bool {
    matches!(identity.kind, Kind::Function | Kind::Procedure)
}

/// The words of a body, each with whether it stands where a table is named.
fn words(text: &str) -> BTreeSet<(&str, bool)> {
    let before_a_table = ["from", "join", "into", "update", "only", "table"];
    let words = text.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let before = std::iter::once("").chain(words.iter().copied());
    before.zip(&words).map(|(last, &word)| (word, before_a_table.contains(&&*last.to_lowercase()))).collect()
}
