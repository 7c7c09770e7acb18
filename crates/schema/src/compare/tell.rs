//! A difference as a sentence.

use std::collections::BTreeMap;

use super::words::{Telling, granted_on, grantee, telling};
use super::{Change, Difference, Transition};
use crate::fact::{Fact, Value};
use crate::identity::{Identity, Kind};

/// From whose point of view a difference is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// `from` is the schema before a migration, `to` the one after its rollback.
    AfterRollback,
    /// No point of view: added, removed, changed.
    Neutral,
    /// `from` is the schema that is expected, `to` the one that was found.
    Found,
}

impl Told {
    fn added(self, several: bool) -> &'static str {
        match (self, several) {
            (Told::AfterRollback, false) => "is still there after the rollback",
            (Told::AfterRollback, true) => "are still there after the rollback",
            (Told::Neutral, false) => "is added",
            (Told::Neutral, true) => "are added",
            (Told::Found, false) => "is there and is not expected",
            (Told::Found, true) => "are there and are not expected",
        }
    }

    fn removed(self, several: bool) -> &'static str {
        match (self, several) {
            (Told::AfterRollback, false) => "is missing after the rollback",
            (Told::AfterRollback, true) => "are missing after the rollback",
            (Told::Neutral, false) => "is removed",
            (Told::Neutral, true) => "are removed",
            (Told::Found, false) => "is missing",
            (Told::Found, true) => "are missing",
        }
    }
}

pub(super) fn tell(difference: &Difference, told: Told) -> String {
    let identity = &difference.identity;
    let object = difference.object();
    match &difference.change {
        Change::Added(_) | Change::Removed(_) | Change::Altered(_) if identity.kind == Kind::Grant => {
            grants(identity, &difference.change, told)
        }
        Change::Added(_) => format!("{object} {}", told.added(false)),
        Change::Removed(_) => format!("{object} {}", told.removed(false)),
        Change::Altered(attributes) => attributes
            .iter()
            .filter(|(name, _)| !follows(name, attributes))
            .map(|(name, transition)| altered(identity, &object, name, transition))
            .collect::<Vec<_>>()
            .join("; "),
    }
}

/// Whether this attribute came or went with another one: the bounds of an identity with the identity.
fn follows(name: &str, attributes: &BTreeMap<&'static str, Transition>) -> bool {
    let whole = |transition: &Transition| transition.from.is_none() || transition.to.is_none();
    name.starts_with("identity_") && attributes.get("identity").is_some_and(whole)
}

fn altered(identity: &Identity, object: &str, name: &str, transition: &Transition) -> String {
    let Transition { from, to } = transition;
    match telling(identity.kind, name) {
        Some(Telling::Flag(set, unset)) => {
            let (now, was) = if to.is_some() { (set, unset) } else { (unset, set) };
            let was = ["is ", "has "].iter().fold(was, |was, verb| was.strip_prefix(verb).unwrap_or(was));
            match was {
                was if was.strip_prefix("not ").is_some_and(|rest| now.ends_with(rest)) => {
                    format!("{object} {now}, was not")
                }
                was if now.starts_with("is not ") && now.ends_with(was) => {
                    format!("{object} {now}, was before")
                }
                was if was.starts_with("does not") => format!("{object} {now}, did not before"),
                was if now.starts_with("does not") => format!("{object} {now}, but {was} before"),
                was => format!("{object} {now}, was {was}"),
            }
        }
        Some(Telling::Switch(words)) => {
            let state = |value: &Option<Value>| if value.is_some() { "enabled" } else { "disabled" };
            format!("{words} of {object} is {}, was {}", state(to), state(from))
        }
        Some(Telling::State(absent)) => {
            let word = |value: &Option<Value>| value.as_ref().map_or(absent.to_owned(), Value::to_string);
            format!("{object} is {}, was {}", word(to), word(from))
        }
        Some(Telling::Options(noun)) => options(noun, object, list(from), list(to)),
        Some(Telling::Members(noun)) => members(noun, object, list(from), list(to)),
        Some(Telling::Order(noun)) => order(noun, object, list(from), list(to)),
        Some(Telling::Long(noun)) => long(noun, object, from, to),
        Some(Telling::Valued(words)) => valued(words, object, from, to),
        None => match (from, to) {
            (Some(Value::Text(from)), Some(Value::Text(to))) if from.contains('\n') || to.contains('\n') => {
                long(&name.replace('_', " "), object, &transition.from, &transition.to)
            }
            _ => valued(&name.replace('_', " "), object, from, to),
        },
    }
}

fn show(value: &Option<Value>) -> String {
    value.as_ref().map_or("unset".to_owned(), |value| format!("`{value}`"))
}

fn valued(words: &str, object: &str, from: &Option<Value>, to: &Option<Value>) -> String {
    // "expression of default of column …" says twice what is meant.
    let of = if words == "expression" { object.to_owned() } else { format!("{words} of {object}") };
    format!("{of} is {}, was {}", show(to), show(from))
}

fn list(value: &Option<Value>) -> &[String] {
    match value {
        Some(Value::List(list)) => list,
        _ => &[],
    }
}

/// `key=value` entries, each difference for itself.
fn options(noun: &str, object: &str, from: &[String], to: &[String]) -> String {
    let split = |entries: &[String]| -> std::collections::BTreeMap<String, String> {
        let pair =
            |entry: &String| entry.split_once('=').map(|(key, value)| (key.to_owned(), value.to_owned()));
        entries.iter().filter_map(pair).collect()
    };
    let (from, to) = (split(from), split(to));
    let keys: std::collections::BTreeSet<&String> = from.keys().chain(to.keys()).collect();
    let text = |value: Option<&String>| value.map_or("unset".to_owned(), |value| format!("`{value}`"));
    let told = keys.into_iter().filter(|key| from.get(*key) != to.get(*key));
    told.map(|key| {
        format!("{noun} `{key}` of {object} is {}, was {}", text(to.get(key)), text(from.get(key)))
    })
    .collect::<Vec<_>>()
    .join("; ")
}

/// What is in one list and not in the other; the order, if that is all.
fn members(noun: &str, object: &str, from: &[String], to: &[String]) -> String {
    let names =
        |some: Vec<&String>| some.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let plural = |count: usize| if count == 1 { noun.to_owned() } else { format!("{noun}s") };
    let extra: Vec<&String> = to.iter().filter(|member| !from.contains(member)).collect();
    let lacking: Vec<&String> = from.iter().filter(|member| !to.contains(member)).collect();
    let mut told = Vec::new();
    if !extra.is_empty() {
        told.push(format!("has the extra {} {}", plural(extra.len()), names(extra)));
    }
    if !lacking.is_empty() {
        told.push(format!("lacks the {} {}", plural(lacking.len()), names(lacking)));
    }
    if told.is_empty() {
        told.push(format!("has its {noun}s in another order: {}, was {}", to.join(", "), from.join(", ")));
    }
    format!("{object} {}", told.join(" and "))
}

/// Where two orders part; the whole of it would be long for a wide table.
fn order(noun: &str, object: &str, from: &[String], to: &[String]) -> String {
    let common = |some: &[String], other: &[String]| -> Vec<String> {
        some.iter().filter(|name| other.contains(name)).cloned().collect()
    };
    let (from, to) = (common(from, to), common(to, from));
    let parting = from.iter().zip(&to).find(|(was, now)| was != now);
    let place = parting.map_or(String::new(), |(was, now)| format!(": `{now}` where `{was}` was"));
    format!("{noun} of {object} stand in another order{place}")
}

/// A long text: where it differs first.
fn long(noun: &str, object: &str, from: &Option<Value>, to: &Option<Value>) -> String {
    let (Some(Value::Text(from)), Some(Value::Text(to))) = (from, to) else {
        return format!("{noun} of {object} differs");
    };
    let (from, to) = (from.trim_end_matches(';'), to.trim_end_matches(';'));
    let of = if object.starts_with("comment ") { object.to_owned() } else { format!("{noun} of {object}") };
    let line = |text: &str, number: usize| text.lines().nth(number).map(|line| format!("`{}`", line.trim()));
    let longest = from.lines().count().max(to.lines().count());
    match (0..longest).find(|&number| from.lines().nth(number) != to.lines().nth(number)) {
        _ if longest == 1 && from.len() + to.len() < 160 => {
            format!("{of} is `{}`, was `{}`", to.trim(), from.trim())
        }
        None => format!("{of} differs in its line breaks"),
        Some(number) => {
            let (now, was) = (line(to, number), line(from, number));
            let (now, was) = (now.unwrap_or("no line".to_owned()), was.unwrap_or("no line".to_owned()));
            if now == was {
                return format!("{of} differs in white space at line {}", number + 1);
            }
            format!("{of} differs at line {}: {now}, was {was}", number + 1)
        }
    }
}

/// How the reader writes that a privilege may be granted on.
const GRANT_OPTION: &str = " WITH GRANT OPTION";

/// Grants held in one catalog and not in the other. A revocation of a default that came is a grant that went.
fn grants(identity: &Identity, change: &Change, told: Told) -> String {
    let held = |fact: Option<&Fact>, name: &str| fact.map_or(Vec::new(), |fact| fact.list(name).to_vec());
    let side = |name: &'static str| match change {
        Change::Added(fact) => (Vec::new(), held(Some(fact), name)),
        Change::Removed(fact) => (held(Some(fact), name), Vec::new()),
        Change::Altered(attributes) => match attributes.get(name) {
            Some(Transition { from, to }) => (list(from).to_vec(), list(to).to_vec()),
            None => (Vec::new(), Vec::new()),
        },
    };
    let (granted_from, granted_to) = side("granted");
    let (revoked_from, revoked_to) = side("revoked");
    let lacks = |some: &[String], others: &[String]| -> Vec<String> {
        some.iter().filter(|privilege| !others.contains(privilege)).cloned().collect()
    };
    let mut extra = lacks(&granted_to, &granted_from);
    extra.extend(lacks(&revoked_from, &revoked_to));
    let mut missing = lacks(&granted_from, &granted_to);
    missing.extend(lacks(&revoked_to, &revoked_from));
    let sentence = |privileges: Vec<String>, verb: &dyn Fn(bool) -> &'static str| {
        let several = privileges.len() > 1;
        let (noun, on) = (if several { "grants" } else { "grant" }, granted_on_parent(identity));
        format!("{noun} {} on {on} to {} {}", privileges.join(", "), grantee(identity), verb(several))
    };
    let mut sentences = Vec::new();
    let on = granted_on_parent(identity);
    let mut optional = |some: &mut Vec<String>, others: &mut Vec<String>, now: &str| {
        let with = |privilege: &String| format!("{privilege}{GRANT_OPTION}");
        let same: Vec<String> = others.iter().filter(|other| some.contains(&with(other))).cloned().collect();
        some.retain(|other| !same.iter().any(|privilege| with(privilege) == *other));
        others.retain(|other| !same.contains(other));
        for privilege in same {
            sentences
                .push(format!("grant {privilege} on {on} to {} {now} the grant option", grantee(identity)));
        }
    };
    optional(&mut extra, &mut missing, "has");
    optional(&mut missing, &mut extra, "has lost");
    if !extra.is_empty() {
        sentences.push(sentence(extra, &|several| told.added(several)));
    }
    if !missing.is_empty() {
        sentences.push(sentence(missing, &|several| told.removed(several)));
    }
    sentences.join("; ")
}

fn granted_on_parent(grant: &Identity) -> String {
    grant.parent.as_deref().map(granted_on).unwrap_or_default()
}
