//! Edges from what Postgres does by itself, and from what it wants to be so before.

use std::collections::{BTreeMap, BTreeSet};

use super::Builder;
use crate::catalog::Catalog;
use crate::identity::{Identity, Kind};
use crate::plan::graph::{Node, Stage};
use crate::plan::{bodies, rules};

/// Whether it is a type of its own too, which columns can be of.
fn has_row_type(kind: Kind) -> bool {
    matches!(kind, Kind::Composite | Kind::Table)
}

impl<'a> Builder<'_, 'a> {
    /// An attribute goes before its composite type becomes part of the one that the attribute was of.
    pub(super) fn parts_of_each_other(&mut self) {
        let attribute =
            |identity: &&&Identity| identity.kind == Kind::Column && has_row_type(identity.root().kind);
        for &going in self.drops.keys().filter(|identity| attribute(identity)) {
            for &coming in self.fates.of.keys().filter(|identity| attribute(identity)) {
                let swaps = self.context.from.needs(going).any(|whole| whole == coming.root())
                    && self.context.to.needs(coming).any(|whole| whole == going.root());
                if let (true, Some(drop), Some(making)) = (swaps, self.dropping(going), self.making(coming)) {
                    self.graph.prefer(drop, making);
                }
            }
        }
    }

    /// A column takes a sequence of its table's owner, whoever that is by then.
    pub(super) fn owned_sequences(&mut self) {
        let sequences = self.context.to.facts().map(|(identity, _)| identity);
        for sequence in sequences.filter(|identity| identity.kind == Kind::Sequence) {
            let owner = self.context.to.get(sequence).and_then(|fact| fact.owned_by.as_ref());
            let table = owner.and_then(|owner| self.context.to.facts.get_key_value(owner.root()));
            if let Some((table, _)) = table.filter(|(table, _)| !self.context.is_made(table)) {
                self.graph.order((Stage::Owner, table), (Stage::Attach, sequence));
            }
        }
    }

    /// A foreign key takes the first key that fits: one that goes is gone before.
    pub(super) fn foreign_keys(&mut self) {
        let mut keys: BTreeMap<&Identity, Vec<&'a Identity>> = BTreeMap::new();
        for &identity in self.drops.keys() {
            if rules::has_index_in(self.context.from, identity) || identity.kind == Kind::Index {
                keys.entry(identity.root()).or_default().push(identity);
            }
        }
        for &identity in self.fates.of.keys().filter(|identity| identity.kind == Kind::Constraint) {
            if !self.fates.is_made(identity) || keys.is_empty() {
                continue;
            }
            let Some(making) = self.making(identity) else { continue };
            let tables: BTreeSet<&Identity> = self
                .context
                .to
                .needs(identity)
                .filter(|needed| needed.kind == Kind::Constraint && needed.root() != identity.root())
                .map(Identity::root)
                .collect();
            for key in tables.iter().flat_map(|table| keys.get(table).cloned().unwrap_or_default()) {
                if let Some(drop) = self.dropping(key) {
                    self.graph.prefer(drop, making);
                }
            }
        }
    }

    /// No table that is logged refers to one that is not: of two that change, the one that refers becomes unlogged first,
    /// and logged last.
    pub(super) fn persistence(&mut self) {
        let unlogged =
            |catalog: &Catalog, table| catalog.get(table).is_some_and(|fact| fact.flag("unlogged"));
        let changing: BTreeMap<&Identity, bool> = self
            .fates
            .of
            .keys()
            .filter(|table| table.kind == Kind::Table && self.graph.has((Stage::Alter, table)))
            .map(|table| (*table, unlogged(self.context.to, table)))
            .filter(|(table, then)| unlogged(self.context.from, table) != *then)
            .collect();
        if changing.is_empty() {
            return;
        }
        for catalog in [self.context.from, self.context.to] {
            let keys = catalog.facts().filter(|(_, fact)| fact.text("type") == "foreign key");
            for (key, _) in keys {
                let referred = catalog.needs(key).map(Identity::root).find(|needed| *needed != key.root());
                for table in [Some(key.root()), referred].into_iter().flatten() {
                    if changing.contains_key(table) {
                        let (drop, making) = (self.dropping(key), self.making(key));
                        drop.into_iter().for_each(|drop| self.graph.prefer(drop, (Stage::Alter, table)));
                        let making = making.filter(|making| making.1 == key);
                        making
                            .into_iter()
                            .for_each(|making| self.graph.prefer((Stage::Alter, table), making));
                    }
                }
                let Some(referred) = referred else { continue };
                match (changing.get(key.root()), changing.get(referred)) {
                    (Some(true), Some(true)) => {
                        self.graph.prefer((Stage::Alter, key.root()), (Stage::Alter, referred));
                    }
                    (Some(false), Some(false)) => {
                        self.graph.prefer((Stage::Alter, referred), (Stage::Alter, key.root()));
                    }
                    _ => {}
                }
            }
        }
    }

    /// Whether a table gets options that Postgres takes in only once the columns are as they will be: those of a TOAST
    /// table, which is there once a column needs it, and that of a catalog, which is never rewritten.
    pub(super) fn sets_late(&self, table: &Identity) -> bool {
        let late = |catalog: &Catalog| -> Vec<String> {
            let options = catalog.get(table).into_iter().flat_map(|fact| fact.list("options"));
            let late = |option: &&String| {
                ["toast.", "user_catalog_table"].iter().any(|word| option.starts_with(word))
            };
            options.filter(late).cloned().collect()
        };
        table.kind == Kind::Table
            && self.graph.has((Stage::Alter, table))
            && late(self.context.from) != late(self.context.to)
    }

    /// See [`Builder::sets_late`].
    pub(super) fn after_columns(&mut self) {
        for &column in self.fates.of.keys().filter(|identity| identity.kind == Kind::Column) {
            let making = self.making(column).filter(|making| making.1 == column);
            if let Some(making) = making.filter(|_| self.sets_late(column.root())) {
                self.graph.prefer(making, (Stage::Alter, column.root()));
            }
        }
    }

    /// What rows are known by takes no NULL, as long as they are known by it.
    pub(super) fn replica_identity(&mut self) {
        let by = |catalog: &'a Catalog| {
            catalog.facts().filter(|(index, fact)| fact.flag("replica_identity") && index.kind != Kind::Table)
        };
        let next: BTreeMap<&Identity, &'a Identity> =
            by(self.context.to).map(|(index, _)| (index.root(), index)).collect();
        for (index, _) in by(self.context.from) {
            let other = next.get(index.root()).and_then(|index| self.making(index));
            let table =
                self.context.to.facts.get_key_value(index.root()).map(|(table, _)| (Stage::Alter, table));
            for column in self.context.from.needs(index).filter(|needed| needed.kind == Kind::Column) {
                let nullable = self.context.to.get(column).is_some_and(|fact| !fact.flag("not_null"));
                for first in other.into_iter().chain(table).filter(|_| nullable) {
                    self.graph.prefer(first, (Stage::Alter, column));
                }
            }
        }
    }

    /// A function that returns rows of a table is held against the columns that the table has by then; so is a rule, or
    /// a function, that may read whole rows.
    pub(super) fn whole_rows(&mut self) {
        let mut columns: BTreeMap<&Identity, Vec<Node<'a>>> = BTreeMap::new();
        let own = |node: &Node<'a>| node.1.kind == Kind::Column;
        for &column in self.fates.of.keys().filter(|identity| identity.kind == Kind::Column) {
            let nodes = [self.dropping(column), self.making(column)].into_iter().flatten().filter(own);
            columns.entry(column.root()).or_default().extend(nodes);
        }
        columns.retain(|_, nodes| !nodes.is_empty());
        if columns.is_empty() {
            return;
        }
        let reads =
            |identity: &Identity| matches!(identity.kind, Kind::Function | Kind::Procedure | Kind::Rule);
        for &reader in self.fates.of.keys().filter(|identity| reads(identity)) {
            let Some(making) = self.making(reader) else { continue };
            let tables: BTreeSet<&Identity> = self.context.to.needs(reader).map(Identity::root).collect();
            for node in tables.into_iter().flat_map(|of| columns.get(of)).flatten() {
                self.graph.prefer(*node, making);
            }
        }
    }

    /// Default privileges change last, so that whatever the plan makes gets those of before.
    pub(super) fn default_privileges(&mut self) {
        let is_default =
            |identity: &Identity| identity.ancestors().any(|above| above.kind == Kind::DefaultPrivileges);
        let changes: Vec<Node<'a>> = self
            .fates
            .of
            .keys()
            .filter(|identity| is_default(identity))
            .flat_map(|identity| {
                [(Stage::Drop, *identity), (Stage::Create, *identity), (Stage::Alter, *identity)]
            })
            .filter(|node| self.graph.has(*node))
            .collect();
        if changes.is_empty() {
            return;
        }
        let made: Vec<Node<'a>> = self
            .fates
            .of
            .keys()
            .filter(|identity| rules::has_rights(identity.kind))
            .map(|identity| (Stage::Create, *identity))
            .filter(|node| self.graph.has(*node))
            .collect();
        // The first change stands for all: an edge from each that is made to each change would be too many.
        let first = changes[0];
        for made in made.into_iter().filter(|made| made.1.kind != Kind::Schema) {
            self.graph.prefer(made, first);
        }
        for change in &changes[1..] {
            self.graph.prefer(first, *change);
        }
    }

    /// What is revoked on a table goes on its columns too, so theirs come after it. And a role grants on what it was
    /// granted: what it granted itself goes before that, and comes after it.
    pub(super) fn rights(&mut self) {
        let grants: Vec<&'a Identity> =
            self.fates.of.keys().copied().filter(|identity| identity.kind == Kind::Grant).collect();
        let changing = [Stage::Drop, Stage::Create, Stage::Alter];
        for &grant in &grants {
            let Some(on) = grant.parent.as_ref() else { continue };
            // A sequence changes hands with the table that it belongs to.
            let fact = |of: &Identity| self.context.to.get(of).and_then(|fact| fact.owned_by.as_ref());
            let column = fact(on).or_else(|| fact(grant)).filter(|_| on.kind == Kind::Sequence);
            if let Some(column) = column {
                for then in changing {
                    self.graph.prefer((Stage::Owner, column.root()), (then, grant));
                }
            }
            if let (Kind::Column, Some(relation)) = (on.kind, on.parent.as_ref()) {
                let above = Identity::child(Kind::Grant, relation.clone(), &grant.name.name);
                for first in changing {
                    for then in changing {
                        self.graph.order((first, &above), (then, grant));
                    }
                }
            }
            for (catalog, taken) in [(self.context.from, true), (self.context.to, false)] {
                for grantor in catalog.get(grant).into_iter().flat_map(rules::grant::grantors) {
                    let given = Identity::child(Kind::Grant, on.clone(), grantor);
                    for stage in [if taken { Stage::Drop } else { Stage::Create }, Stage::Alter] {
                        for other in [if taken { Stage::Drop } else { Stage::Create }, Stage::Alter] {
                            match taken {
                                true => self.graph.prefer((stage, grant), (other, &given)),
                                false => self.graph.prefer((other, &given), (stage, grant)),
                            }
                        }
                    }
                }
            }
        }
    }

    /// A function written as text comes after what its text mentions: Postgres looks at some of it when the function is
    /// made, and at all of it when something calls it.
    pub(super) fn mentions(&mut self) {
        for (identity, mentioned) in bodies::mentions(self.context, self.fates) {
            if let (Some(node), Some(needed)) = (self.making(identity), self.making(mentioned)) {
                self.graph.prefer(needed, node);
            }
        }
    }

    /// What is dropped along with something in a circle, and needs what is dropped with its neighbour.
    pub(super) fn ties(&self, circle: &[Node<'a>]) -> Vec<&'a Identity> {
        let droppable = [
            Kind::Constraint,
            Kind::Default,
            Kind::Trigger,
            Kind::Policy,
            Kind::Rule,
            Kind::Index,
            Kind::Statistics,
            Kind::Column,
        ];
        let tops: BTreeSet<&Identity> =
            circle.iter().filter(|node| node.0 == Stage::Drop).map(|node| node.1).collect();
        self.drops
            .iter()
            .filter(|(identity, _)| {
                self.context.from.get(identity).is_some_and(|fact| fact.inherited_from.is_none())
            })
            .filter(|(identity, top)| {
                *identity != *top && tops.contains(*top) && droppable.contains(&identity.kind)
            })
            .filter(|(identity, top)| {
                self.context.from.needs(identity).any(|needed| {
                    self.drops.get(needed).is_some_and(|other| other != *top && tops.contains(other))
                })
            })
            .map(|(identity, _)| *identity)
            .collect()
    }
}
