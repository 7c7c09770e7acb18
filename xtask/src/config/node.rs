//! A TOML document as a tree that owns its text, with the place of every value. The toml crate's own tree borrows from
//! the text and cannot be kept beside it.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A table, by its keys.
pub(crate) type Table = BTreeMap<String, Entry>;

/// A key and its value.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// Where the key begins, in bytes.
    pub(crate) key_at: usize,
    /// Where the value is; for a table with a header, where the header is.
    pub(crate) span: Range<usize>,
    pub(crate) value: Value,
}

/// A value.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Text(String),
    /// None when it does not fit into 64 bits.
    Integer(Option<i64>),
    Boolean(bool),
    List(Vec<Spanned<Value>>),
    Table(Table),
    /// A float or a date: we have no use for either.
    Other,
}

impl Value {
    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn as_integer(&self) -> Option<Option<i64>> {
        match self {
            Value::Integer(number) => Some(*number),
            _ => None,
        }
    }

    pub(crate) fn as_boolean(&self) -> Option<bool> {
        match self {
            Value::Boolean(it) => Some(*it),
            _ => None,
        }
    }

    pub(crate) fn as_list(&self) -> Option<&[Spanned<Value>]> {
        match self {
            Value::List(items) => Some(items),
            _ => None,
        }
    }

    pub(crate) fn as_table(&self) -> Option<&Table> {
        match self {
            Value::Table(table) => Some(table),
            _ => None,
        }
    }
}

/// Copies what the toml crate parsed.
pub(crate) fn table(parsed: &DeTable<'_>) -> Table {
    let entry = |(key, value): (&Spanned<_>, &Spanned<DeValue<'_>>)| {
        let key: &Spanned<toml::de::DeString<'_>> = key;
        let entry = Entry { key_at: key.span().start, span: value.span(), value: copy(value.get_ref()) };
        (key.get_ref().to_string(), entry)
    };
    parsed.iter().map(entry).collect()
}

fn copy(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => Value::Integer(i64::from_str_radix(number.as_str(), number.radix()).ok()),
        DeValue::Boolean(it) => Value::Boolean(*it),
        DeValue::Array(items) => {
            Value::List(items.iter().map(|item| Spanned::new(item.span(), copy(item.get_ref()))).collect())
        }
        DeValue::Table(inner) => Value::Table(table(inner)),
        DeValue::Float(_) | DeValue::Datetime(_) => Value::Other,
    }
}
