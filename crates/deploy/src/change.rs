//! What a segment changes in the schema, and whether that is what the rehearsal said it would.
//!
//! The change is compared and not the whole state, since a live Supabase differs from any sandbox in what the platform
//! put there. Two things may differ in a change itself: who owns a new object (the deploying role has another name
//! there), and what the platform's default privileges grant on it.

use std::collections::{BTreeMap, BTreeSet};

use meshhook_schema::{Catalog, Fact, Identity, Kind, Value};

type Attributes = BTreeMap<&'static str, Value>;

/// The facts that differ between two readings of one database.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Change {
    facts: BTreeMap<Identity, (Option<Attributes>, Option<Attributes>)>,
}

/// How exactly two changes must agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exactness {
    /// What was there before and what is there now.
    Whole,
    /// Only what is there now: part of the change was made by an earlier attempt.
    Ends,
    /// Only which objects: the servers are of different major versions, which tell some things in other words.
    Objects,
}

impl Change {
    /// What happened from one reading to the other; `me` is the role that the scripts ran as.
    pub(crate) fn between(before: &Catalog, after: &Catalog, me: &str) -> Change {
        let mut facts = BTreeMap::new();
        let was: BTreeMap<&Identity, &Fact> = before.facts().collect();
        let is: BTreeMap<&Identity, &Fact> = after.facts().collect();
        let all: BTreeSet<&Identity> = was.keys().chain(is.keys()).copied().collect();
        for identity in all {
            let (old, new) = (was.get(identity), is.get(identity));
            if old.map(|fact| &fact.attributes) == new.map(|fact| &fact.attributes) {
                continue;
            }
            // Rights on what a new extension brought: from default privileges, like those on any other new object.
            let extension = [old, new].into_iter().flatten().find_map(|fact| fact.owned_by.as_ref());
            let comes_or_goes = |owner: &Identity| was.contains_key(owner) != is.contains_key(owner);
            if identity.kind == Kind::Grant && extension.is_some_and(comes_or_goes) {
                continue;
            }
            let plain = |fact: &&Fact| plain(identity, fact, me);
            let mut sides = (old.map(plain), new.map(plain));
            if let (Some(old), Some(new)) = (&mut sides.0, &mut sides.1) {
                let same: Vec<&'static str> =
                    old.keys().copied().filter(|name| old.get(name) == new.get(name)).collect();
                for name in same {
                    old.remove(name);
                    new.remove(name);
                }
                if old.is_empty() && new.is_empty() {
                    continue;
                }
            }
            facts.insert(identity.clone(), sides);
        }
        Change { facts }
    }

    /// Where `self`, the change that was made, is not the one that was rehearsed: one sentence each.
    pub(crate) fn differences(&self, rehearsed: &Change, exactness: Exactness) -> Vec<String> {
        let all: BTreeSet<&Identity> = self.facts.keys().chain(rehearsed.facts.keys()).collect();
        let mut found = Vec::new();
        for identity in all {
            if self.is_platforms(identity) || rehearsed.is_platforms(identity) {
                continue;
            }
            let sentence = match (self.facts.get(identity), rehearsed.facts.get(identity)) {
                (Some(made), Some(meant)) => disagreement(identity, made, meant, exactness),
                (Some(_), None) => Some(format!("{identity} changed, which it did not in the rehearsal")),
                (None, Some(_)) if exactness == Exactness::Ends => None,
                (None, Some(_)) => Some(format!("{identity} did not change as it did in the rehearsal")),
                (None, None) => None,
            };
            found.extend(sentence);
        }
        found
    }

    /// A grant on an object that the same change made comes from default privileges as often as from the script.
    fn is_platforms(&self, identity: &Identity) -> bool {
        identity.kind == Kind::Grant
            && identity
                .ancestors()
                .any(|parent| self.facts.get(parent).is_some_and(|(old, new)| old.is_none() != new.is_none()))
    }
}

fn disagreement(
    identity: &Identity,
    made: &(Option<Attributes>, Option<Attributes>),
    meant: &(Option<Attributes>, Option<Attributes>),
    exactness: Exactness,
) -> Option<String> {
    let kind = |sides: &(Option<Attributes>, Option<Attributes>)| (sides.0.is_some(), sides.1.is_some());
    match exactness {
        Exactness::Whole if kind(made) != kind(meant) => {
            Some(format!("{identity} came, went or changed otherwise than in the rehearsal"))
        }
        Exactness::Objects => None,
        Exactness::Whole | Exactness::Ends if made.1 == meant.1 => None,
        Exactness::Ends if kind(made) != kind(meant) => None,
        Exactness::Whole | Exactness::Ends => {
            let (made, meant) = (made.1.clone().unwrap_or_default(), meant.1.clone().unwrap_or_default());
            let names: BTreeSet<&str> = made.keys().chain(meant.keys()).copied().collect();
            let differs: Vec<&str> =
                names.into_iter().filter(|name| made.get(name) != meant.get(name)).collect();
            Some(format!("{identity} is not as in the rehearsal: {}", differs.join(", ")))
        }
    }
}

/// `SELECT GRANTED BY postgres`: who granted it is whoever owns the object there.
fn without_grantor(privilege: &mut String) {
    if let Some(at) = privilege.find(" GRANTED BY ") {
        privilege.truncate(at);
    }
}

/// The attributes with the deploying role under one name, and without what says nothing about the change.
fn plain(identity: &Identity, fact: &Fact, me: &str) -> Attributes {
    let mut attributes = fact.attributes.clone();
    if identity.kind == Kind::Extension {
        // whichever the server has
        attributes.remove("version");
    }
    if identity.kind == Kind::Grant {
        for value in attributes.values_mut() {
            if let Value::List(privileges) = value {
                privileges.iter_mut().for_each(without_grantor);
            }
        }
    }
    if let Some(Value::Text(owner)) = attributes.get_mut("owner")
        && owner == me
    {
        "the deploying role".clone_into(owner);
    }
    // where a column stands depends on columns that were dropped long ago
    attributes.remove("column_order");
    attributes
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// A catalog of facts given as (kind, name, parent's name, attributes).
    fn catalog(facts: &[(&str, &str, Option<&str>, serde_json::Value)]) -> Catalog {
        let rows = facts.iter().map(|(kind, name, parent, attributes)| {
            let mut path = Vec::new();
            path.extend(parent.map(|name| json!({ "kind": "table", "schema": "public", "name": name })));
            match parent {
                Some(_) => path.push(json!({ "kind": kind, "name": name })),
                None => path.push(json!({ "kind": kind, "schema": "public", "name": name })),
            }
            json!({ "path": path, "attributes": attributes })
        });
        Catalog::from_json(rows.collect()).unwrap()
    }

    fn change(after: &[(&str, &str, Option<&str>, serde_json::Value)], me: &str) -> Change {
        let before = [("table", "old", None, json!({ "owner": me, "rls": false, "fillfactor": 70 }))];
        Change::between(&catalog(&before), &catalog(after), me)
    }

    #[test]
    fn what_belongs_to_the_place_and_not_to_the_change_may_differ() {
        let live = change(
            &[
                ("table", "new", None, json!({ "owner": "deployer", "column_order": ["a", "b"] })),
                ("grant", "anon", Some("new"), json!({ "granted": ["SELECT"] })),
                ("extension", "pg_trgm", None, json!({ "version": "1.6" })),
            ],
            "deployer",
        );
        let rehearsed = change(
            &[
                ("table", "new", None, json!({ "owner": "postgres", "column_order": ["b", "a"] })),
                ("grant", "anon", Some("new"), json!({ "granted": ["SELECT", "INSERT"] })),
                ("grant", "dashboard", Some("new"), json!({ "granted": ["SELECT"] })),
                ("extension", "pg_trgm", None, json!({ "version": "1.5" })),
            ],
            "postgres",
        );
        assert_eq!(live.differences(&rehearsed, Exactness::Whole), [""; 0]);
    }

    #[test]
    fn what_was_rehearsed_otherwise_is_named() {
        let old = |attributes: serde_json::Value| ("table", "old", None, attributes);
        let live = change(
            &[
                old(json!({ "owner": "me", "rls": true, "fillfactor": 90 })),
                ("index", "surprise", Some("old"), json!({})),
                ("grant", "anon", Some("old"), json!({ "granted": ["SELECT GRANTED BY x"] })),
            ],
            "me",
        );
        let rehearsed = change(
            &[
                old(json!({ "owner": "me", "rls": true, "fillfactor": 80 })),
                ("index", "expected", Some("old"), json!({})),
                ("grant", "anon", Some("old"), json!({ "granted": ["SELECT"] })),
            ],
            "me",
        );
        assert_eq!(
            live.differences(&rehearsed, Exactness::Whole),
            [
                "table `public.old` is not as in the rehearsal: fillfactor",
                "index `expected` on `public.old` did not change as it did in the rehearsal",
                "index `surprise` on `public.old` changed, which it did not in the rehearsal",
            ]
        );
        // an earlier attempt may have made a part of it
        assert_eq!(live.differences(&rehearsed, Exactness::Ends).len(), 2);
        // another version may say it in other words
        assert_eq!(live.differences(&rehearsed, Exactness::Objects).len(), 2);
    }
}
