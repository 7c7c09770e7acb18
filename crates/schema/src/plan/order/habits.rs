//! Edges from names that must be free and from what Postgres does by itself.

use std::collections::{BTreeMap, BTreeSet};

use super::Builder;
use crate::catalog::Catalog;
use crate::identity::{Identity, Kind};
use crate::plan::fate::Fate;
use crate::plan::graph::{Node, Stage};
use crate::plan::{bodies, name, rules};

/// Whether it is a type of its own too, which columns can be of.
fn has_row_type(kind: Kind) -> bool {
    matches!(kind, Kind::Composite | Kind::Table)
}

impl<'a> Builder<'_, 'a> {
    /// A name is free before it is taken again.
    pub(super) fn names(&mut self) {
        let mut held: BTreeMap<rules::Place, Vec<&'a Identity>> = BTreeMap::new();
        for &identity in self.drops.keys() {
            if let Some(fact) = self.context.from.get(identity) {
                for place in rules::places(identity, fact) {
                    held.entry(place).or_default().push(identity);
                }
            }
        }
        for &identity in self.fates.of.keys().filter(|identity| self.fates.is_made(identity)) {
            let Some(fact) = self.context.to.get(identity) else { continue };
            for place in rules::places(identity, fact) {
                for &holder in held.get(&place).into_iter().flatten() {
                    if self.fates.aside.contains(holder) {
                        if let Some(making) = self.making(identity) {
                            self.graph.order((Stage::Aside, holder), making);
                        }
                        continue;
                    }
                    if !place.is_in_a_schema() && self.fates.aside.contains(holder.root()) {
                        continue;
                    }
                    if let (Some(drop), Some(making)) = (self.dropping(holder), self.making(identity)) {
                        self.graph.order(drop, making);
                    }
                }
            }
        }
    }

    /// What goes may have the name of what an extension brings.
    pub(super) fn extensions(&mut self) {
        let comes = |identity: &&&Identity| {
            identity.kind == Kind::Extension && self.fates.of.get(**identity) == Some(&Fate::Create)
        };
        let coming: Vec<&'a Identity> = self.fates.of.keys().filter(comes).copied().collect();
        let named = |identity: &Identity| {
            identity.parent.is_none()
                && identity.schema().is_some()
                && self.context.to.get(identity).is_none()
                && !self.fates.aside.contains(identity)
        };
        for &going in self.drops.keys().filter(|identity| !coming.is_empty() && named(identity)) {
            for extension in &coming {
                self.graph.prefer((Stage::Drop, going), (Stage::Create, extension));
            }
        }
        let leaving: Vec<Node<'a>> = self
            .drops
            .keys()
            .filter(|identity| identity.kind == Kind::Extension)
            .filter_map(|one| self.dropping(one))
            .collect();
        let comes = |identity: &Identity| identity.schema().is_some() && identity.parent.is_none();
        for &coming in self.fates.of.keys().filter(|identity| !leaving.is_empty() && comes(identity)) {
            for drop in &leaving {
                self.graph.prefer(*drop, (Stage::Create, coming));
            }
        }
    }

    /// A routine goes before another of its name comes or gets a default, or a call that fits both could mean neither.
    pub(super) fn overloads(&mut self) {
        let routine =
            |identity: &Identity| matches!(identity.kind, Kind::Function | Kind::Procedure | Kind::Aggregate);
        let mut going: BTreeMap<String, Vec<&'a Identity>> = BTreeMap::new();
        for &identity in self.drops.keys().filter(|identity| routine(identity)) {
            going.entry(identity.name.sql()).or_default().push(identity);
        }
        for &identity in self.fates.of.keys().filter(|identity| routine(identity)) {
            for &other in
                going.get(&identity.name.sql()).into_iter().flatten().filter(|other| **other != identity)
            {
                if let (Some(making), Some(drop)) = (self.making(identity), self.dropping(other)) {
                    self.graph.prefer(drop, making);
                }
            }
        }
    }

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

    /// The sequence of an identity has a name too, which another sequence may have had or may get.
    pub(super) fn sequences_of_identities(&mut self) {
        self.remarks_on_sequences_of_identities();
        self.names_of_identities();
        let sequences: BTreeMap<String, &'a Identity> = self
            .fates
            .of
            .keys()
            .filter(|identity| identity.kind == Kind::Sequence)
            .map(|identity| (identity.name.sql(), *identity))
            .collect();
        if sequences.is_empty() {
            return;
        }
        for &column in self.fates.of.keys().filter(|identity| identity.kind == Kind::Column) {
            let name =
                |catalog: &Catalog| catalog.get(column).map(|fact| fact.text("identity_sequence").to_owned());
            let (had, has) = (name(self.context.from), name(self.context.to));
            if let Some(&sequence) = had.and_then(|had| sequences.get(&had)) {
                self.graph.order((Stage::Alter, column), (Stage::Create, sequence));
                self.graph.order((Stage::Drop, column), (Stage::Create, sequence));
            }
            if let Some(&sequence) = has.and_then(|has| sequences.get(&has))
                && let Some(drop) = self.dropping(sequence)
            {
                self.graph.order(drop, (Stage::Alter, column));
                self.graph.order(drop, (Stage::Create, column));
            }
        }
    }

    /// The sequence of one identity gets the name that another one's had.
    fn names_of_identities(&mut self) {
        let sequence = |catalog: &'a Catalog, column: &Identity| {
            catalog.get(column).and_then(|fact| fact.get("identity_sequence")).map(ToString::to_string)
        };
        let columns = || self.fates.of.keys().copied().filter(|identity| identity.kind == Kind::Column);
        let place = |identity: &Identity, catalog: &Catalog| {
            let named = identity.parent.is_none()
                || identity.kind == Kind::Index
                || rules::has_index_in(catalog, identity);
            named.then(|| name::qualified_index(identity))
        };
        let going = self.drops.keys().filter_map(|going| Some((place(going, self.context.from)?, *going)));
        let going: BTreeMap<String, &'a Identity> = going.collect();
        let coming = self.fates.of.keys().filter(|coming| self.fates.is_made(coming));
        let coming = coming.filter_map(|coming| Some((place(coming, self.context.to)?, *coming)));
        let coming: BTreeMap<String, &'a Identity> = coming.collect();
        for column in columns().filter(|_| !coming.is_empty()) {
            let had = sequence(self.context.from, column)
                .filter(|had| sequence(self.context.to, column).as_ref() != Some(had));
            let making = had.and_then(|had| coming.get(&had)).and_then(|coming| self.making(coming));
            let Some(making) = making else { continue };
            for first in [Some((Stage::Alter, column)), self.dropping(column)].into_iter().flatten() {
                self.graph.prefer(first, making);
            }
        }
        for column in columns().filter(|_| !going.is_empty()) {
            let has = sequence(self.context.to, column)
                .filter(|has| sequence(self.context.from, column) != Some(has.clone()));
            let drop = has.and_then(|has| going.get(&has)).and_then(|going| self.dropping(going));
            if let (Some(drop), Some(making)) = (drop, self.making(column)) {
                self.graph.prefer(drop, making);
            }
        }
        let left = columns().filter_map(|column| Some((sequence(self.context.from, column)?, column)));
        let left: BTreeMap<String, &'a Identity> = left.collect();
        for column in columns().filter(|_| !left.is_empty()).collect::<Vec<_>>() {
            let has = sequence(self.context.to, column).and_then(|has| left.get(&has).copied());
            let Some(other) = has.filter(|other| *other != column) else { continue };
            for first in [Some((Stage::Alter, other)), self.dropping(other)].into_iter().flatten() {
                self.making(column).into_iter().for_each(|making| self.graph.prefer(first, making));
            }
        }
    }

    /// What is said of a sequence goes while it still has the name by which it is said, and comes once it has that name.
    fn remarks_on_sequences_of_identities(&mut self) {
        let remarks = self.fates.of.keys().copied().filter(|identity| {
            matches!(identity.kind, Kind::Comment | Kind::SecurityLabel)
                && identity.parent.as_deref().is_some_and(|on| on.kind == Kind::Sequence)
        });
        let mut by_name: BTreeMap<String, Vec<&'a Identity>> = BTreeMap::new();
        for remark in remarks {
            by_name.entry(remark.root().name.sql()).or_default().push(remark);
        }
        if by_name.is_empty() {
            return;
        }
        for &column in self.fates.of.keys().filter(|identity| identity.kind == Kind::Column) {
            let name = |catalog: &'a Catalog| catalog.get(column).map(|fact| fact.text("identity_sequence"));
            let (had, has) = (name(self.context.from), name(self.context.to));
            if had == has {
                continue;
            }
            for remark in had.and_then(|had| by_name.get(had)).into_iter().flatten() {
                self.graph.order((Stage::Drop, remark), (Stage::Alter, column));
            }
            for remark in has.and_then(|has| by_name.get(has)).into_iter().flatten() {
                self.graph.order((Stage::Alter, column), (Stage::Create, remark));
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

    /// A constraint has its name once the one that had it has gone, or has another: NOT NULL among them.
    pub(super) fn names_of_not_null(&mut self) {
        if self.context.to.major < 18 {
            return;
        }
        let named = |catalog: &Catalog, one: &'a Identity| {
            let name = match one.kind {
                Kind::Column => rules::not_null_name(one, catalog.get(one)?)?,
                Kind::Constraint => catalog.get(one).map(|_| one.name.name.to_string())?,
                _ => return None,
            };
            Some((one.root(), name))
        };
        let ones: Vec<&'a Identity> = self.fates.of.keys().copied().collect();
        let held = ones.iter().filter_map(|one| Some((named(self.context.from, one)?, *one)));
        let held: BTreeMap<(&Identity, String), &'a Identity> = held.collect();
        for &one in &ones {
            let Some(name) = named(self.context.to, one)
                .filter(|name| named(self.context.from, one).as_ref() != Some(name))
            else {
                continue;
            };
            let Some(&holder) = held.get(&name).filter(|holder| **holder != one) else { continue };
            // Of two that are no NOT NULL, the places tell.
            if [one.kind, holder.kind].contains(&Kind::Column)
                && let Some(making) = self.making(one)
            {
                for first in [Some((Stage::Alter, holder)), self.dropping(holder)].into_iter().flatten() {
                    self.graph.prefer(first, making);
                }
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
