//! Fates as nodes of the graph, and which node's statement makes or drops a fact.

use super::Builder;
use crate::identity::{Identity, Kind};
use crate::plan::Context;
use crate::plan::fate::{Fate, Fates};
use crate::plan::graph::{Node, Stage};
use crate::plan::rules;

/// Whether a fact has statements of its own when it is made: the columns of a new table do not.
pub(in crate::plan) fn makes_itself(context: &Context<'_>, fates: &Fates<'_>, identity: &Identity) -> bool {
    let parent_is_made = identity.parent.as_deref().is_some_and(|parent| fates.is_made(parent));
    match identity.kind {
        // That of a view comes with the view; a fact of its own says what is unusual about it.
        Kind::Column if is_of_view(identity) => true,
        Kind::Column if parent_is_made => false,
        Kind::Column => {
            !context.comes_from_parent(identity) || !rules::reconciled(context, identity).is_empty()
        }
        // The expression of a generated column is part of the column.
        Kind::Default => {
            let column = rules::column_of(identity);
            let with_column = column.as_ref().is_some_and(|column| {
                fates.is_made(column) && !parent_is_made
                    || parent_is_made && takes_default_of_parent(context, identity)
            });
            let with_column = with_column && !context.late.contains(identity);
            !with_column && context.to.get(identity).is_none_or(|fact| fact.get("generated").is_none())
        }
        Kind::Grant => {
            let on_made =
                identity.parent.as_deref().is_some_and(|on| fates.is_made(on) || fates.is_made(on.root()));
            // On the sequence of an identity column, which comes with the column.
            let column = context.to.get(identity).and_then(|fact| fact.owned_by.as_ref());
            let column = column.filter(|owner| owner.kind == Kind::Column);
            !on_made && !column.is_some_and(|column| fates.is_made(column) || fates.is_made(column.root()))
        }
        Kind::Constraint => {
            // A CHECK of the parent table comes to its children by itself; an index does not: see `Stage::Attach`.
            // A partition that is made by itself has to have it when it is attached.
            !context.comes_from_parent(identity)
                || rules::has_index(context, identity)
                || rules::is_only_validated(context, identity)
                || fates.is_made(identity.root()) && rules::stands_alone_first(context, identity.root())
        }
        Kind::Trigger => context.to.get(identity).is_none_or(|fact| match &fact.inherited_from {
            // One that Postgres cloned from the parent's is at most switched on or off by itself.
            Some(above) => {
                let above = context.to.get(above).and_then(|above| above.get("enabled"));
                above.is_some() || fact.get("enabled").is_some()
            }
            None => true,
        }),
        Kind::DefaultPrivileges => false,
        _ => true,
    }
}

fn is_of_view(column: &Identity) -> bool {
    let view = |parent: &Identity| matches!(parent.kind, Kind::View | Kind::MaterializedView);
    column.parent.as_deref().is_some_and(view)
}

/// Whether a new child has by itself the default that it should have: that of its parent.
fn takes_default_of_parent(context: &Context<'_>, default: &Identity) -> bool {
    let Some(column) = rules::column_of(default) else { return false };
    let above =
        context.to.get(&column).and_then(|fact| fact.inherited_from.as_ref()).and_then(rules::default_of);
    let expression =
        |identity: &Identity| context.to.get(identity).map(|fact| fact.text("expression").to_owned());
    let listed = context.to.get(&column).is_some_and(|fact| fact.flag("also_local"))
        || rules::stands_alone_first(context, default.root());
    !listed && above.is_some_and(|above| expression(&above) == expression(default))
}

impl<'a> Builder<'_, 'a> {
    pub(super) fn nodes(&mut self) {
        let fates = self.fates;
        for &identity in fates.of.keys() {
            if fates.goes(identity) {
                let top = self.dropped_with(identity);
                self.drops.insert(identity, top);
                let silent = matches!(identity.kind, Kind::DefaultPrivileges)
                    || self.is_generated_expression(identity);
                if top == identity
                    && !silent
                    && !(identity.kind == Kind::Grant && self.grant_is_remade(identity))
                {
                    self.graph.add((Stage::Drop, identity));
                }
            }
        }
        for &identity in &fates.again {
            self.drops.insert(identity, identity);
            self.graph.add((Stage::Drop, identity));
        }
        for (&identity, fate) in &fates.of {
            let mut add = |stage| self.graph.add((stage, identity));
            match fate {
                Fate::Create | Fate::Replace => {
                    if makes_itself(self.context, fates, identity) {
                        add(Stage::Create);
                    }
                    let fact = self.context.to.get(identity);
                    if rules::attaches(self.context, fates, identity) {
                        add(Stage::Attach);
                    }
                    if fact.is_some_and(|fact| !fact.text("owner").is_empty())
                        && fact.map(|fact| fact.text("owner")) != self.context.from.role()
                    {
                        add(Stage::Owner);
                    }
                    // The column of a child comes with that of its parent, and without rights.
                    let on_its_own = identity.kind == Kind::Column
                        && !identity.parent.as_deref().is_some_and(|table| fates.is_made(table));
                    if rules::has_rights(identity.kind) || on_its_own {
                        add(Stage::Rights);
                    }
                    if fates.aside.contains(identity) {
                        add(Stage::Aside);
                        let with_its_parent = |parent: &&Identity| {
                            fact.is_some_and(|fact| fact.list("parents").contains(&parent.name.sql()))
                        };
                        if identity.kind == Kind::Table && !fates.aside.iter().any(with_its_parent) {
                            add(Stage::Move);
                        }
                    }
                }
                Fate::Alter(_) => add(Stage::Alter),
                Fate::Convert(_) => add(Stage::Alter),
                Fate::Drop if fates.aside.contains(identity) => add(Stage::Aside),
                Fate::Drop => {}
            }
        }
        for (identity, fact) in self.context.from.facts() {
            let Some(want) = self.context.to.get(identity) else { continue };
            if fates.goes(identity) {
                let without_default =
                    identity.kind == Kind::Domain && rules::is_detached(self.context, identity, fact, want);
                if self.context.steps_out(identity) || without_default {
                    self.graph.add((Stage::Detach, identity));
                }
                continue;
            }
            if fact.text("owner") != want.text("owner") {
                self.graph.add((Stage::Owner, identity));
            }
            if rules::is_detached(self.context, identity, fact, want) {
                self.graph.add((Stage::Detach, identity));
            }
            if rules::is_attached(self.context, identity, fact, want) {
                self.graph.add((Stage::Attach, identity));
            }
        }
    }

    /// Goes along with its column; from a table that stands aside, it may have to go before.
    fn is_generated_expression(&self, identity: &Identity) -> bool {
        identity.kind == Kind::Default
            && !self.fates.aside.contains(identity.root())
            && self.context.from.get(identity).is_some_and(|fact| fact.get("generated").is_some())
    }

    fn grant_is_remade(&self, identity: &Identity) -> bool {
        identity.parent.as_deref().is_some_and(|on| self.fates.goes(on) || self.fates.goes(on.root()))
    }

    /// The outermost object whose drop takes this one along; itself, if it is dropped by its own statement.
    fn dropped_with(&self, identity: &'a Identity) -> &'a Identity {
        let mut top = identity;
        // As deep as objects hang on each other: comment → column → partition → partitioned table.
        for _ in 0..32 {
            match self.takes_along(top) {
                Some(next) if next != top => top = next,
                _ => break,
            }
        }
        top
    }

    fn takes_along(&self, identity: &'a Identity) -> Option<&'a Identity> {
        let from = self.context.from;
        let fact = from.get(identity)?;
        if self.apart.contains(identity) {
            return None;
        }
        // What stands aside goes last, and frees no name before.
        let names = rules::places(identity, fact).into_iter().any(|place| place.is_in_a_schema());
        let rebuilt = |other: &Identity| other.kind == Kind::Table && self.fates.aside.contains(other);
        // What it needs goes before its table does.
        let in_the_way = identity.kind != Kind::Column
            && from.needs(identity).any(|needed| {
                let at_once = self.fates.goes(needed) && !self.fates.aside.contains(needed.root());
                at_once && needed.root() != identity.root() && needed.kind != Kind::Column
            });
        let gone = |other: &Identity| {
            let attribute = identity.kind == Kind::Column && other.kind == Kind::Composite
                || matches!(identity.kind, Kind::Comment | Kind::Grant | Kind::SecurityLabel);
            let at_once = !self.fates.aside.contains(other)
                || attribute
                || rebuilt(other) && (!names || identity.kind == Kind::Table);
            self.fates.goes(other) && at_once && !(rebuilt(other) && in_the_way)
        };
        let known = |other: &Identity| from.facts.get_key_value(other).map(|(known, _)| known);
        if let Some(parent) =
            identity.ancestors().find(|above| from.get(above).is_some()).filter(|above| gone(above))
        {
            return known(parent);
        }
        let with_column = |column: &Identity| gone(column) && !(rebuilt(column.root()) && in_the_way);
        if let Some(column) = rules::column_of(identity).filter(with_column) {
            return known(&column);
        }
        if let Some(owner) = fact.owned_by.as_ref() {
            if gone(owner) {
                return known(owner);
            }
            if let Some(table) = owner.parent.as_deref().filter(|table| gone(table)) {
                return known(table);
            }
        }
        // Defaults are each table's own: DROP DEFAULT is said of one alone. A column that the child lists stays with it.
        let alone =
            identity.kind == Kind::Default || identity.kind == Kind::Column && fact.flag("also_local");
        if let Some(above) = fact.inherited_from.as_ref().filter(|_| !alone)
            && gone(above)
            && !above.ancestors().any(gone)
            && !self.context.leaves(identity.root(), above.root())
            && !(names && self.context.steps_out(identity.root()))
            && !self.context.stays_below(above)
        {
            return known(above);
        }
        // Dropping a column takes along its table's indexes and constraints that need it.
        if matches!(identity.kind, Kind::Index | Kind::Constraint | Kind::Statistics) {
            let column = from.needs(identity).find(|needed| {
                needed.kind == Kind::Column && needed.parent == identity.parent && gone(needed)
            });
            let column = column.filter(|column| !(names && rebuilt(column.root())));
            if let Some(column) = column
                && !self.has_needy_strangers(identity)
                && !self.stands_in_the_way_later(identity, column)
            {
                return known(column);
            }
        }
        None
    }

    /// Whether something else needs it, for which it must be dropped by a statement of its own in the right place.
    fn has_needy_strangers(&self, identity: &Identity) -> bool {
        // One that is made again is in the way when the plan runs again, and the column is gone by then.
        identity.kind == Kind::Constraint
            && (rules::has_index_in(self.context.from, identity) || self.fates.is_made(identity))
    }

    /// Whether the plan, run again, would find it in the way of what is replaced, and its column gone already.
    fn stands_in_the_way_later(&self, identity: &Identity, column: &Identity) -> bool {
        let to = self.context.to;
        let replaced = |needed: &Identity| matches!(self.fates.of.get(needed), Some(Fate::Replace));
        to.get(column).is_none()
            && to.needs(identity).any(|needed| Some(needed) != identity.parent.as_deref() && replaced(needed))
    }

    pub(super) fn dropping(&self, identity: &Identity) -> Option<Node<'a>> {
        self.drops.get(identity).map(|top| (Stage::Drop, *top))
    }

    /// The node that makes or alters this fact.
    pub(super) fn making(&self, mut identity: &'a Identity) -> Option<Node<'a>> {
        // As deep as one thing is made by another; a catalog that goes in circles has no end.
        for _ in 0..32 {
            let node = match self.fates.of.get(identity)? {
                Fate::Create | Fate::Replace => (Stage::Create, identity),
                Fate::Alter(_) | Fate::Convert(_) => (Stage::Alter, identity),
                _ => return None,
            };
            if self.graph.has(node) {
                return Some(node);
            }
            identity = self.made_by(identity)?;
        }
        None
    }

    /// What makes this one too, when that is made.
    fn made_by(&self, identity: &'a Identity) -> Option<&'a Identity> {
        let fact = self.context.to.get(identity)?;
        let to = self.context.to;
        let known = |other: &Identity| to.facts.get_key_value(other).map(|(known, _)| known);
        if !self.fates.is_made(identity) {
            return None;
        }
        if identity.kind == Kind::Default
            && let Some(column) = rules::column_of(identity).as_ref().and_then(known)
        {
            return Some(column);
        }
        let parent = identity.parent.as_deref().filter(|parent| self.fates.is_made(parent)).and_then(known);
        parent.or_else(|| fact.inherited_from.as_ref().and_then(known))
    }
}
