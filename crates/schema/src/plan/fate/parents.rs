//! What parents and children bring upon each other: inherited columns and constraints, attached indexes, partitions.

use super::{Changed, Decision};
use crate::catalog::Catalog;
use crate::fact::Fact;
use crate::identity::{Identity, Kind};
use crate::plan::rules;

impl<'a> Decision<'_, 'a> {
    /// Postgres attaches the first index that fits to that of the table which the partition joins: one that must not be
    /// attached is made again afterwards.
    pub(super) fn make_twins_wait(&mut self) {
        for (identity, fact) in self.context.to.facts() {
            let Some(known) = self.known(Some(identity)).filter(|_| fact.inherited_from.is_none()) else {
                continue;
            };
            if let Some(twin) = rules::twin(self.context, identity)
                && let Some(above) = self.context.to.get(twin).and_then(|fact| fact.inherited_from.as_ref())
                && self.context.joins(identity.root(), above.root())
            {
                self.replace(known);
            }
        }
    }

    /// A child's own CHECK goes before that of its parent comes, or it would stay the child's own too.
    pub(super) fn leave_checks_to_parents(&mut self) {
        for (check, want) in self.context.to.facts().filter(|(check, _)| check.kind == Kind::Constraint) {
            let Some(above) = &want.inherited_from else { continue };
            let own = self.context.from.get(check).is_some_and(|had| had.inherited_from.is_none());
            let comes = self.fates.is_made(above) && want.text("type") == "check";
            if own
                && comes
                && self.context.comes_from_parent(check)
                && let Some(check) = self.known(Some(check))
            {
                self.replace(check);
            }
        }
    }

    /// A partition's index that is to be attached to another one goes with the one that it is attached to.
    pub(super) fn let_go_of_indexes(&mut self) {
        for (identity, fact) in &self.context.from.facts {
            let want = self.context.to.get(identity);
            if want.is_some_and(|want| want.inherited_from != fact.inherited_from) {
                self.drop_from_parent(identity);
            }
        }
    }

    /// A partition's index goes only with the one that it is attached to.
    pub(super) fn drop_from_parent(&mut self, identity: &'a Identity) {
        let indexed = identity.kind == Kind::Index || rules::has_index_in(self.context.from, identity);
        let Some(above) = self.context.from.get(identity).and_then(|fact| fact.inherited_from.as_ref())
        else {
            return;
        };
        let stays = self.context.to.get(identity.root()).is_some() && self.context.to.get(above).is_some();
        if indexed
            && stays
            && !self.context.leaves(identity.root(), above.root())
            && let Some(above) = self.known(Some(above))
        {
            self.replace(above);
        }
    }

    /// A CHECK of a partitioned table takes that of its partitions along: one that stays is made again.
    pub(super) fn leave_to_partitions(&mut self, check: &'a Identity) {
        for heir in self.context.heirs.get(check).cloned().unwrap_or_default() {
            let own = self.context.to.get(heir).is_some_and(|fact| fact.inherited_from.is_none());
            let partition =
                self.context.from.get(heir.root()).is_some_and(|of| of.get("partition_bound").is_some());
            if own
                && partition
                && check.kind == Kind::Constraint
                && !rules::is_of_index(self.context.from, heir)
                && !self.context.leaves(heir.root(), check.root())
            {
                self.replace(heir);
            }
        }
    }

    /// Whether the same change of the parent table's column or constraint brings this one about.
    pub(super) fn follows_its_parent(
        &self,
        identity: &Identity,
        from: &Fact,
        to: &Fact,
        changed: &Changed,
    ) -> bool {
        let Some(above) = &from.inherited_from else { return false };
        let inherits = matches!(identity.kind, Kind::Column | Kind::Constraint | Kind::Trigger);
        inherits
            && to.inherited_from.is_some()
            && self.inherits_all_along(identity)
            && self.altered.get(above).is_some_and(|other| {
                changed.iter().all(|(name, transition)| other.get(name) == Some(transition))
            })
    }

    /// Whether a column or constraint comes from one parent before and after. Off its parent for a while, a table does
    /// what its parent does by itself.
    pub(super) fn inherits_all_along(&self, identity: &Identity) -> bool {
        let above =
            |catalog: &'a Catalog| catalog.get(identity).and_then(|fact| fact.inherited_from.as_ref());
        above(self.context.from).is_some_and(|one| {
            above(self.context.to) == Some(one) && !self.context.leaves(identity.root(), one.root())
        })
    }

    /// A partition that is rebuilt, or gets other bounds, takes its rows away for a while, from under the foreign keys to the table above it.
    pub(super) fn release_references(&mut self, partition: &'a Identity) {
        let above = self.context.from.tables_above(partition);
        let references = |identity: &Identity, fact: &Fact| {
            fact.text("type") == "foreign key"
                && fact.inherited_from.is_none()
                && self.context.to.get(identity).is_some()
                && self.context.from.needs(identity).any(|needed| above.contains(&needed.root()))
        };
        let keys = self.context.from.facts().filter(|(identity, fact)| references(identity, fact));
        for (key, _) in keys.filter(|_| !above.is_empty()).collect::<Vec<_>>() {
            self.replace(key);
        }
    }

    /// Partitions of a table that is rebuilt are rebuilt with it: their rows go wherever they belong by then.
    pub(super) fn is_partition_of_rebuilt(&self, dependent: &Identity, cause: &Identity) -> bool {
        let partition = |fact: Option<&Fact>| {
            fact.is_some_and(|fact| {
                fact.get("partition_bound").is_some() && fact.list("parents").contains(&cause.name.sql())
            })
        };
        dependent.kind == Kind::Table
            && self.fates.aside.contains(cause)
            && partition(self.context.from.get(dependent))
            && partition(self.context.to.get(dependent))
    }
}
