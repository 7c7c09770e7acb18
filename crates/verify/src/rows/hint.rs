//! Rows that suit two shapes of a database: the one they are written in, and the one a migration brings next (or brought
//! it from). A rule that appears on one side only is about rows of which nothing is known but that the rule was thought
//! right: a made row that breaks it would prove nothing.

use super::shape::{Check, Shape, Table};

impl Shape {
    /// This shape, with the rules of `other` added where both have the table and the columns.
    pub(crate) fn suiting(&self, other: &Shape) -> Shape {
        let mut merged = self.clone();
        for (oid, found) in &other.types {
            merged.types.entry(*oid).or_insert_with(|| found.clone());
        }
        for table in &mut merged.tables {
            if let Some(there) = other.by_name(&table.schema, &table.name) {
                table.learn(there, self, other);
            }
        }
        merged
    }
}

impl Table {
    fn learn(&mut self, there: &Table, own: &Shape, other: &Shape) {
        for column in &mut self.columns {
            let Some(twin) = there.column(&column.name) else { continue };
            column.twin = Some((twin.type_oid, twin.typmod));
            column.twin_labels = other
                .base_of(twin.type_oid, twin.typmod)
                .map(|(found, _)| found.labels.clone())
                .unwrap_or_default();
        }
        let known = |names: &[String]| names.iter().all(|name| self.column(name).is_some());
        let uniques: Vec<_> = there.uniques.iter().filter(|unique| known(unique)).cloned().collect();
        let keys: Vec<_> = there
            .keys
            .iter()
            .filter(|key| known(&key.columns) && !self.keys.iter().any(|mine| mine.columns == key.columns))
            .filter_map(|key| {
                let target = other.by_oid(key.target)?;
                let target = own.by_name(&target.schema, &target.name)?;
                let mut key = key.clone();
                key.target = target.oid;
                key.target_columns.iter().all(|name| target.column(name).is_some()).then_some(key)
            })
            .collect();
        self.borrowed_checks = there
            .checks
            .iter()
            .map(|check| check.expr.clone())
            .filter(|expr| !self.checks.iter().any(|mine| mine.expr == *expr))
            .chain(there.columns.iter().filter(|twin| self.column(&twin.name).is_some()).flat_map(|twin| {
                let name = crate::sql::quote(&twin.name);
                other
                    .domain_checks(twin.type_oid)
                    .into_iter()
                    .map(move |expr| super::harvest::about_column(expr, &name))
                    .collect::<Vec<_>>()
            }))
            .map(|expr| Check { expr })
            .collect();
        self.uniques.extend(uniques);
        self.keys.extend(keys);
    }
}
