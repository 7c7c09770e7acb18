//! Edges from names that must be free and from what Postgres does by itself.

use std::collections::{BTreeMap, BTreeSet};

use super::Builder;
use crate::catalog::Catalog;
use crate::identity::{Identity, Kind};
use crate::plan::graph::{Node, Stage};
use crate::plan::{bodies, rules};

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
            |identity: &&&Identity| identity.kind == Kind::Column && identity.root().kind == Kind::Composite;
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
        for &sequence in self.fates.of.keys().filter(|identity| identity.kind == Kind::Sequence) {
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
