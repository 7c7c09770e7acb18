//! What would stand in the way of the plan, should it run again.

use super::{Decision, Fate};
use crate::identity::{Identity, Kind};

impl<'a> Decision<'_, 'a> {
    /// What is altered so that it needs what is replaced: when the plan runs again, it would stand in the way, and so it
    /// is replaced too. Whether there was any.
    pub(super) fn give_way_later(&mut self) -> bool {
        let kinds = [Kind::View, Kind::Policy, Kind::Rule, Kind::Trigger, Kind::Default, Kind::Function];
        let found: Vec<&'a Identity> = self
            .fates
            .of
            .iter()
            .filter(|(identity, fate)| matches!(fate, Fate::Alter(_)) && kinds.contains(&identity.kind))
            .map(|(identity, _)| *identity)
            .filter(|identity| {
                let needed = self.context.to.needs(identity);
                needed
                    .filter(|needed| identity.parent.as_deref() != Some(*needed))
                    .any(|needed| matches!(self.fates.of.get(needed), Some(Fate::Replace)))
            })
            .collect();
        for identity in &found {
            self.replace(identity);
        }
        !found.is_empty()
    }

    /// What is made for the first time and needs what is replaced.
    pub(super) fn standing_in_the_way(&mut self) {
        let kinds = [
            Kind::View,
            Kind::MaterializedView,
            Kind::Function,
            Kind::Procedure,
            Kind::Aggregate,
            Kind::Trigger,
            Kind::Policy,
            Kind::Rule,
            Kind::Constraint,
            Kind::Index,
            Kind::Statistics,
            Kind::Cast,
            Kind::Transform,
            Kind::Operator,
            Kind::OperatorClass,
            Kind::EventTrigger,
            Kind::Conversion,
            Kind::TextSearchDictionary,
            Kind::TextSearchConfiguration,
            Kind::Server,
            Kind::UserMapping,
            Kind::PublicationTable,
        ];
        let by_itself = |identity: &Identity| {
            let parent = identity.parent.as_deref();
            // A publication reads nothing of its tables, and its members go from it alone.
            let member = identity.kind == Kind::PublicationTable;
            let comes_along = parent.is_some_and(|parent| self.fates.is_made(parent)) && !member;
            !comes_along && self.context.to.get(identity).is_some_and(|fact| fact.inherited_from.is_none())
        };
        let fresh: Vec<&'a Identity> = self
            .fates
            .of
            .iter()
            .filter(|(identity, fate)| **fate == Fate::Create && kinds.contains(&identity.kind))
            .map(|(identity, _)| *identity)
            .filter(|identity| by_itself(identity))
            .collect();
        loop {
            let found: Vec<&'a Identity> = fresh
                .iter()
                .filter(|identity| !self.fates.again.contains(*identity))
                .filter(|identity| {
                    self.context.to.needs(identity).any(|needed| {
                        let replaced = matches!(self.fates.of.get(needed), Some(Fate::Replace));
                        let replaced =
                            replaced || matches!(self.fates.of.get(needed), Some(Fate::Convert(_)));
                        replaced && identity.parent.as_deref() != Some(needed)
                            || self.fates.again.contains(needed)
                    })
                })
                .copied()
                .collect();
            if found.is_empty() {
                return;
            }
            self.fates.again.extend(found);
        }
    }
}
