//! A catalog as JSON, to be kept and compared with later.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use serde::{Deserialize, Serialize};

use crate::catalog::Catalog;
use crate::fact::{Fact, Value};
use crate::identity::{Identity, Kind, QualifiedName};

/// A snapshot that cannot be read: another program's, or a newer version's.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// It is not of the form that is written here.
    #[error("the stored schema cannot be read: {0}")]
    Form(#[from] serde_json::Error),
    /// It has an object of a kind that this version does not know.
    #[error("the stored schema has a `{0}`, which this version of the tool does not know")]
    Kind(String),
}

#[derive(Serialize, Deserialize)]
struct Row {
    /// The identity from the outermost parent inwards.
    path: Vec<Part>,
    attributes: BTreeMap<String, Stored>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    inherited_from: Vec<Part>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    owned_by: Vec<Part>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    creates: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct Part {
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    schema: Option<String>,
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    arguments: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Stored {
    Bool(bool),
    Int(i64),
    Text(String),
    List(Vec<String>),
}

impl Catalog {
    /// As JSON, for [`Catalog::from_json`] of this version or a later one. What is not compared is not kept.
    pub fn to_json(&self) -> serde_json::Value {
        let row = |(identity, fact): (&Identity, &Fact)| {
            let row = Row {
                path: path(identity),
                attributes: fact.attributes.iter().map(|(k, v)| ((*k).to_owned(), stored(v))).collect(),
                inherited_from: fact.inherited_from.as_ref().map(path).unwrap_or_default(),
                owned_by: fact.owned_by.as_ref().map(path).unwrap_or_default(),
                creates: fact.creates.clone(),
            };
            // strings, numbers and lists of them always are JSON
            serde_json::to_value(row).unwrap_or_default()
        };
        self.facts.iter().map(row).collect()
    }

    /// Reads what [`Catalog::to_json`] has written.
    pub fn from_json(json: serde_json::Value) -> Result<Catalog, SnapshotError> {
        let rows: Vec<Row> = serde_json::from_value(json)?;
        let mut catalog = Catalog::default();
        for row in rows {
            let Some(identity) = identity_at(row.path)? else { continue };
            let fact = Fact {
                attributes: row.attributes.into_iter().map(|(k, v)| (interned(&k), value(v))).collect(),
                inherited_from: identity_at(row.inherited_from)?,
                owned_by: identity_at(row.owned_by)?,
                creates: row.creates,
                ..Fact::default()
            };
            catalog.facts.insert(identity, fact);
        }
        Ok(catalog)
    }
}

fn path(identity: &Identity) -> Vec<Part> {
    let part = |identity: &Identity| Part {
        kind: identity.kind.noun().to_owned(),
        schema: identity.name.schema.as_deref().map(str::to_owned),
        name: identity.name.name.to_string(),
        arguments: identity.arguments.as_deref().map(str::to_owned),
    };
    let mut path: Vec<Part> = identity.ancestors().map(part).collect();
    path.reverse();
    path.push(part(identity));
    path
}

/// The identity at the end of a path; none for an empty one.
fn identity_at(path: Vec<Part>) -> Result<Option<Identity>, SnapshotError> {
    let mut parent: Option<Identity> = None;
    for part in path {
        let kind = Kind::from_noun(&part.kind).ok_or(SnapshotError::Kind(part.kind))?;
        let name =
            QualifiedName { schema: part.schema.as_deref().map(Arc::from), name: part.name.as_str().into() };
        let arguments = part.arguments.as_deref().map(Arc::from);
        parent = Some(Identity { kind, parent: parent.map(Arc::new), name, arguments });
    }
    Ok(parent)
}

fn stored(value: &Value) -> Stored {
    match value {
        Value::Bool(value) => Stored::Bool(*value),
        Value::Int(value) => Stored::Int(*value),
        Value::Text(value) => Stored::Text(value.clone()),
        Value::List(values) => Stored::List(values.clone()),
    }
}

fn value(stored: Stored) -> Value {
    match stored {
        Stored::Bool(value) => Value::Bool(value),
        Stored::Int(value) => Value::Int(value),
        Stored::Text(value) => Value::Text(value),
        Stored::List(values) => Value::List(values),
    }
}

/// Attribute names are known at compile time everywhere else. There are about two hundred of them, and a name is
/// kept once, however often it is read.
fn interned(name: &str) -> &'static str {
    static NAMES: Mutex<BTreeSet<&'static str>> = Mutex::new(BTreeSet::new());
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = names.get(name) {
        return known;
    }
    let name: &'static str = Box::leak(name.to_owned().into_boxed_str());
    names.insert(name);
    name
}
