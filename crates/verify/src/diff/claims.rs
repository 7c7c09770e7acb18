//! What a plan says of rows: which go, which read differently, which tables are written again. The proof holds it to that.

use std::collections::{BTreeMap, BTreeSet};

use meshhook_schema::plan::Hazard;
use meshhook_schema::{Fact, Identity, Kind, Value};

use super::class::lost;
use super::rename::Rename;
use super::sides::Draft;
use crate::data::{Data, Loss};

impl Draft<'_> {
    /// What the plan says it loses.
    pub(super) fn claimed(&self) -> Claimed {
        let mut claimed = Claimed::default();
        for what in lost(self.plan.steps.iter().flat_map(|step| &step.statements)) {
            match what.kind {
                Kind::Column => {
                    let table = what.parent.as_deref().map(name).unwrap_or_default();
                    claimed.columns.insert(format!("{table}.{}", what.name.name));
                }
                Kind::Table | Kind::ForeignTable | Kind::MaterializedView => {
                    // rows of a partition are read through the table that it is a part of
                    let fact = self.renamed.get(&what);
                    let parent =
                        fact.and_then(|fact| fact.owned_by.as_ref().or(fact.inherited_from.as_ref()));
                    claimed.tables.extend(parent.map(|parent| name(parent.root())));
                    claimed.tables.insert(name(&what));
                }
                // a label of an enum: the columns that held it are not known by name
                _ => claimed.values = true,
            }
        }
        claimed
    }

    /// Columns whose values read differently, because they are of another type or computed.
    pub(super) fn changed_columns(&self) -> BTreeSet<String> {
        let (from, to) = (&self.renamed, &self.sides.to);
        let labels = self.renames.iter().filter_map(|rename| match rename {
            Rename::Label { of, .. } => Some(of.sql()),
            _ => None,
        });
        let labels: BTreeSet<String> = labels.collect();
        let retyped = |from: Option<&Fact>, to: Option<&Fact>| {
            from.zip(to).is_some_and(|(from, to)| from.get("type") != to.get("type"))
        };
        from.facts()
            .filter(|(one, _)| one.kind == Kind::Column)
            .filter_map(|(one, fact)| Some((one, fact, to.get(one)?)))
            .filter(|(_, fact, other)| {
                fact.get("type") != other.get("type")
                    || labels.contains(other.text("type").trim_end_matches("[]"))
                    || matches!(fact.get("generated"), Some(Value::Text(_)))
                    || matches!(other.get("generated"), Some(Value::Text(_)))
            })
            .map(|(one, ..)| column_name(one))
            .chain(self.with_attributes(retyped).0)
            .collect()
    }

    /// Columns that are computed before and after: by their values no row is known again.
    fn computed_columns(&self) -> BTreeSet<String> {
        let computed = |fact: &Fact| fact.get("generated").is_some();
        let columns = self.renamed.facts().filter(|(one, _)| one.kind == Kind::Column);
        columns
            .filter(|(one, fact)| computed(fact) && self.sides.to.get(one).is_some_and(computed))
            .map(|(one, _)| column_name(one))
            .collect()
    }

    /// Columns that may have values of composite types of which an attribute is like this, and those attributes' names.
    fn with_attributes(
        &self,
        like: impl Fn(Option<&Fact>, Option<&Fact>) -> bool,
    ) -> (BTreeSet<String>, BTreeSet<String>) {
        let (from, to) = (&self.renamed, &self.sides.to);
        let attribute = |one: &&Identity| one.kind == Kind::Column && one.root().kind == Kind::Composite;
        let all = from.facts().chain(to.facts()).map(|(one, _)| one).filter(attribute);
        let found: Vec<&Identity> = all.filter(|one| like(from.get(one), to.get(one))).collect();
        if found.is_empty() {
            return Default::default();
        }
        let users = from.users_of_types(&found.iter().map(|one| one.root()).collect());
        let columns = users.into_iter().filter(|one| one.kind == Kind::Column).map(column_name);
        (columns.collect(), found.iter().map(|one| one.name.name.to_string()).collect())
    }

    /// Rows as far as they can be known again: without what is computed, and without attributes that come or go.
    pub(super) fn comparable(&self, data: &Data) -> Data {
        let (columns, names) = self.with_attributes(|from, to| from.is_some() != to.is_some());
        data.without(&self.computed_columns()).without_attributes(&columns, &names)
    }

    /// A table's name after the renames.
    pub(super) fn table_after(&self, table: &str) -> String {
        let mut at = table.to_owned();
        for rename in &self.renames {
            match rename {
                Rename::Schema { from, to } => {
                    if let Some(rest) = at.strip_prefix(&format!("{from}.")) {
                        at = format!("{to}.{rest}");
                    }
                }
                Rename::Object { from, to, .. } if dotted(from) == at => at = dotted(to),
                _ => {}
            }
        }
        at
    }

    /// A column's name after the renames, by its table's name after them.
    pub(super) fn column_after(&self, table: &str, column: &str) -> String {
        let renamed = self.renames.iter().find_map(|rename| match rename {
            Rename::Column { of, from, to } if name(of) == table && **from == *column => Some(to.to_string()),
            _ => None,
        });
        renamed.unwrap_or_else(|| column.to_owned())
    }

    /// Tables that are in other files than before, and of which the plan says neither that they are written anew nor that
    /// they are made anew.
    pub(super) fn rewritten(
        &self,
        before: &BTreeMap<String, i64>,
        after: &BTreeMap<String, i64>,
    ) -> Vec<String> {
        let said: BTreeSet<String> = self
            .plan
            .steps
            .iter()
            .flat_map(|step| &step.statements)
            .flat_map(|statement| &statement.hazards)
            .filter_map(|hazard| match hazard {
                Hazard::TableRewrite { table } => Some(name(table.root())),
                Hazard::DataLoss { what } if what.parent.is_none() => Some(name(what)),
                _ => None,
            })
            .collect();
        let moved = before.iter().map(|(table, file)| (self.table_after(table), file));
        moved
            .filter(|(table, file)| after.get(table).is_some_and(|now| now != *file) && !said.contains(table))
            .map(|(table, _)| table)
            .collect()
    }
}

/// What a plan says it loses, by the names that [`Data`] uses.
#[derive(Default)]
pub(super) struct Claimed {
    tables: BTreeSet<String>,
    columns: BTreeSet<String>,
    values: bool,
}

impl Claimed {
    pub(super) fn covers(&self, loss: &Loss) -> bool {
        match loss {
            Loss::Rows { table, .. } | Loss::Extra { table, .. } => self.tables.contains(table),
            Loss::Values { table, column, touched, .. } => {
                *touched
                    || self.values
                    || self.tables.contains(table)
                    || self.columns.contains(&format!("{table}.{column}"))
                    // too many rows to know of which column
                    || (column == "*" && self.columns.iter().any(|one| one.starts_with(&format!("{table}."))))
            }
        }
    }
}

/// Whether it is only that values of another type read differently.
pub(super) fn excused(loss: &Loss, changed: &BTreeSet<String>, (was, is): (&Data, &Data)) -> bool {
    match loss {
        Loss::Values { table, column, touched, .. } => {
            *touched || changed.contains(&format!("{table}.{column}"))
        }
        // rows none of whose values is as it was are rows that have gone, unless as many are there
        Loss::Rows { table, .. } => {
            is.count(table) >= was.count(table)
                && changed.iter().any(|one| one.starts_with(&format!("{table}.")))
        }
        Loss::Extra { .. } => false,
    }
}

/// `schema.table.column`.
fn column_name(column: &Identity) -> String {
    format!("{}.{}", column.parent.as_deref().map(name).unwrap_or_default(), column.name.name)
}

fn name(identity: &Identity) -> String {
    dotted(&identity.name)
}

fn dotted(name: &meshhook_schema::QualifiedName) -> String {
    format!("{}.{}", name.schema.as_deref().unwrap_or_default(), name.name)
}
