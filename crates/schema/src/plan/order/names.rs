//! Edges from names, which must be free before they are given.

use std::collections::BTreeMap;

use super::Builder;
use crate::catalog::Catalog;
use crate::identity::{Identity, Kind};
use crate::plan::fate::Fate;
use crate::plan::graph::{Node, Stage};
use crate::plan::{name, rules};

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
}
