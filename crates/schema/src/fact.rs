//! One fact: typed attributes, and a hash of them.

use std::collections::BTreeMap;
use std::fmt;

use sha2::{Digest, Sha256};

use crate::identity::Identity;

/// The value of an attribute. An attribute at Postgres's default is absent.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// A flag.
    Bool(bool),
    /// A count, a size, a sequence's bound.
    Int(i64),
    /// A name, an expression, a definition.
    Text(String),
    /// Several of these; the order counts where it counts in Postgres, else it is sorted.
    List(Vec<String>),
}

impl fmt::Display for Value {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Bool(value) => write!(out, "{value}"),
            Value::Int(value) => write!(out, "{value}"),
            Value::Text(value) => out.write_str(value),
            Value::List(values) => out.write_str(&values.join(", ")),
        }
    }
}

/// What the catalog says about one [`Identity`].
#[derive(Clone, Debug, Default)]
pub struct Fact {
    /// Everything that counts when two facts are compared, but what equals Postgres's default.
    pub attributes: BTreeMap<&'static str, Value>,
    /// The same thing on the parent table, where this one exists because of it (partitions, inheritance).
    pub inherited_from: Option<Identity>,
    /// What it is dropped with although its name does not say so: the column of an owned sequence, the
    /// partitioned table of a partition.
    pub owned_by: Option<Identity>,
    /// Postgres's own statement that creates it, where it has one and no attribute is it.
    pub creates: Option<String>,
    /// What a plan asks for and the attributes do not say, such as the columns of a view; read with
    /// [`crate::Scope::with_dependencies`]. Never compared, hashed or kept.
    pub derived: BTreeMap<&'static str, Value>,
}

impl PartialEq for Fact {
    fn eq(&self, other: &Fact) -> bool {
        self.attributes == other.attributes
            && self.inherited_from == other.inherited_from
            && self.owned_by == other.owned_by
            && self.creates == other.creates
    }
}

impl Eq for Fact {}

impl Fact {
    /// The attribute's value, if it is not at its default.
    pub fn get(&self, attribute: &str) -> Option<&Value> {
        self.attributes.get(attribute)
    }

    /// A text attribute, or the empty text.
    pub fn text(&self, attribute: &str) -> &str {
        match self.get(attribute) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }

    /// A list attribute, or the empty list.
    pub fn list(&self, attribute: &str) -> &[String] {
        match self.get(attribute) {
            Some(Value::List(list)) => list,
            _ => &[],
        }
    }

    /// Whether a flag is set.
    pub fn flag(&self, attribute: &str) -> bool {
        self.get(attribute) == Some(&Value::Bool(true))
    }

    /// SHA-256 over identity and attributes; what is only ever a note left out.
    pub fn hash(&self, identity: &Identity) -> [u8; 32] {
        let mut bytes = Vec::with_capacity(256);
        put_identity(&mut bytes, identity);
        for (name, value) in &self.attributes {
            if NOTES.contains(name) {
                continue;
            }
            put(&mut bytes, name);
            match value {
                Value::Bool(value) => bytes.extend([b'b', u8::from(*value)]),
                Value::Int(value) => {
                    bytes.push(b'i');
                    bytes.extend(value.to_be_bytes());
                }
                Value::Text(value) => {
                    bytes.push(b't');
                    put(&mut bytes, value);
                }
                Value::List(values) => {
                    bytes.push(b'l');
                    bytes.extend((values.len() as u64).to_be_bytes());
                    values.iter().for_each(|value| put(&mut bytes, value));
                }
            }
        }
        Sha256::digest(&bytes).into()
    }
}

/// The attribute of a table that lists its columns in order.
pub(crate) const COLUMN_ORDER: &str = "column_order";

/// The attribute of a child's column or constraint that it has from its parent, and has declared by itself too.
pub(crate) const ALSO_LOCAL: &str = "also_local";

/// What is told of, and is no difference: it loses nothing, and no statement can bring it about.
pub(crate) const NOTES: [&str; 3] = [COLUMN_ORDER, ALSO_LOCAL, "not_null_also_local"];

/// The attribute of a composite type that lists its attributes in order, which counts: row literals follow it.
pub(crate) const ATTRIBUTE_ORDER: &str = "attribute_order";

/// Length first, so that no two different sequences of texts give the same bytes.
fn put(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend((text.len() as u64).to_be_bytes());
    bytes.extend(text.as_bytes());
}

fn put_identity(bytes: &mut Vec<u8>, identity: &Identity) {
    put(bytes, identity.kind.noun());
    for part in [identity.name.schema.as_deref(), Some(&*identity.name.name), identity.arguments.as_deref()] {
        bytes.push(u8::from(part.is_some()));
        put(bytes, part.unwrap_or_default());
    }
    bytes.push(u8::from(identity.parent.is_some()));
    if let Some(parent) = &identity.parent {
        put_identity(bytes, parent);
    }
}
