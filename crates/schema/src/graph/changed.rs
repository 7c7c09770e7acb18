//! What differs between two schemas, as a diagram.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Column, Diagram, Entity, Mark, Relation};
use crate::catalog::Catalog;
use crate::compare::raw;
use crate::identity::{Identity, Kind, QualifiedName};

impl Diagram {
    /// The tables and views that differ, with their direct neighbours, and marks on what is new, changed or gone.
    /// Nothing when none of them differs.
    pub fn changed(before: &Catalog, after: &Catalog, views: bool) -> Diagram {
        let old = Diagram::of(before, views);
        let mut diagram = Diagram::of(after, views);
        let mut touched: BTreeSet<QualifiedName> = BTreeSet::new();
        for difference in raw(before, after) {
            if difference.is_note() {
                continue;
            }
            let root = difference.identity.root();
            if has_entity(root.kind) {
                touched.insert(root.name.clone());
            }
        }
        for (name, entity) in &mut diagram.entities {
            match old.entities.get(name) {
                None => entity.mark = Mark::New,
                Some(was) if touched.contains(name) => {
                    entity.mark = Mark::Changed;
                    entity.mark_columns(was, |column| differs(before, after, name, column));
                }
                Some(_) => {}
            }
        }
        for (name, entity) in &old.entities {
            let gone = Entity { mark: Mark::Gone, columns: entity.columns.clone() };
            diagram.entities.entry(name.clone()).or_insert(gone);
        }
        diagram.mark_relations(&old);
        let marked: BTreeSet<QualifiedName> = diagram
            .entities
            .iter()
            .filter(|(_, entity)| entity.mark != Mark::Same)
            .map(|(name, _)| name.clone())
            .collect();
        diagram.keep_around(marked, 1);
        diagram
    }

    fn mark_relations(&mut self, old: &Diagram) {
        let key = |relation: &Relation| (relation.from.clone(), relation.to.clone(), relation.name.clone());
        let mut was: BTreeMap<_, &Relation> = old.relations.iter().map(|one| (key(one), one)).collect();
        let marked = std::mem::take(&mut self.relations).into_iter().map(|mut relation| {
            relation.mark = match was.remove(&key(&relation)) {
                None => Mark::New,
                Some(old) if old.link != relation.link => Mark::Changed,
                Some(_) => Mark::Same,
            };
            relation
        });
        self.relations = marked.collect();
        self.relations
            .extend(was.into_values().map(|relation| Relation { mark: Mark::Gone, ..relation.clone() }));
    }
}

impl Entity {
    fn mark_columns(&mut self, was: &Entity, differs: impl Fn(&str) -> bool) {
        for column in &mut self.columns {
            match was.columns.iter().find(|old| old.name == column.name) {
                None => column.mark = Mark::New,
                Some(old) if *old != *column || differs(&column.name) => column.mark = Mark::Changed,
                Some(_) => {}
            }
        }
        let gone: Vec<Column> = was
            .columns
            .iter()
            .filter(|old| !self.columns.iter().any(|column| column.name == old.name))
            .map(|old| Column { mark: Mark::Gone, ..old.clone() })
            .collect();
        self.columns.extend(gone);
    }
}

fn has_entity(kind: Kind) -> bool {
    matches!(kind, Kind::Table | Kind::ForeignTable | Kind::View | Kind::MaterializedView)
}

/// Whether a column is another, beside what a diagram shows of it: its default, whether it may be null.
fn differs(before: &Catalog, after: &Catalog, table: &QualifiedName, column: &str) -> bool {
    [Kind::Table, Kind::ForeignTable].into_iter().any(|kind| {
        let table = Identity { kind, parent: None, name: table.clone(), arguments: None };
        let column = Arc::new(Identity::child(Kind::Column, Arc::new(table), column));
        let default = Identity::child(Kind::Default, column.clone(), "");
        [&*column, &default].into_iter().any(|identity| before.get(identity) != after.get(identity))
    })
}
