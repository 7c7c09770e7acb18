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

/// Folds each difference into the one it follows from, if that one is there too.
pub(super) fn fold(differences: Vec<Difference>, from: &Catalog, to: &Catalog) -> Vec<Difference> {
    let present: BTreeSet<(Identity, Direction)> =
        differences.iter().map(|found| (found.identity.clone(), direction(found))).collect();
    let follows = |difference: &Difference| -> Option<Identity> {
        let side = direction(difference);
        let fact = fact_of(difference, from, to)?;
        causes(difference, fact).into_iter().find(|cause| present.contains(&(cause.clone(), side)))
    };
    // A cause may follow from another one in turn (comment → column → table): go up to the last.
    let parents: BTreeMap<(Identity, Direction), Identity> = differences
        .iter()
        .filter_map(|found| Some(((found.identity.clone(), direction(found)), follows(found)?)))
        .collect();
    let mut kept = Vec::new();
    let mut folded: BTreeMap<(Identity, Direction), Vec<Difference>> = BTreeMap::new();
    for difference in differences {
        let side = direction(&difference);
        let mut top = &difference.identity;
        for _ in 0..parents.len() {
            match parents.get(&(top.clone(), side)) {
                Some(parent) => top = parent,
                None => break,
            }
        }
        if *top == difference.identity {
            kept.push(difference);
        } else {
            folded.entry((top.clone(), side)).or_default().push(difference);
        }
    }
    for difference in &mut kept {
        difference.folded =
            folded.remove(&(difference.identity.clone(), direction(difference))).unwrap_or_default();
    }
    kept
}

fn fact_of<'a>(difference: &'a Difference, from: &'a Catalog, to: &'a Catalog) -> Option<&'a Fact> {
    match &difference.change {
        Change::Added(fact) | Change::Removed(fact) => Some(fact),
        Change::Altered(_) => to.get(&difference.identity).or_else(|| from.get(&difference.identity)),
    }
}

/// What this difference may follow from.
fn causes(difference: &Difference, fact: &Fact) -> Vec<Identity> {
    let mut causes: Vec<Identity> = fact.inherited_from.iter().cloned().collect();
    if matches!(difference.change, Change::Altered(_)) {
        return causes;
    }
    let identity = &difference.identity;
    causes.extend(identity.parent.as_deref().cloned());
    if let (Kind::Default, Some(table)) = (identity.kind, &identity.parent) {
        causes.push(Identity::child(Kind::Column, table.clone(), &identity.name.name));
    }
    causes.extend(fact.owned_by.iter().cloned());
    causes.extend(fact.owned_by.iter().filter_map(|owner| owner.parent.as_deref().cloned()));
    causes
}
