//! Edges between the stages in the life of one object, and of the parents and children that it leaves and joins.

use std::collections::{BTreeMap, BTreeSet};

use super::Builder;
use crate::catalog::Catalog;
use crate::fact::{Fact, NOTES};
use crate::identity::{Identity, Kind};
use crate::plan::graph::{Node, Stage};
use crate::plan::rules;

impl<'a> Builder<'_, 'a> {
    /// What is done to one object, and to what hangs on it, in the order of stages.
    pub(super) fn stages(&mut self) {
        let stages = [
            Stage::Detach,
            Stage::Drop,
            Stage::Aside,
            Stage::Create,
            Stage::Alter,
            Stage::Attach,
            Stage::Move,
            Stage::Owner,
            Stage::Rights,
        ];
        let all: BTreeSet<&'a Identity> = self
            .fates
            .of
            .keys()
            .copied()
            .chain(self.context.from.facts().map(|(identity, _)| identity).filter(|identity| {
                [Stage::Detach, Stage::Attach, Stage::Owner]
                    .iter()
                    .any(|stage| self.graph.has((*stage, identity)))
            }))
            .collect();
        for &identity in &all {
            let aside = self.fates.aside.contains(identity);
            for (at, first) in stages.iter().enumerate() {
                for then in &stages[at + 1..] {
                    // What stands aside is dropped at the end.
                    let dropped_last = aside && *first == Stage::Drop;
                    if !dropped_last {
                        self.graph.order((*first, identity), (*then, identity));
                    }
                }
            }
            if aside {
                self.graph.order((Stage::Create, identity), (Stage::Drop, identity));
                self.graph.order((Stage::Move, identity), (Stage::Drop, identity));
            }
            self.around_moving_rows(identity);
            if let Some(drop) = self.dropping(identity)
                && drop.1 != identity
                && !self.fates.aside.contains(drop.1)
                && let Some(making) = self.making(identity)
            {
                self.graph.order(drop, making);
            }
            if let Some(making) = self.making(identity).filter(|making| making.1 != identity) {
                self.graph.order(making, (Stage::Rights, identity));
            }
            self.around_attachment(identity);
            // Whoever made it still owns it when it is altered, and may no longer afterwards.
            if let Some((root, _)) = self.context.to.facts.get_key_value(identity.root())
                && root != identity
            {
                for stage in [Stage::Create, Stage::Alter, Stage::Attach] {
                    self.graph.prefer((stage, identity), (Stage::Owner, root));
                }
            }
        }
    }

    /// Rows move once all partitions are there, and before triggers would fire for them.
    fn around_moving_rows(&mut self, identity: &'a Identity) {
        let Some(fact) = self.context.to.get(identity) else { return };
        let parents = fact.list("parents");
        let Some(table) = identity.parent.as_deref().filter(|table| self.fates.aside.contains(table)) else {
            let rebuilt: Vec<&'a Identity> = self
                .fates
                .aside
                .iter()
                .copied()
                .filter(|table| parents.contains(&table.name.sql()))
                .collect();
            for table in self.context.to.tables_above(identity) {
                self.graph.order((Stage::Create, identity), (Stage::Move, table));
                self.graph.order((Stage::Attach, identity), (Stage::Move, table));
            }
            for table in rebuilt {
                self.graph.order((Stage::Aside, table), (Stage::Aside, identity));
                self.graph.order((Stage::Detach, identity), (Stage::Aside, table));
                self.graph.order((Stage::Create, table), (Stage::Create, identity));
                self.graph.order((Stage::Create, table), (Stage::Attach, identity));
            }
            return;
        };
        let Some((table, _)) = self.context.to.facts.get_key_value(table) else { return };
        match identity.kind {
            Kind::Trigger | Kind::Rule => self.graph.order((Stage::Move, table), (Stage::Create, identity)),
            Kind::Default | Kind::Column => self.graph.order((Stage::Create, identity), (Stage::Move, table)),
            _ => {}
        }
    }

    /// Nothing refers to the rows of a partition while it is made anew, and they are not in its table.
    pub(super) fn references_to_moving_rows(&mut self) {
        let rebuilt = self.fates.aside.iter().copied().filter(|table| self.context.steps_out(table));
        let rejoining =
            self.context.from.facts().map(|(table, _)| table).filter(|table| self.context.rejoins(table));
        let apart: Vec<(&'a Identity, Vec<&'a Identity>)> =
            rebuilt.chain(rejoining).map(|table| (table, self.context.from.tables_above(table))).collect();
        let foreign_key = |catalog: &'a Catalog, identity: &Identity| {
            catalog.get(identity).is_some_and(|fact| fact.text("type") == "foreign key")
        };
        for &key in self.fates.of.keys().filter(|key| key.kind == Kind::Constraint) {
            for (catalog, drops) in [(self.context.from, true), (self.context.to, false)] {
                if apart.is_empty() || !foreign_key(catalog, key) {
                    continue;
                }
                let refers =
                    |above: &[&Identity]| catalog.needs(key).any(|needed| above.contains(&needed.root()));
                for (table, _) in apart.iter().filter(|(_, above)| refers(above)) {
                    match (drops, self.dropping(key)) {
                        (true, Some(drop)) => self.graph.order(drop, (Stage::Detach, table)),
                        (true, None) => {}
                        (false, _) => {
                            self.graph.order((Stage::Move, table), (Stage::Create, key));
                            self.graph.order((Stage::Attach, table), (Stage::Create, key));
                        }
                    }
                }
            }
        }
    }

    /// A table is taken off its parent before its columns change, and put onto one after them.
    fn around_attachment(&mut self, identity: &'a Identity) {
        let Some(table) = identity.parent.as_deref() else { return };
        if identity.root() != identity && [identity.kind, table.kind].contains(&Kind::Trigger) {
            self.graph.order((Stage::Attach, identity.root()), (Stage::Alter, identity));
        }
        let Some((table, _)) = self.context.to.facts.get_key_value(table) else { return };
        if !matches!(identity.kind, Kind::Column | Kind::Constraint | Kind::Index | Kind::Default) {
            return;
        }
        // Some of what hangs on a table that stands aside goes with it, at the end.
        let refers_above = || {
            let above = self.context.from.tables_above(table);
            self.context.from.needs(identity).any(|needed| above.contains(&needed.root()))
        };
        if let Some(drop) = self.dropping(identity).filter(|drop| !self.fates.aside.contains(drop.1)) {
            if identity.kind != Kind::Constraint || !refers_above() {
                self.graph.order((Stage::Detach, table), drop);
            }
            self.graph.order(drop, (Stage::Attach, table));
        }
        self.graph.order((Stage::Detach, table), (Stage::Alter, identity));
        self.graph.order((Stage::Detach, table), (Stage::Create, identity));
        self.graph.order((Stage::Alter, identity), (Stage::Attach, table));
        let foreign_key =
            self.context.to.get(identity).is_some_and(|fact| fact.text("type") == "foreign key");
        match rules::twin(self.context, identity) {
            // Postgres attaches the first index that fits: one that must not be attached comes afterwards.
            Some(twin) if self.graph.has((Stage::Attach, table)) => {
                self.graph.order((Stage::Attach, twin), (Stage::Create, identity));
            }
            _ if foreign_key => {}
            _ => self.graph.order((Stage::Create, identity), (Stage::Attach, table)),
        }
        self.graph.order((Stage::Attach, table), (Stage::Attach, identity));
        // The parent's columns and constraints are there before a child is put onto it.
        if let Some(fact) = self.context.to.get(identity)
            && let Some((above, _)) =
                fact.inherited_from.as_ref().and_then(|above| self.context.to.facts.get_key_value(above))
        {
            if let Some(making) = self.making(above)
                && identity.kind != Kind::Index
            {
                self.graph.prefer(making, (Stage::Attach, table));
            }
            self.graph.order((Stage::Create, above), (Stage::Attach, identity));
            // Postgres takes no index that is not valid yet along with the partition that it is of.
            if let Some((between, _)) = self.context.to.facts.get_key_value(above.root())
                && identity.root() != between
            {
                self.graph.prefer((Stage::Attach, identity), (Stage::Attach, between));
            }
        }
    }

    /// A child is put onto a parent whose columns and constraints are as they will be, and taken off before they change.
    pub(super) fn parents_of_joining(&mut self) {
        let mut joining: BTreeMap<&Identity, Vec<&'a Identity>> = BTreeMap::new();
        for (identity, _) in self
            .context
            .to
            .facts()
            .filter(|(identity, _)| matches!(identity.kind, Kind::Table | Kind::ForeignTable))
        {
            if self.graph.has((Stage::Attach, identity)) || self.graph.has((Stage::Detach, identity)) {
                let after = self.context.to.tables_above(identity);
                let before = self.context.from.tables_above(identity);
                for parent in after.into_iter().chain(before).collect::<BTreeSet<_>>() {
                    joining.entry(parent).or_default().push(identity);
                }
            }
        }
        if joining.is_empty() {
            return;
        }
        for &identity in
            self.fates.of.keys().filter(|identity| matches!(identity.kind, Kind::Column | Kind::Constraint))
        {
            for child in joining.get(identity.root()).cloned().unwrap_or_default() {
                let nodes = [self.dropping(identity), self.making(identity)];
                for node in nodes.into_iter().flatten().filter(|node| node.1.kind != Kind::Table) {
                    self.graph.prefer(node, (Stage::Attach, child));
                    self.graph.prefer((Stage::Detach, child), node);
                }
            }
        }
    }

    /// A table of a type is taken off it while the type's attributes change, and its columns with them.
    pub(super) fn typed_tables(&mut self) {
        let of = |catalog: &'a Catalog, stage| {
            let tables = catalog.facts().filter(move |(_, fact)| fact.get("of_type").is_some());
            let tables: Vec<(&'a Identity, &'a str)> = tables
                .filter(|(table, _)| self.graph.has((stage, table)))
                .map(|(table, fact)| (table, fact.text("of_type")))
                .collect();
            tables
        };
        let (off, on) = (of(self.context.from, Stage::Detach), of(self.context.to, Stage::Attach));
        if off.is_empty() && on.is_empty() {
            return;
        }
        for &part in self.fates.of.keys().filter(|part| part.root().kind == Kind::Composite) {
            let name = part.root().name.sql();
            for stage in [Stage::Drop, Stage::Create, Stage::Alter] {
                for (table, _) in off.iter().filter(|(_, of)| *of == name) {
                    self.graph.order((Stage::Detach, table), (stage, part));
                }
                let last = stage == Stage::Drop && self.fates.aside.contains(part);
                for (table, _) in on.iter().filter(|(_, of)| *of == name && !last) {
                    self.graph.order((stage, part), (Stage::Attach, table));
                }
            }
        }
    }

    /// A partition takes values that another one had once that is gone.
    pub(super) fn bounds(&mut self) {
        let parent = |fact: &'a Fact| {
            fact.get("partition_bound").and_then(|_| fact.list("parents").first()).map(String::as_str)
        };
        let mut leaving: BTreeMap<&str, Vec<Node<'a>>> = BTreeMap::new();
        for (identity, fact) in self.context.from.facts() {
            let Some(parent) = parent(fact) else { continue };
            if self.context.is_rebuilt(parent) || self.fates.aside.contains(identity) {
                continue;
            }
            let nodes = [(Stage::Detach, identity), (Stage::Drop, identity)];
            leaving.entry(parent).or_default().extend(nodes.into_iter().filter(|node| self.graph.has(*node)));
        }
        leaving.retain(|_, nodes| !nodes.is_empty());
        if leaving.is_empty() {
            return;
        }
        let mut coming: BTreeMap<&str, Vec<Node<'a>>> = BTreeMap::new();
        for (identity, fact) in self.context.to.facts() {
            let Some(parent) = parent(fact).filter(|parent| leaving.contains_key(parent)) else { continue };
            let nodes = [(Stage::Attach, identity), (Stage::Create, identity)];
            if let Some(node) = nodes.into_iter().find(|node| self.graph.has(*node)) {
                coming.entry(parent).or_default().push(node);
            }
        }
        for (parent, coming) in coming {
            for &leaving in &leaving[parent] {
                // An edge from each to each would be too many where hundreds come and go.
                let (first, others) = coming.split_at(coming.len().min(32));
                first.iter().for_each(|node| self.graph.prefer(leaving, *node));
                if let Some(first) = first.first() {
                    others.iter().for_each(|node| self.graph.prefer(*first, *node));
                }
            }
        }
    }

    /// A child that goes is gone before its parent gets columns: an identity comes to no table that has children, and no
    /// column to one whose child has it with another type.
    pub(super) fn children_that_go(&mut self) {
        let mut going: BTreeMap<&str, Vec<&'a Identity>> = BTreeMap::new();
        for (child, fact) in self.context.from.facts() {
            if self.graph.has((Stage::Drop, child)) && !self.fates.aside.contains(child) {
                fact.list("parents").iter().for_each(|parent| going.entry(parent).or_default().push(child));
            }
        }
        if going.is_empty() {
            return;
        }
        // Nor does anything refer to the rows of a partition that goes.
        let foreign_key =
            |key: &Identity| self.context.to.get(key).is_some_and(|fact| fact.text("type") == "foreign key");
        for &key in self.fates.of.keys().filter(|key| self.fates.is_made(key) && foreign_key(key)) {
            let tables: BTreeSet<String> =
                self.context.to.needs(key).map(|needed| needed.root().name.sql()).collect();
            for child in tables.iter().flat_map(|table| going.get(&**table)).flatten() {
                self.graph.prefer((Stage::Drop, child), (Stage::Create, key));
            }
        }
        for &column in self.fates.of.keys().filter(|identity| identity.kind == Kind::Column) {
            let identity = self.context.to.get(column).is_some_and(|fact| fact.get("identity").is_some());
            for child in going.get(&*column.root().name.sql()).into_iter().flatten() {
                let own =
                    Identity::child(Kind::Column, std::sync::Arc::new((*child).clone()), &column.name.name);
                if identity || self.context.from.get(&own).is_some() {
                    self.graph.prefer((Stage::Drop, child), (Stage::Create, column));
                }
            }
        }
        // An index that comes to the table alone is valid once all partitions have one, and those that go never do.
        for &index in self.fates.of.keys().filter(|identity| rules::is_of_index(self.context.to, identity)) {
            for child in going.get(&*index.root().name.sql()).into_iter().flatten() {
                self.graph.prefer((Stage::Drop, child), (Stage::Create, index));
            }
        }
    }

    /// What a child may have as its own, with another type, once its parent no longer has it.
    pub(super) fn columns_before_children(&mut self) {
        let mut coming: BTreeMap<&str, Vec<&'a Identity>> = BTreeMap::new();
        for (child, fact) in self.context.to.facts() {
            if self.graph.has((Stage::Create, child)) {
                fact.list("parents").iter().for_each(|parent| coming.entry(parent).or_default().push(child));
            }
        }
        if coming.is_empty() {
            return;
        }
        // And a new partition's triggers are switched on as those of its table are by then.
        for (trigger, fact) in self.context.to.facts().filter(|(trigger, _)| trigger.kind == Kind::Trigger) {
            let above = fact.inherited_from.as_ref().filter(|above| self.graph.has((Stage::Alter, above)));
            if let Some(above) = above {
                self.graph.prefer((Stage::Alter, above), (Stage::Create, trigger.root()));
            }
        }
        for &column in self.fates.of.keys().filter(|identity| identity.kind == Kind::Column) {
            for child in coming.get(&*column.root().name.sql()).into_iter().flatten() {
                self.graph.prefer((Stage::Drop, column), (Stage::Create, child));
            }
        }
    }

    fn renames_not_null(&self, column: &Identity) -> bool {
        let of = |catalog: &Catalog| {
            let fact = catalog.get(column);
            fact.map(|fact| {
                let mut attributes = fact.attributes.clone();
                attributes.retain(|name, _| !NOTES.contains(name));
                let name = attributes.remove("not_null_name");
                (attributes, name, fact.derived.contains_key("not_null_inherited"))
            })
            .unwrap_or_default()
        };
        let (from, to) = (of(self.context.from), of(self.context.to));
        from.0 == to.0 && from.1 != to.1 && !from.2 && to.2
    }

    /// A new child takes the defaults that its parents have by then.
    fn inherited_defaults(&mut self) {
        for &default in self.fates.of.keys().filter(|identity| identity.kind == Kind::Default) {
            let table = default.root();
            let column = rules::column_of(default).and_then(|column| self.context.to.get(&column));
            let above = column.and_then(|column| column.inherited_from.as_ref()).and_then(rules::default_of);
            if self.fates.is_made(table)
                && let Some((above, _)) = above.and_then(|above| self.context.to.facts.get_key_value(&above))
                && let Some(making) = self.making(above)
            {
                self.graph.prefer(making, (Stage::Create, table));
            }
        }
    }

    /// Postgres alters no column that comes from a parent, and puts a column onto a child's own only if both have one type.
    pub(super) fn inherited_columns(&mut self) {
        self.inherited_defaults();
        // A CHECK that a child does not keep goes from it once it no longer comes from above.
        for &check in self.drops.keys().filter(|identity| identity.kind == Kind::Constraint) {
            let above = self.context.from.get(check).and_then(|fact| fact.inherited_from.as_ref());
            if let Some(above) = above.filter(|above| self.context.stays_below(above))
                && let Some(drop) = self.dropping(above)
            {
                self.graph.order(drop, (Stage::Drop, check));
            }
        }
        for &identity in self.fates.of.keys().filter(|identity| identity.kind == Kind::Column) {
            let above =
                |catalog: &'a Catalog| catalog.get(identity).and_then(|fact| fact.inherited_from.as_ref());
            let (had, has) = (above(self.context.from), above(self.context.to));
            if let Some(had) = had {
                // The name of a NOT NULL is the child's own until its parent has one.
                match self.renames_not_null(identity) {
                    true => self.graph.prefer((Stage::Alter, identity), (Stage::Alter, had)),
                    false => self.graph.prefer((Stage::Alter, had), (Stage::Alter, identity)),
                }
            }
            if let Some(had) = had
                && let Some(drop) = self.dropping(had)
                && !self.context.leaves(identity.root(), had.root())
            {
                if Some(had) != has {
                    self.graph.order(drop, (Stage::Alter, identity));
                }
                self.graph.order(drop, (Stage::Drop, identity));
                // And before the parent's comes again, and upon it.
                if let Some(making) =
                    self.context.to.facts.get_key_value(had).and_then(|(had, _)| self.making(had))
                {
                    self.graph.order((Stage::Drop, identity), making);
                }
            }
            // A new child lists its columns with the types that its parent's have by then.
            if let Some((has, _)) = has.and_then(|has| self.context.to.facts.get_key_value(has))
                && let (Some(above), Some(own)) = (self.making(has), self.making(identity))
                && own.0 == Stage::Create
                && own.1.kind == Kind::Table
            {
                self.graph.prefer(above, own);
            }
            if let Some((has, _)) = has.and_then(|has| self.context.to.facts.get_key_value(has))
                && had.is_none()
                && let Some(making) = self.making(has)
            {
                self.graph.order((Stage::Alter, identity), making);
                // A column that is listed by the child as well is the child's before its parent's comes upon it.
                let listed = self.context.to.get(identity).is_some_and(|fact| fact.flag("also_local"));
                if listed && !self.context.is_made(identity.root()) {
                    self.graph.prefer((Stage::Create, identity), making);
                }
            }
        }
    }
}
