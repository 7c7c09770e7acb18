//! What becomes of each fact: made, dropped, replaced, altered. Dependents of what goes are drawn in.

mod again;
mod aside;
mod forgotten;
mod parents;

use std::collections::{BTreeMap, BTreeSet};

use super::rules::{self, Changed, Way};
use super::{Context, Statement};
use crate::catalog::Catalog;
use crate::compare::{Change, Difference, Transition, raw};
use crate::fact::Fact;
use crate::identity::{Identity, Kind};

/// What ALTER COLUMN says of one table's column, and not of its children's.
const OF_ONE_TABLE: [&str; 5] = ["storage", "compression", "statistics_target", "options", "foreign_options"];

/// What becomes of one fact. A fact that has none stays as it is.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Fate {
    /// Only the new catalog has it.
    Create,
    /// Only the old catalog has it.
    Drop,
    /// Both have it, and it is dropped and made again.
    Replace,
    /// Both have it; these statements are enough.
    Alter(Vec<Statement>),
    /// A column whose type is replaced under the same name: its values move over to the new one.
    /// What else is altered comes after that.
    Convert(Vec<Statement>),
}

/// The fates of all facts that do not stay as they are.
#[derive(Default)]
pub(super) struct Fates<'a> {
    pub(super) of: BTreeMap<&'a Identity, Fate>,
    pub(super) refused: Vec<(Identity, String)>,
    /// Types that are renamed aside while their columns move over, and dropped afterwards.
    pub(super) aside: BTreeSet<&'a Identity>,
    /// What is made for the first time and needs what is replaced: when the plan runs again, it stands in the way.
    pub(super) again: BTreeSet<&'a Identity>,
}

impl<'a> Fates<'a> {
    pub(super) fn is_made(&self, identity: &Identity) -> bool {
        matches!(self.of.get(identity), Some(Fate::Create | Fate::Replace))
    }

    pub(super) fn goes(&self, identity: &Identity) -> bool {
        matches!(self.of.get(identity), Some(Fate::Drop | Fate::Replace))
    }

    fn refuse(&mut self, identity: &Identity, why: impl Into<String>) {
        self.refused.push((identity.clone(), why.into()));
    }
}

/// Decides the fate of every fact.
pub(super) fn decide<'a>(context: &Context<'a>) -> Fates<'a> {
    let mut decision = Decision {
        context,
        had: children(context.from),
        fates: Fates::default(),
        waiting: Vec::new(),
        altered: BTreeMap::new(),
        remade: BTreeSet::new(),
    };
    let differences = raw(context.from, context.to);
    for difference in &differences {
        if let Change::Altered(changed) = &difference.change {
            let Some((identity, _)) = context.from.facts.get_key_value(&difference.identity) else {
                continue;
            };
            decision.altered.insert(identity, changed.clone());
        }
    }
    for difference in &differences {
        decision.start(difference);
    }
    decision.let_go_of_indexes();
    decision.make_twins_wait();
    decision.leave_checks_to_parents();
    for (table, _) in context.from.facts().filter(|(table, _)| context.rejoins(table)) {
        decision.release_references(table);
    }
    loop {
        while let Some(disturbance) = decision.waiting.pop() {
            decision.spread(disturbance);
        }
        if !decision.give_way_later() {
            break;
        }
    }
    decision.say_again();
    decision.say_of_clones();
    decision.stand_aside_together();
    decision.standing_in_the_way();
    decision.fates
}

/// What hangs on what.
fn children(catalog: &Catalog) -> BTreeMap<&Identity, Vec<&Identity>> {
    let mut children: BTreeMap<&Identity, Vec<&Identity>> = BTreeMap::new();
    for (identity, fact) in catalog.facts() {
        // Nor is the sequence of an identity a fact: what hangs on it hangs on the column.
        let column = fact.owned_by.as_ref().filter(|owner| {
            matches!(identity.kind, Kind::Comment | Kind::Grant) && owner.kind == Kind::Column
        });
        // The columns of views are no facts: what hangs on one hangs on its view.
        let mut above = identity.ancestors().chain(column);
        if let Some(parent) = above.find(|above| catalog.get(above).is_some()) {
            children.entry(parent).or_default().push(identity);
        }
    }
    children
}

/// Something that dependents notice.
#[derive(Clone, Copy)]
enum Disturbance<'a> {
    /// It is dropped, for good or for a while.
    Gone(&'a Identity),
    /// A column gets another type, under which Postgres leaves no view, policy or trigger that reads it.
    Retyped(&'a Identity),
    /// A column loses its identity, and the sequence goes with it.
    Unnumbered(&'a Identity),
    /// A generated column gets another expression in place.
    Recomputed(&'a Identity),
}

struct Decision<'c, 'a> {
    context: &'c Context<'a>,
    had: BTreeMap<&'a Identity, Vec<&'a Identity>>,
    fates: Fates<'a>,
    waiting: Vec<Disturbance<'a>>,
    altered: BTreeMap<&'a Identity, Changed>,
    /// The columns whose indexes, constraints and statistics Postgres makes again.
    remade: BTreeSet<&'a Identity>,
}

impl<'a> Decision<'_, 'a> {
    fn start(&mut self, difference: &Difference) {
        let (from, to) = (&self.context.from.facts, &self.context.to.facts);
        match &difference.change {
            Change::Added(_) => {
                let Some((identity, _)) = to.get_key_value(&difference.identity) else { return };
                self.fates.of.entry(identity).or_insert(Fate::Create);
                self.say_of_sequence(identity);
                self.replace_closed_domain(identity);
            }
            Change::Removed(_) => {
                let Some((identity, _)) = from.get_key_value(&difference.identity) else { return };
                self.fates.of.insert(identity, Fate::Drop);
                self.waiting.push(Disturbance::Gone(identity));
                self.say_of_sequence(identity);
                self.drop_from_parent(identity);
                self.leave_to_partitions(identity);
            }
            Change::Altered(changed) => {
                let Some((identity, fact)) = from.get_key_value(&difference.identity) else { return };
                if let Some(want) = to.get(identity) {
                    self.alter(identity, fact, want, changed);
                }
            }
        }
    }

    fn alter(&mut self, identity: &'a Identity, from: &Fact, to: &Fact, changed: &Changed) {
        if self.fates.of.contains_key(identity) {
            return;
        }
        if rules::retypes_key(self.context, identity, changed)
            && let Some(table) = self.known(identity.parent.as_deref())
        {
            return self.rebuild(table);
        }
        let mut rest = changed.clone();
        // What it also does by itself is said of it alone.
        if identity.kind == Kind::Column && self.inherits_all_along(identity) {
            let above = from.inherited_from.as_ref().and_then(|above| self.altered.get(above));
            rest.retain(|name, transition| {
                ["type", "collation"].contains(name)
                    || OF_ONE_TABLE.contains(name)
                    || above.and_then(|above| above.get(name)) != Some(transition)
            });
        }
        if self.follows_its_parent(identity, from, to, changed) {
            let retyped = ["type", "collation"].iter().any(|name| changed.contains_key(name));
            rest.retain(|name, _| match identity.kind {
                Kind::Column => OF_ONE_TABLE.contains(name),
                kind => kind == Kind::Trigger && *name == "enabled",
            });
            if identity.kind == Kind::Column && retyped {
                // What reads the child's column minds its new type all the same, and the type brings its own storage.
                self.waiting.push(Disturbance::Retyped(identity));
                for attribute in ["storage", "compression"] {
                    match to.get(attribute) {
                        Some(value) => {
                            let transition = Transition { from: None, to: Some(value.clone()) };
                            rest.entry(attribute).or_insert(transition);
                        }
                        None => drop(rest.remove(attribute)),
                    }
                }
            }
            if rest.is_empty() {
                return;
            }
        }
        rest.remove("owner");
        let way = if rest.is_empty() {
            Way::InPlace(Vec::new())
        } else {
            rules::alter(self.context, identity, from, to, &rest)
        };
        match way {
            Way::InPlace(statements) => {
                if identity.kind == Kind::Column
                    && ["type", "collation"].iter().any(|name| rest.contains_key(name))
                {
                    self.waiting.push(Disturbance::Retyped(identity));
                }
                if identity.kind == Kind::Column && rest.get("identity").is_some_and(|one| one.to.is_none()) {
                    self.waiting.push(Disturbance::Unnumbered(identity));
                }
                if to.get("generated").is_some()
                    && let Some(column) =
                        rules::column_of(identity).and_then(|column| self.known(Some(&column)))
                {
                    self.waiting.push(Disturbance::Recomputed(column));
                }
                if !statements.is_empty() {
                    self.fates.of.insert(identity, Fate::Alter(statements));
                }
            }
            Way::Replace => self.replace(identity),
            Way::Rebuild => self.rebuild(identity),
            Way::ReplaceColumn => {
                let column = rules::column_of(identity).and_then(|column| self.known(Some(&column)));
                if let Some(column) = column {
                    self.replace(column);
                }
            }
            Way::ReplaceParent => {
                if let Some(parent) = self.known(identity.parent.as_deref()) {
                    self.replace(parent);
                }
            }
            Way::Refuse(why) => self.fates.refuse(identity, why),
        }
    }

    /// A domain that takes no new constraint is made anew with it.
    fn replace_closed_domain(&mut self, constraint: &Identity) {
        if let Some(domain) =
            self.known(constraint.parent.as_deref()).filter(|_| constraint.kind == Kind::Constraint)
            && rules::is_hidden_in_columns(self.context, domain)
        {
            self.replace(domain);
        }
    }

    fn known(&self, identity: Option<&Identity>) -> Option<&'a Identity> {
        Some(self.context.from.facts.get_key_value(identity?)?.0)
    }

    /// A new table beside the old one.
    fn rebuild(&mut self, table: &'a Identity) {
        if !self.fates.goes(table) {
            self.fates.aside.insert(table);
            self.fates.of.insert(table, Fate::Replace);
            self.waiting.push(Disturbance::Gone(table));
            self.replace_children(table);
            self.release_references(table);
        }
    }

    /// Drops and makes again, with everything that hangs on it.
    fn replace(&mut self, identity: &'a Identity) {
        if self.fates.goes(identity) {
            return;
        }
        if let Some(why) = rules::irreplaceable(self.context, identity) {
            return self.fates.refuse(identity, why);
        }
        self.fates.of.insert(identity, Fate::Replace);
        self.waiting.push(Disturbance::Gone(identity));
        self.replace_children(identity);
        self.replace_closed_domain(identity);
        self.replace_heirs(identity);
        // What is attached to it would go with it when the plan runs again.
        if rules::is_of_index(self.context.to, identity) {
            let joining =
                self.context.to.facts().filter(|(_, fact)| fact.inherited_from.as_ref() == Some(identity));
            let joining: Vec<_> = joining.filter_map(|(child, _)| self.known(Some(child))).collect();
            joining.into_iter().for_each(|child| self.replace(child));
        }
        // A default hangs on the table, and yet goes with its column.
        if identity.kind == Kind::Column
            && let Some(default) = rules::default_of(identity).and_then(|default| self.known(Some(&default)))
            && self.context.to.facts.contains_key(default)
        {
            self.replace(default);
        }
    }

    fn replace_children(&mut self, identity: &'a Identity) {
        for child in self.context.has.get(identity).cloned().unwrap_or_default() {
            if !self.context.from.facts.contains_key(child) {
                self.fates.of.insert(child, Fate::Create);
            }
        }
        let rebuilt = self.fates.aside.contains(identity);
        for child in self.had.get(identity).cloned().unwrap_or_default() {
            match child.kind {
                _ if !self.context.to.facts.contains_key(child) => {}
                // The columns of a table that is rebuilt keep their values.
                Kind::Column if rebuilt => {
                    self.fates.of.insert(child, Fate::Replace);
                    self.waiting.push(Disturbance::Gone(child));
                    self.replace_children(child);
                }
                _ => self.replace(child),
            }
        }
    }

    fn spread(&mut self, disturbance: Disturbance<'a>) {
        let (Disturbance::Gone(cause)
        | Disturbance::Retyped(cause)
        | Disturbance::Unnumbered(cause)
        | Disturbance::Recomputed(cause)) = disturbance;
        if matches!(disturbance, Disturbance::Retyped(_) | Disturbance::Recomputed(_)) {
            self.remade.insert(cause);
            self.make_indexes_of_partitions(cause);
        }
        for dependent in self.context.needed_by(cause).collect::<Vec<_>>() {
            if self.fates.goes(dependent) || !self.context.to.facts.contains_key(dependent) {
                continue;
            }
            match disturbance {
                Disturbance::Gone(cause) => self.let_go(dependent, cause),
                Disturbance::Retyped(column) => {
                    if rules::hinders_new_type(self.context, dependent, column) {
                        self.make_way(dependent, column);
                    } else if self.mixes_types(dependent, column) {
                        self.replace(dependent);
                    }
                }
                Disturbance::Unnumbered(column) => {
                    if self.takes_numbers(dependent, column) {
                        self.replace(dependent);
                    }
                }
                Disturbance::Recomputed(_) => {}
            }
        }
    }

    /// Whether an expression has this column and another one that gets another type too: Postgres builds it anew after
    /// each, and between an old type and a new one there may be nothing that it could call.
    fn mixes_types(&self, dependent: &Identity, column: &Identity) -> bool {
        let Some(fact) = self.context.from.get(dependent) else { return false };
        let expression = match dependent.kind {
            Kind::Constraint => fact.text("type") == "check",
            Kind::Index => ["expressions", "predicate"].iter().any(|one| fact.derived.contains_key(one)),
            Kind::Statistics => true,
            _ => false,
        };
        let mut needed = self.context.from.needs(dependent);
        expression
            && needed.any(|other| {
                other != column
                    && self.remade.contains(other)
                    && !(rules::stays_comparable(self.context, other)
                        && rules::stays_comparable(self.context, column))
            })
    }

    /// Whether it takes from the sequence of an identity: no default reads a column, unless it computes one.
    fn takes_numbers(&self, dependent: &Identity, column: &Identity) -> bool {
        let fact = |catalog: &'a Catalog, identity| catalog.get(identity);
        let plain = fact(self.context.from, dependent).is_some_and(|fact| fact.get("generated").is_none());
        let sequence = fact(self.context.from, column).map(|fact| fact.text("identity_sequence"));
        let still =
            |needed: &Identity| needed.kind == Kind::Sequence && Some(&*needed.name.sql()) == sequence;
        dependent.kind == Kind::Default && plain || self.context.to.needs(dependent).any(still)
    }

    /// `dependent` stays, and what it needs goes.
    fn let_go(&mut self, dependent: &'a Identity, cause: &'a Identity) {
        let needs_it_still = self.context.to.needs(dependent).any(|needed| needed == cause);
        let altered = matches!(self.fates.of.get(dependent), Some(Fate::Alter(_)));
        // By its name something else is meant by then, and a rule may read whole rows.
        let other = |needed: &Identity| {
            needed.root().name == cause.root().name && needed.root().kind != cause.root().kind
        };
        let anew = dependent.kind == Kind::Rule || self.context.to.needs(dependent).any(other);
        // An owned sequence, a partition, a publication's table: told by an attribute, and let go by its change.
        if altered && !needs_it_still && !anew && !rules::gets_namesake(self.context, cause) {
            return;
        }
        // The index of a partition that leaves its table is let go by the table's index, and stays.
        let attached =
            self.context.from.get(dependent).is_some_and(|fact| fact.inherited_from.as_ref() == Some(cause));
        if attached
            && rules::is_of_index(self.context.from, dependent)
            && self.context.leaves(dependent.root(), cause.root())
        {
            return;
        }
        self.make_way(dependent, cause);
    }

    /// What is altered of a column whose values move over to another type by a statement of their own.
    fn beside_its_type(&self, column: &Identity) -> Vec<Statement> {
        let (Some(from), Some(to)) = (self.context.from.get(column), self.context.to.get(column)) else {
            return Vec::new();
        };
        let mut changed = self.altered.get(column).cloned().unwrap_or_default();
        changed.retain(|name, _| !["type", "collation", "owner"].contains(name));
        let kept = rules::forgotten_in_conversion(column, to, &changed);
        match rules::alter(self.context, column, from, to, &changed) {
            Way::InPlace(statements) => [statements, kept].concat(),
            _ => kept,
        }
    }

    fn make_way(&mut self, dependent: &'a Identity, cause: &'a Identity) {
        let moves_over = cause.parent.as_deref().is_some_and(|table| self.fates.aside.contains(table));
        if dependent.kind == Kind::Sequence && moves_over {
            return;
        }
        match rules::release(self.context, dependent, cause) {
            rules::Release::Itself if self.is_partition_of_rebuilt(dependent, cause) => {
                self.rebuild(dependent)
            }
            rules::Release::Itself => {}
            // It is partitioned by it.
            rules::Release::Replace if dependent.kind == Kind::Table && cause.kind == Kind::Collation => {
                self.rebuild(dependent);
            }
            rules::Release::Replace => self.replace(dependent),
            rules::Release::Parent => {
                if let Some(parent) = self.known(dependent.parent.as_deref()) {
                    self.replace(parent);
                }
            }
            rules::Release::Column => {
                let column = rules::column_of(dependent).and_then(|column| self.known(Some(&column)));
                if let Some(column) = column {
                    self.replace(column);
                }
            }
            rules::Release::Convert if rules::partitions_by(self.context, dependent) => {
                self.fates.aside.insert(cause);
                if let Some(table) = self.known(dependent.parent.as_deref()) {
                    self.rebuild(table);
                }
            }
            rules::Release::Convert => {
                self.fates.aside.insert(cause);
                if self.inherits_all_along(dependent) {
                    self.waiting.push(Disturbance::Retyped(dependent));
                } else if !matches!(self.fates.of.get(dependent), Some(Fate::Convert(_))) {
                    let also = self.beside_its_type(dependent);
                    self.fates.of.insert(dependent, Fate::Convert(also));
                    self.waiting.push(Disturbance::Retyped(dependent));
                }
            }
            rules::Release::Default => {
                let again = self.context.to.get(dependent).map(|to| rules::with_default(dependent, to));
                self.say(dependent, again.unwrap_or_default());
            }
            rules::Release::Refuse(why) => self.fates.refuse(dependent, why),
        }
    }
}
