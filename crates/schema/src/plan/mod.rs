//! The way from one catalog to another: actions from the differences, in one graph, as ordered statements.

mod bodies;
mod emit;
mod fate;
#[cfg(test)]
mod fuzz;
mod graph;
mod hazards;
mod held;
mod inherit;
mod late;
mod name;
mod online;
mod order;
mod render;
mod rules;
mod statement;
mod swapped;

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::Catalog;
use crate::compare::compare;
use crate::fact::{ATTRIBUTE_ORDER, COLUMN_ORDER, Fact};
use crate::identity::{Identity, Kind};

pub use render::Part;
pub use statement::{Hazard, Runs, Statement};

/// How a plan is made.
#[derive(Clone, Debug)]
pub struct Options {
    /// Spare those who use the database: indexes CONCURRENTLY, constraints NOT VALID then validated, and so on.
    pub online: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options { online: true }
    }
}

/// What a step does to its object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verb {
    /// It is made.
    Create,
    /// It goes.
    Drop,
    /// It is altered in place.
    Alter,
}

/// Statements that do one thing to one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The object.
    pub object: Identity,
    /// What happens to it.
    pub verb: Verb,
    /// The same object is dropped and made again in this plan.
    pub replaces: bool,
    /// Why, in a few words, for the comment above the statements.
    pub comment: String,
    /// The statements, in order.
    pub statements: Vec<Statement>,
}

/// The way from one catalog to another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// What is done, in order.
    pub steps: Vec<Step>,
    /// What stays different and loses nothing: the order of columns.
    pub notes: Vec<String>,
}

/// Why there is no plan. Nothing is guessed: one thing that cannot be done refuses the whole.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum PlanError {
    /// Things that no statement can do, each with the reason.
    #[error("there is no way to make these changes:\n{}", .0.iter().map(|(what, why)| format!("  {what}: {why}")).collect::<Vec<_>>().join("\n"))]
    Refused(Vec<(Identity, String)>),
    /// Steps that wait for each other.
    #[error("these wait for each other: {}", .0.join(", "))]
    Circle(Vec<String>),
}

/// What the rules look at.
pub(crate) struct Context<'a> {
    pub(crate) from: &'a Catalog,
    pub(crate) to: &'a Catalog,
    pub(crate) options: &'a Options,
    /// What hangs on what in the new catalog.
    has: BTreeMap<&'a Identity, Vec<&'a Identity>>,
    /// Who needs what in the old catalog.
    needers: BTreeMap<&'a Identity, Vec<&'a Identity>>,
    /// The columns and constraints of children by those of their parents, in the old catalog.
    heirs: BTreeMap<&'a Identity, Vec<&'a Identity>>,
    /// The tables of the old catalog that have several parents, with these.
    of_several: Vec<(&'a Identity, &'a [String])>,
    made: BTreeSet<&'a Identity>,
    aside: BTreeSet<&'a Identity>,
    /// Defaults that are set once their column is there, because what they call reads it.
    late: BTreeSet<&'a Identity>,
    /// What is dropped and made again, and in use by what is made for the first time and stays when the plan runs again:
    /// conditions, as SQL, that hold until then.
    held: BTreeMap<&'a Identity, BTreeSet<String>>,
    /// The names that are given in this plan.
    taken: BTreeSet<rules::Place>,
    /// The sequences that identity columns have in the new catalog, as SQL names them.
    identity_sequences: BTreeSet<String>,
}

impl<'a> Context<'a> {
    fn new(from: &'a Catalog, to: &'a Catalog, options: &'a Options) -> Context<'a> {
        let mut has: BTreeMap<&Identity, Vec<&Identity>> = BTreeMap::new();
        for (identity, _) in to.facts() {
            if let Some(parent) = identity.parent.as_deref() {
                has.entry(parent).or_default().push(identity);
            }
        }
        let mut needers: BTreeMap<&Identity, Vec<&Identity>> = BTreeMap::new();
        for (dependent, _) in from.facts() {
            for needed in from.needs(dependent) {
                needers.entry(needed).or_default().push(dependent);
            }
        }
        let mut heirs: BTreeMap<&Identity, Vec<&Identity>> = BTreeMap::new();
        for (identity, fact) in from.facts() {
            if let Some(above) = &fact.inherited_from {
                heirs.entry(above).or_default().push(identity);
            }
        }
        let sequences = to.facts().filter(|(_, fact)| fact.get("identity_sequence").is_some());
        let identity_sequences =
            sequences.map(|(_, fact)| fact.text("identity_sequence").to_owned()).collect();
        let parents = from.facts().map(|(table, fact)| (table, fact.list("parents")));
        let of_several = parents.filter(|(_, parents)| parents.len() > 1).collect();
        Context {
            from,
            to,
            options,
            has,
            needers,
            heirs,
            of_several,
            made: BTreeSet::new(),
            aside: BTreeSet::new(),
            late: BTreeSet::new(),
            held: BTreeMap::new(),
            taken: BTreeSet::new(),
            identity_sequences,
        }
    }

    /// The columns that a table or a composite type should have, in order.
    fn columns(&self, table: &Identity) -> Vec<Identity> {
        let attribute = if table.kind == Kind::Composite { ATTRIBUTE_ORDER } else { COLUMN_ORDER };
        let names = self.to.get(table).map(|fact| fact.list(attribute)).unwrap_or_default();
        let parent = std::sync::Arc::new(table.clone());
        names.iter().map(|name| Identity::child(Kind::Column, parent.clone(), name)).collect()
    }

    /// The columns of this name of the parents that the table had.
    fn columns_above<'c>(&'c self, column: &'c Identity) -> impl Iterator<Item = &'c Identity> {
        let table = column.root();
        let parents = self.from.get(table).map(|fact| fact.list("parents")).unwrap_or_default();
        let above = self.from.needs(table).filter(|above| parents.contains(&above.name.sql()));
        above.filter_map(|above| {
            let above = Identity::child(Kind::Column, std::sync::Arc::new(above.clone()), &column.name.name);
            Some(self.from.facts.get_key_value(&above)?.0)
        })
    }

    /// Who needs it in the old catalog.
    fn needed_by(&self, identity: &Identity) -> impl Iterator<Item = &'a Identity> {
        self.needers.get(identity).into_iter().flatten().copied()
    }

    /// Whether this plan makes it, for the first time or again.
    fn is_made(&self, identity: &Identity) -> bool {
        self.made.contains(identity)
    }

    /// Whether a partition is made anew, and the table that it is a partition of is not.
    fn steps_out(&self, table: &Identity) -> bool {
        let Some(fact) = self.from.get(table).filter(|fact| fact.get("partition_bound").is_some()) else {
            return false;
        };
        self.is_aside(table) && !fact.list("parents").iter().any(|parent| self.is_rebuilt(parent))
    }

    /// Whether the table of this qualified name is made anew beside the old one.
    fn is_rebuilt(&self, table: &str) -> bool {
        self.aside.iter().any(|identity| identity.kind == Kind::Table && identity.name.sql() == table)
    }

    /// Whether a column or constraint that is made comes along with the same one of the parent table.
    fn comes_from_parent(&self, identity: &Identity) -> bool {
        let Some(fact) = self.to.get(identity) else { return false };
        let Some(above) = &fact.inherited_from else { return false };
        self.to.get(above).is_some() && !fact.flag("also_local") && !self.joins(identity.root(), above.root())
    }

    /// Whether a table that was there before is put onto this parent, for which it must have all that the parent has.
    fn joins(&self, table: &Identity, parent: &Identity) -> bool {
        let parent = parent.name.sql();
        let (Some(from), Some(to)) = (self.from.get(table), self.to.get(table)) else { return false };
        !self.is_made(table) && to.list("parents").contains(&parent) && !stays_on(from, to, &parent)
    }

    /// Whether a table that stays is taken off this parent.
    fn leaves(&self, table: &Identity, parent: &Identity) -> bool {
        let parent = parent.name.sql();
        let (Some(from), Some(to)) = (self.from.get(table), self.to.get(table)) else { return false };
        from.list("parents").contains(&parent) && !stays_on(from, to, &parent)
    }

    /// Whether a partition is taken off its table and put onto it again, with other bounds.
    fn rejoins(&self, table: &Identity) -> bool {
        let (Some(from), Some(to)) = (self.from.get(table), self.to.get(table)) else { return false };
        let bounds = (from.get("partition_bound"), to.get("partition_bound"));
        bounds.0.is_some()
            && bounds.1.is_some()
            && bounds.0 != bounds.1
            && from.list("parents") == to.list("parents")
            && !self.is_aside(table)
    }

    /// What the tables below have of a column or constraint, however deep.
    fn below(&self, identity: &Identity) -> Vec<&'a Identity> {
        let mut below: Vec<&'a Identity> = Vec::new();
        let mut waiting = self.heirs.get(identity).cloned().unwrap_or_default();
        while let Some(heir) = waiting.pop() {
            if !below.contains(&heir) {
                below.push(heir);
                waiting.extend(self.heirs.get(heir).into_iter().flatten());
            }
        }
        below.reverse();
        below
    }

    /// Whether a column or constraint goes, and stays with a child that had it from here: then it goes from this table
    /// ONLY, and what else its children had of it goes by itself.
    fn stays_below(&self, identity: &Identity) -> bool {
        // What comes from several parents is known as the heir of the first alone.
        let parent = identity.root().name.sql();
        let others = self.of_several.iter().filter_map(|(table, parents)| {
            let child = Identity::child(identity.kind, (*table).clone().into(), &identity.name.name);
            let known = parents.contains(&parent).then(|| self.from.facts.get_key_value(&child))?;
            known.map(|(child, _)| child)
        });
        self.below(identity).into_iter().chain(others).any(|heir| {
            let own = self.to.get(heir).is_some_and(|fact| fact.inherited_from.is_none());
            let of_partition =
                self.from.get(heir.root()).is_some_and(|table| table.get("partition_bound").is_some());
            own && !of_partition && !self.is_made(heir)
        })
    }

    /// Whether the old one stands aside under another name until its columns have moved over.
    fn is_aside(&self, identity: &Identity) -> bool {
        self.aside.contains(identity)
    }
}

/// Whether a table stays on a parent: the parents of a table have an order, and a new one comes last.
fn stays_on(from: &Fact, to: &Fact, parent: &str) -> bool {
    let (had, has) = (from.list("parents"), to.list("parents"));
    let kept = had.iter().filter(|parent| has.contains(parent));
    let in_order = kept.zip(has).take_while(|(had, has)| had == has);
    from.get("partition_bound") == to.get("partition_bound")
        && in_order.map(|(_, has)| has).any(|stays| stays == parent)
}

/// The way from `from` to `to`.
///
/// Both are read with [`crate::Scope::with_dependencies`], or the order is a guess by kind.
///
/// # Errors
/// [`PlanError`] when something differs that no statement can bring about.
pub fn plan(from: &Catalog, to: &Catalog, options: &Options) -> Result<Plan, PlanError> {
    let mut context = Context::new(from, to, options);
    let fates = fate::decide(&context);
    context.made = fates.of.keys().copied().filter(|identity| fates.is_made(identity)).collect();
    context.aside = fates.aside.clone();
    let made = context.made.iter().filter_map(|identity| Some((*identity, to.get(identity)?)));
    context.taken = made.flat_map(|(identity, fact)| rules::places(identity, fact)).collect();
    let mut refused = fates.refused.clone();
    refused.extend(values_out_of_reach(&context, &fates));
    if !refused.is_empty() {
        return Err(PlanError::Refused(refused));
    }
    context.late = late::late(&context);
    context.held = held::held(&context, &fates);
    let ordered = order::order(&context, &fates)?;
    let mut steps = emit::emit(&context, &fates, &ordered)?;
    if context.options.online {
        steps = online::online(&context, steps);
    }
    hazards::add(&context, &mut steps);
    let differences = compare(from, to);
    let notes = differences.iter().filter(|difference| difference.is_note() && !inherit::tells(difference));
    let mut notes: Vec<String> = notes.map(|difference| difference.tell(crate::Told::Neutral)).collect();
    notes.extend(inherit::notes(&context));
    Ok(Plan { steps, notes })
}

/// The columns whose values nothing carries over to the types that take the place of theirs, and the tables of which a
/// script could not tell whether their rows have moved.
fn values_out_of_reach(context: &Context<'_>, fates: &fate::Fates<'_>) -> Vec<(Identity, String)> {
    let moves = |column: &Identity| {
        column.kind == Kind::Column
            && (matches!(fates.of.get(column), Some(fate::Fate::Convert(_)))
                || column.root().kind == Kind::Table && fates.aside.contains(column.root()))
    };
    let columns = fates.of.keys().filter(|column| moves(column));
    let columns =
        columns.filter_map(|column| Some(((*column).clone(), rules::out_of_reach(context, column)?)));
    let tables = fates.aside.iter().filter(|table| table.kind == Kind::Table);
    let tables = tables.filter_map(|table| Some(((*table).clone(), rules::cannot_be_told(context, table)?)));
    columns.chain(tables).collect()
}
