//! Renames as statements that may run twice.

use meshhook_schema::quote::{quote_ident, quote_literal};
use meshhook_schema::{Identity, Kind, QualifiedName};

use super::{OBJECTS, Rename};

impl Rename {
    /// The SQL, each statement with the condition under which it runs: it may run twice.
    pub(crate) fn statements(&self) -> Vec<(String, String)> {
        match self {
            Rename::Schema { from, to } => {
                let there = |name: &str| {
                    format!(
                        "EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = {})",
                        quote_literal(name)
                    )
                };
                let sql = format!("ALTER SCHEMA {} RENAME TO {}", quote_ident(from), quote_ident(to));
                vec![(sql, format!("{} AND NOT {}", there(from), there(to)))]
            }
            Rename::Object { kind, from, to } => object(*kind, from, to),
            Rename::Column { of, from, to } => {
                let name = of.name.sql();
                let (alter, part) = match of.kind {
                    Kind::Composite => ("TYPE", "ATTRIBUTE"),
                    Kind::ForeignTable => ("FOREIGN TABLE", "COLUMN"),
                    _ => ("TABLE", "COLUMN"),
                };
                let sql = format!(
                    "ALTER {alter} {name} RENAME {part} {} TO {}",
                    quote_ident(from),
                    quote_ident(to)
                );
                let guard = format!(
                    "EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = pg_catalog.to_regclass({}) \
                     AND attname = {} AND NOT attisdropped)",
                    quote_literal(&name),
                    quote_literal(from)
                );
                vec![(sql, guard)]
            }
            Rename::Label { of, from, to } => {
                let sql = format!(
                    "ALTER TYPE {} RENAME VALUE {} TO {}",
                    of.sql(),
                    quote_literal(from),
                    quote_literal(to)
                );
                let guard = format!(
                    "EXISTS (SELECT FROM pg_catalog.pg_enum WHERE enumtypid = pg_catalog.to_regtype({}) \
                     AND enumlabel = {})",
                    quote_literal(&of.sql()),
                    quote_literal(from)
                );
                vec![(sql, guard)]
            }
            Rename::Child { of, to } => vec![child(of, to)],
        }
    }
}

fn object(kind: Kind, from: &QualifiedName, to: &QualifiedName) -> Vec<(String, String)> {
    let relation = OBJECTS[..5].contains(&kind);
    let noun = match kind {
        Kind::View => "VIEW",
        Kind::MaterializedView => "MATERIALIZED VIEW",
        Kind::ForeignTable => "FOREIGN TABLE",
        Kind::Sequence => "SEQUENCE",
        Kind::Table => "TABLE",
        Kind::Collation => "COLLATION",
        _ => "TYPE",
    };
    let lookup = match kind {
        Kind::Collation => "to_regcollation",
        _ if relation => "to_regclass",
        _ => "to_regtype",
    };
    let there = |name: &QualifiedName| format!("pg_catalog.{lookup}({}) IS", quote_literal(&name.sql()));
    let guard =
        |from: &QualifiedName, to: &QualifiedName| format!("{} NOT NULL AND {} NULL", there(from), there(to));
    let mut all = Vec::new();
    let mut at = from.clone();
    if let Some(schema) = to.schema.as_ref().filter(|schema| Some(*schema) != from.schema.as_ref()) {
        let moved = QualifiedName { schema: Some(schema.clone()), name: from.name.clone() };
        all.push((
            format!("ALTER {noun} {} SET SCHEMA {}", at.sql(), quote_ident(schema)),
            format!("{} AND {} NULL", guard(&at, &moved), there(to)),
        ));
        at = moved;
    }
    if at.name != to.name {
        all.push((format!("ALTER {noun} {} RENAME TO {}", at.sql(), quote_ident(&to.name)), guard(&at, to)));
    }
    all
}

fn child(of: &Identity, to: &str) -> (String, String) {
    let name = quote_ident(&of.name.name);
    let table = of.parent.as_ref().map(|table| table.name.clone());
    let schema = table.as_ref().and_then(|table| table.schema.clone());
    let table = table.map(|table| table.sql()).unwrap_or_default();
    if of.kind == Kind::Constraint {
        let sql = format!("ALTER TABLE {table} RENAME CONSTRAINT {name} TO {}", quote_ident(to));
        let guard = format!(
            "EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conrelid = pg_catalog.to_regclass({}) \
             AND conname = {})",
            quote_literal(&table),
            quote_literal(&of.name.name)
        );
        return (sql, guard);
    }
    let index = QualifiedName { schema: schema.clone(), name: of.name.name.clone() };
    let new = QualifiedName { schema, name: to.into() };
    (
        format!("ALTER INDEX {} RENAME TO {}", index.sql(), quote_ident(to)),
        format!(
            "pg_catalog.to_regclass({}) IS NOT NULL AND pg_catalog.to_regclass({}) IS NULL",
            quote_literal(&index.sql()),
            quote_literal(&new.sql())
        ),
    )
}
