//! What the row maker knows of a database: tables, columns, types and the rules rows must obey.

use crate::sql::{fetch_text, quote};
use serde::Deserialize;
use sqlx::postgres::PgConnection;
use std::collections::{BTreeMap, BTreeSet};

/// The tables and types of one database at one moment.
#[derive(Debug, Clone, Default)]
pub struct Shape {
    pub(crate) tables: Vec<Table>,
    pub(crate) types: BTreeMap<i64, Type>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Table {
    pub(crate) oid: i64,
    pub(crate) schema: String,
    pub(crate) name: String,
    pub(crate) partitioned: bool,
    /// Filled and read through its parent.
    pub(crate) partition: bool,
    pub(crate) touched_by_triggers: bool,
    pub(crate) columns: Vec<Column>,
    pub(crate) checks: Vec<Check>,
    pub(crate) keys: Vec<Key>,
    pub(crate) uniques: Vec<Vec<String>>,
    /// The constraints of the leaf partitions, for a partitioned root. `None`: a leaf that accepts everything.
    pub(crate) partitions: Vec<Option<String>>,
    /// Checks of the other shape the rows shall suit, see [`Shape::suiting`].
    #[serde(skip)]
    pub(crate) borrowed_checks: Vec<Check>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Column {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) type_oid: i64,
    pub(crate) typmod: i32,
    pub(crate) sql_type: String,
    pub(crate) not_null: bool,
    pub(crate) default: Option<String>,
    pub(crate) identity: bool,
    pub(crate) generated: bool,
    /// Type and typmod of the same column in the other shape.
    #[serde(skip)]
    pub(crate) twin: Option<(i64, i32)>,
    #[serde(skip)]
    pub(crate) twin_labels: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Check {
    pub(crate) expr: String,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Key {
    pub(crate) target: i64,
    pub(crate) columns: Vec<String>,
    pub(crate) target_columns: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Type {
    pub(crate) oid: i64,
    pub(crate) name: String,
    pub(crate) sql: String,
    /// `pg_type.typtype`: b base, c composite, d domain, e enum, m multirange, p pseudo, r range.
    pub(crate) kind: char,
    pub(crate) element: i64,
    pub(crate) base: i64,
    pub(crate) base_typmod: i32,
    pub(crate) not_null: bool,
    pub(crate) labels: Vec<String>,
    pub(crate) checks: Vec<String>,
    pub(crate) attributes: Vec<(i64, i32)>,
    pub(crate) subtype: i64,
}

#[derive(Deserialize)]
struct Raw {
    tables: Vec<Table>,
    types: Vec<Type>,
}

impl Shape {
    /// Reads the shape of the database behind `conn`. Leaves the session as it was.
    pub async fn read(conn: &mut PgConnection) -> Result<Shape, sqlx::Error> {
        // Without jit=off Postgres spends seconds compiling this one query, because its estimates are high.
        let sql = concat!(
            "BEGIN READ ONLY; SET LOCAL search_path = pg_catalog; SET LOCAL jit = off;\n",
            include_str!("shape.sql"),
            "; COMMIT"
        );
        let text = fetch_text(conn, sql).await?;
        let raw: Raw = serde_json::from_str(&text).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
        let types = raw.types.into_iter().map(|each| (each.oid, each)).collect();
        Ok(Shape { tables: raw.tables, types })
    }

    pub(crate) fn by_oid(&self, oid: i64) -> Option<&Table> {
        self.tables.iter().find(|table| table.oid == oid)
    }

    pub(crate) fn by_name(&self, schema: &str, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.schema == schema && table.name == name)
    }

    /// Follows domains down to the type that holds the value, with its typmod.
    pub(crate) fn base_of(&self, oid: i64, typmod: i32) -> Option<(&Type, i32)> {
        let mut found = self.types.get(&oid)?;
        let mut typmod = typmod;
        while found.kind == 'd' {
            typmod = found.base_typmod;
            found = self.types.get(&found.base)?;
        }
        Some((found, typmod))
    }

    /// The checks of a domain and of the domains it is made of, each about `VALUE`.
    pub(crate) fn domain_checks(&self, oid: i64) -> Vec<&str> {
        let mut all = Vec::new();
        let mut at = self.types.get(&oid);
        while let Some(found) = at.filter(|found| found.kind == 'd') {
            all.extend(found.checks.iter().map(String::as_str));
            at = self.types.get(&found.base);
        }
        all
    }

    /// Whether a domain or one it is made of refuses NULL.
    pub(crate) fn refuses_null(&self, column: &Column) -> bool {
        let mut at = self.types.get(&column.type_oid);
        while let Some(found) = at.filter(|found| found.kind == 'd') {
            if found.not_null {
                return true;
            }
            at = self.types.get(&found.base);
        }
        column.not_null
    }

    /// The tables that `scope` includes and, through foreign keys, those they need rows in.
    pub(crate) fn within(&self, includes: impl Fn(&Table) -> bool) -> BTreeSet<i64> {
        let mut wanted: BTreeSet<i64> = self
            .tables
            .iter()
            .filter(|table| !table.partition && includes(table))
            .map(|table| table.oid)
            .collect();
        let mut open: Vec<i64> = wanted.iter().copied().collect();
        while let Some(oid) = open.pop() {
            let keys = self.by_oid(oid).map(|table| table.keys.as_slice()).unwrap_or_default();
            for key in keys {
                if self.by_oid(key.target).is_some_and(|table| !table.partition) && wanted.insert(key.target)
                {
                    open.push(key.target);
                }
            }
        }
        wanted
    }
}

impl Table {
    /// `public.t`, quoted where SQL needs it.
    pub(crate) fn sql_name(&self) -> String {
        format!("{}.{}", quote(&self.schema), quote(&self.name))
    }

    /// `public.t`, as people write it.
    pub(crate) fn plain_name(&self) -> String {
        format!("{}.{}", self.schema, self.name)
    }

    pub(crate) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    pub(crate) fn in_unique(&self, column: &str) -> bool {
        self.uniques.iter().any(|unique| unique.iter().any(|name| name == column))
    }
}

impl Column {
    /// Filled by Postgres itself: a value of ours would be refused or would leave the sequence behind.
    pub(crate) fn is_numbered(&self) -> bool {
        self.identity || self.default.as_deref().is_some_and(|default| default.contains("nextval("))
    }
}
