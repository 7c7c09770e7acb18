//! What differs between two catalogs.

mod fold;
mod tell;
pub(crate) mod words;

use std::collections::BTreeMap;

use crate::catalog::Catalog;
use crate::fact::{ATTRIBUTE_ORDER, COLUMN_ORDER, Fact, NOTES, Value};
use crate::identity::Identity;

pub use tell::Told;

/// What happened to one fact on the way from one catalog to the other.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Only the second catalog has it.
    Added(Fact),
    /// Only the first catalog has it.
    Removed(Fact),
    /// Both have it; these attributes differ.
    Altered(BTreeMap<&'static str, Transition>),
}

/// An attribute's values in both catalogs; `None` is Postgres's default.
#[derive(Clone, Debug, PartialEq)]
pub struct Transition {
    /// In the first catalog.
    pub from: Option<Value>,
    /// In the second catalog.
    pub to: Option<Value>,
}

/// One difference between two catalogs.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// What it is about.
    pub identity: Identity,
    /// What happened to it.
    pub change: Change,
    /// What came or went along with it and is not told of: the columns of a table that is gone, the
    /// partitions' share in a change of their parent.
    pub folded: Vec<Difference>,
}

impl Difference {
    /// What it is about, in a developer's words: "index `t_name_idx` on `public.t`".
    pub fn object(&self) -> String {
        words::object(&self.identity)
    }

    /// Whether nothing differs but what loses nothing and no statement can bring about: the order of a table's columns,
    /// and whether a child that has a column or constraint from its parent also declared it by itself.
    pub fn is_note(&self) -> bool {
        matches!(&self.change, Change::Altered(attributes) if attributes.keys().all(|name| NOTES.contains(name)))
    }

    /// The difference as one sentence without a full stop.
    pub fn tell(&self, words: Told) -> String {
        tell::tell(self, words)
    }
}

/// What changes when going from `from` to `to`, in the order of [`crate::Kind`]s. What hangs on something that came or
/// went is folded into it.
pub fn compare(from: &Catalog, to: &Catalog) -> Vec<Difference> {
    fold::fold(raw(from, to), from, to)
}

/// Every difference, nothing folded: one merge over both ordered sets.
pub(crate) fn raw(from: &Catalog, to: &Catalog) -> Vec<Difference> {
    let mut found = Vec::new();
    let mut add = |identity: &Identity, change| {
        found.push(Difference { identity: identity.clone(), change, folded: Vec::new() });
    };
    for (identity, fact) in &from.facts {
        match to.facts.get(identity) {
            None => add(identity, Change::Removed(fact.clone())),
            Some(other) if other.attributes == fact.attributes => {}
            Some(other) => {
                let attributes = altered(fact, other);
                if !attributes.is_empty() {
                    add(identity, Change::Altered(attributes));
                }
            }
        }
    }
    for (identity, fact) in &to.facts {
        if !from.facts.contains_key(identity) {
            add(identity, Change::Added(fact.clone()));
        }
    }
    found.sort_by(|a, b| a.identity.cmp(&b.identity));
    found
}

fn altered(from: &Fact, to: &Fact) -> BTreeMap<&'static str, Transition> {
    let names = from.attributes.keys().chain(to.attributes.keys());
    names
        .filter(|name| from.get(name) != to.get(name))
        .filter(|name| match **name {
            COLUMN_ORDER => order_differs(from.list(name), to.list(name)),
            ATTRIBUTE_ORDER => places_differ(from.list(name), to.list(name)),
            _ => true,
        })
        .map(|name| (*name, Transition { from: from.get(name).cloned(), to: to.get(name).cloned() }))
        .collect()
}

/// Whether the columns that both have stand in another order. A column that came or went moves the
/// others, which is no difference of its own.
fn order_differs(from: &[String], to: &[String]) -> bool {
    let common_from = from.iter().filter(|name| to.contains(name));
    let common_to = to.iter().filter(|name| from.contains(name));
    !common_from.eq(common_to)
}

/// Whether the attributes of a composite type do not get their places by themselves, as some go and others come last.
pub(crate) fn places_differ(from: &[String], to: &[String]) -> bool {
    let kept = from.iter().filter(|name| to.contains(name));
    !kept.chain(to.iter().filter(|name| !from.contains(name))).eq(to.iter())
}
