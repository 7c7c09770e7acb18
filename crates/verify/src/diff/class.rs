//! What a way back brings back.

use meshhook_schema::Identity;
use meshhook_schema::plan::{Hazard, Statement};
use serde::Serialize;

/// How much a rollback brings back of what was there before the migration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "class", rename_all = "kebab-case")]
pub enum Class {
    /// The schema, every row and every value.
    Lossless,
    /// The schema; what the migration dropped stays lost.
    SchemaOnly {
        /// The tables and columns.
        loses: Vec<String>,
    },
    /// Not even the schema.
    Irreversible {
        /// Why.
        why: String,
    },
}

impl Class {
    /// Of a migration that loses this, and whose reverse is known.
    pub(crate) fn of(lost: &[Identity]) -> Class {
        if lost.is_empty() {
            Class::Lossless
        } else {
            Class::SchemaOnly { loses: lost.iter().map(ToString::to_string).collect() }
        }
    }

    /// Takes note of something else that does not come back.
    pub(crate) fn also_loses(&mut self, what: String) {
        match self {
            Class::Lossless => *self = Class::SchemaOnly { loses: vec![what] },
            Class::SchemaOnly { loses } if !loses.contains(&what) => loses.push(what),
            Class::SchemaOnly { .. } | Class::Irreversible { .. } => {}
        }
    }

    /// Its name: `schema-only`.
    pub fn name(&self) -> &'static str {
        match self {
            Class::Lossless => "lossless",
            Class::SchemaOnly { .. } => "schema-only",
            Class::Irreversible { .. } => "irreversible",
        }
    }

    /// What the rollback's header says, without dashes. `irreversible` is what the rest of our tools heed: `verify` accepts
    /// the loss then, and a deploy asks.
    pub(crate) fn header(&self) -> (Option<String>, String) {
        let why = match self {
            Class::Lossless => return (None, "rollback: lossless".to_owned()),
            Class::SchemaOnly { loses } => format!("what was in {} is lost", loses.join(", ")),
            Class::Irreversible { why } => why.split_whitespace().collect::<Vec<_>>().join(" "),
        };
        let below = match self {
            Class::SchemaOnly { .. } => ", the SQL below brings back the shape",
            _ => "",
        };
        (Some(format!("irreversible: {why}")), format!("rollback: {}{below}", self.name()))
    }
}

/// What statements lose, each once.
pub(crate) fn lost<'a>(statements: impl IntoIterator<Item = &'a Statement>) -> Vec<Identity> {
    let mut found: Vec<Identity> = Vec::new();
    for hazard in statements.into_iter().flat_map(|statement| &statement.hazards) {
        if let Hazard::DataLoss { what } = hazard
            && !found.contains(what)
        {
            found.push(what.clone());
        }
    }
    found
}
