//! Differences that follow from another one, put into that one.

use std::collections::{BTreeMap, BTreeSet};

use super::{Change, Difference};
use crate::catalog::Catalog;
use crate::fact::Fact;
use crate::identity::{Identity, Kind};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Direction {
    Added,
    Removed,
    Altered,
}

fn direction(difference: &Difference) -> Direction {
    match difference.change {
        Change::Added(_) => Direction::Added,
        Change::Removed(_) => Direction::Removed,
        Change::Altered(_) => Direction::Altered,
    }
}

/// A difference among others: an identity may come and go, but not both.
type Key = (Identity, Direction);

/// Folds each difference into the one it follows from, if that one is there too.
pub(super) fn fold(differences: Vec<Difference>, from: &Catalog, to: &Catalog) -> Vec<Difference> {
    let present: BTreeSet<Key> = differences.iter().map(key).collect();
    let altered: BTreeMap<Identity, &Difference> = differences
        .iter()
        .filter(|found| direction(found) == Direction::Altered)
        .map(|found| (found.identity.clone(), found))
        .collect();
    let follows = |difference: &Difference| -> Option<Key> {
        let fact = fact_of(difference, from, to)?;
        let same_way = causes(difference, fact).into_iter().map(|cause| (cause, direction(difference)));
        let column = column_of(difference, fact).filter(|column| {
            let other = altered.get(column);
            other.is_some_and(|other| brings_its_own(other))
        });
        same_way
            .chain(column.map(|column| (column, Direction::Altered)))
            .find(|cause| present.contains(cause))
    };
    // A cause may follow from another one in turn (comment → column → table): go up to the last.
    let parents: BTreeMap<Key, Key> =
        differences.iter().filter_map(|found| Some((key(found), follows(found)?))).collect();
    let mut kept = Vec::new();
    let mut folded: BTreeMap<Key, Vec<Difference>> = BTreeMap::new();
    for difference in differences {
        let own = key(&difference);
        let mut top = &own;
        for _ in 0..parents.len() {
            match parents.get(top) {
                Some(parent) => top = parent,
                None => break,
            }
        }
        if *top == own {
            kept.push(difference);
        } else {
            folded.entry(top.clone()).or_default().push(difference);
        }
    }
    for difference in &mut kept {
        difference.folded = folded.remove(&key(difference)).unwrap_or_default();
    }
    kept
}

fn key(difference: &Difference) -> Key {
    (difference.identity.clone(), direction(difference))
}

fn fact_of<'a>(difference: &'a Difference, from: &'a Catalog, to: &'a Catalog) -> Option<&'a Fact> {
    match &difference.change {
        Change::Added(fact) | Change::Removed(fact) => Some(fact),
        Change::Altered(_) => to.get(&difference.identity).or_else(|| from.get(&difference.identity)),
    }
}

/// The column that a default, or a grant on an identity's sequence, belongs to.
fn column_of(difference: &Difference, fact: &Fact) -> Option<Identity> {
    let identity = &difference.identity;
    match (identity.kind, &identity.parent) {
        (Kind::Default, Some(table)) => {
            Some(Identity::child(Kind::Column, table.clone(), &identity.name.name))
        }
        (Kind::Grant | Kind::Comment, _) => fact.owned_by.clone(),
        _ => None,
    }
}

/// Whether a column became, or ceased to be, generated or an identity: then expression and sequence follow.
fn brings_its_own(column: &Difference) -> bool {
    let Change::Altered(attributes) = &column.change else { return false };
    ["generated", "identity"].iter().any(|name| attributes.contains_key(name))
}

/// What this difference may follow from, being of the same direction.
fn causes(difference: &Difference, fact: &Fact) -> Vec<Identity> {
    let mut causes: Vec<Identity> = fact.inherited_from.iter().cloned().collect();
    if matches!(difference.change, Change::Altered(_)) {
        return causes;
    }
    causes.extend(difference.identity.parent.as_deref().cloned());
    causes.extend(column_of(difference, fact));
    causes.extend(fact.owned_by.iter().cloned());
    causes.extend(fact.owned_by.iter().filter_map(|owner| owner.parent.as_deref().cloned()));
    causes
}
