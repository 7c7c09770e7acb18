//! SQL that takes one catalog to another, as far as it goes.
//!
//! Best effort, for a person to read ("this is what the rollback lacks"): no dependency graph, an order by kind that
//! fits most schemas. What cannot be offered is named in a comment.

mod alter;
mod column;
mod create;
mod grant;
mod name;
mod table;

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::Catalog;
use crate::compare::{Change, Difference, compare};
use crate::fact::Fact;
use crate::identity::{Identity, Kind};

/// When a statement runs; within one phase, in the order of identities.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Phase {
    DropDependents,
    DropViews,
    DropConstraints,
    DropColumns,
    DropTables,
    DropFunctions,
    DropTypes,
    DropSchemas,
    Schemas,
    Types,
    Sequences,
    Tables,
    Columns,
    Functions,
    Alter,
    Constraints,
    ForeignKeys,
    Indexes,
    Views,
    Dependents,
    Owners,
    Grants,
    Comments,
}

/// What the statements are made from.
pub(super) struct Context<'a> {
    pub(super) want: &'a Catalog,
    pub(super) have: &'a Catalog,
    /// What is to be made, by this repair.
    pub(super) created: BTreeSet<&'a Identity>,
    /// The owner that most objects have: whoever runs the repair, as far as can be told.
    owner: String,
    statements: Vec<(Phase, String)>,
}

impl Context<'_> {
    pub(super) fn say(&mut self, phase: Phase, statement: String) {
        self.statements.push((phase, statement));
    }

    /// No statement can be offered.
    pub(super) fn give_up(&mut self, identity: &Identity, why: &str) {
        let line = format!("-- {identity}: {why}").replace(['\n', '\r'], " ");
        self.say(Phase::Comments, line);
    }
}

/// Statements that take `have` to `want`, in an order that works for most schemas; a `-- …` line where
/// nothing can be offered.
///
/// ```no_run
/// # let (before, after): (meshhook_schema::Catalog, meshhook_schema::Catalog) = Default::default();
/// for statement in meshhook_schema::repair(&after, &before) {
///     println!("{statement}");
/// }
/// ```
pub fn repair(have: &Catalog, want: &Catalog) -> Vec<String> {
    let differences: Vec<Difference> =
        compare(have, want).into_iter().filter(|found| !found.is_note()).collect();
    let mut context =
        Context { want, have, created: BTreeSet::new(), owner: usual_owner(want), statements: Vec::new() };
    let added: Vec<(&Identity, &Fact)> = differences.iter().flat_map(added).collect();
    context.created = added.iter().map(|(identity, _)| *identity).collect();
    for difference in &differences {
        match &difference.change {
            Change::Removed(_) => remove(&mut context, &difference.identity),
            Change::Altered(attributes) => {
                alter::alter(&mut context, &difference.identity, attributes);
                // A partition's own share of what its parent is told of.
                for folded in &difference.folded {
                    if let (Change::Altered(attributes), None) =
                        (&folded.change, inherited(want, &folded.identity))
                    {
                        alter::alter(&mut context, &folded.identity, attributes);
                    }
                }
            }
            Change::Added(_) => {}
        }
    }
    for (identity, fact) in after_what_they_mention(added) {
        create::create(&mut context, identity, fact);
    }
    finish(context)
}

/// What a difference adds, with what is folded into it. What Postgres makes by itself is left out.
fn added(difference: &Difference) -> Vec<(&Identity, &Fact)> {
    let folded = difference.folded.iter().filter_map(|folded| match &folded.change {
        Change::Added(fact) if fact.inherited_from.is_none() => Some((&folded.identity, fact)),
        _ => None,
    });
    let own = match &difference.change {
        Change::Added(fact) => Some((&difference.identity, fact)),
        _ => None,
    };
    own.into_iter().chain(folded).collect()
}

/// The same, but a view after the views it reads, a function after the functions it calls. By their texts: a name that
/// only looks like a mention costs nothing but another order.
fn after_what_they_mention<'a>(added: Vec<(&'a Identity, &'a Fact)>) -> Vec<(&'a Identity, &'a Fact)> {
    let mentions = |(identity, fact): &(&Identity, &Fact), other: &Identity| {
        let text = fact.creates.as_deref().unwrap_or(fact.text("definition"));
        let call = format!("{}(", other.name.name);
        match (identity.kind, other.kind) {
            (Kind::View | Kind::MaterializedView, Kind::View | Kind::MaterializedView) => {
                text.contains(&other.name.sql())
            }
            (Kind::Function | Kind::Procedure, Kind::Function | Kind::Procedure) => text.contains(&call),
            _ => false,
        }
    };
    let mut waiting = added;
    let mut ordered = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let (ready, blocked): (Vec<_>, Vec<_>) = waiting
            .iter()
            .copied()
            .partition(|item| !waiting.iter().any(|(other, _)| *other != item.0 && mentions(item, other)));
        if ready.is_empty() {
            ordered.extend(blocked);
            break;
        }
        ordered.extend(ready);
        waiting = blocked;
    }
    ordered
}

fn inherited<'a>(catalog: &'a Catalog, identity: &Identity) -> Option<&'a Identity> {
    catalog.get(identity)?.inherited_from.as_ref()
}

fn usual_owner(catalog: &Catalog) -> String {
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, fact) in catalog.facts().filter(|(identity, _)| identity.kind != Kind::Schema) {
        *count.entry(fact.text("owner")).or_default() += 1;
    }
    count.remove("");
    count.into_iter().max_by_key(|(_, count)| *count).map_or_else(String::new, |(owner, _)| owner.to_owned())
}

fn remove(context: &mut Context<'_>, identity: &Identity) {
    let Some(parent) = identity.parent.as_deref() else {
        let phase = match identity.kind {
            Kind::Schema | Kind::Extension => Phase::DropSchemas,
            Kind::Table | Kind::ForeignTable | Kind::Sequence => Phase::DropTables,
            Kind::View | Kind::MaterializedView => Phase::DropViews,
            Kind::Function | Kind::Procedure | Kind::Aggregate => Phase::DropFunctions,
            Kind::Publication | Kind::EventTrigger | Kind::Statistics | Kind::Subscription => {
                Phase::DropDependents
            }
            Kind::Cast | Kind::Transform => Phase::DropConstraints,
            Kind::DefaultPrivileges | Kind::SecurityLabel => {
                return context.give_up(identity, "no statement is offered that removes it");
            }
            _ => Phase::DropTypes,
        };
        return context.say(phase, format!("DROP {};", name::object(identity)));
    };
    let own = crate::quote::quote_ident(&identity.name.name);
    match identity.kind {
        Kind::Comment => {
            context.say(Phase::Comments, format!("COMMENT ON {} IS NULL;", name::object(parent)))
        }
        Kind::Grant => grant::grant(context, identity),
        Kind::Column if parent.kind == Kind::Composite => {
            context
                .say(Phase::DropColumns, format!("ALTER TYPE {} DROP ATTRIBUTE {own};", parent.name.sql()));
        }
        Kind::Column => {
            context.say(Phase::DropColumns, format!("ALTER {} DROP COLUMN {own};", name::object(parent)));
        }
        Kind::Default => {
            let statement = format!("ALTER {} ALTER COLUMN {own} DROP DEFAULT;", name::object(parent));
            context.say(Phase::DropDependents, statement);
        }
        Kind::Constraint => {
            let statement = format!("ALTER {} DROP CONSTRAINT {own};", name::object(parent));
            context.say(Phase::DropConstraints, statement);
        }
        Kind::PublicationTable => {
            let statement =
                format!("ALTER PUBLICATION {} DROP TABLE {};", parent.name.sql(), identity.name.name);
            context.say(Phase::DropDependents, statement);
        }
        Kind::PublicationSchema => {
            let statement = format!("ALTER PUBLICATION {} DROP TABLES IN SCHEMA {own};", parent.name.sql());
            context.say(Phase::DropDependents, statement);
        }
        Kind::UserMapping => {
            let statement = format!(
                "DROP USER MAPPING FOR {} SERVER {};",
                grant::role(&identity.name.name),
                parent.name.sql()
            );
            context.say(Phase::DropDependents, statement);
        }
        Kind::Index => context.say(Phase::DropConstraints, format!("DROP {};", name::object(identity))),
        _ => context.say(Phase::DropDependents, format!("DROP {};", name::object(identity))),
    }
}

/// The statements in order, each once. What is dropped together is dropped by one statement, since Postgres
/// then sorts out which of them needs which.
fn finish(context: Context<'_>) -> Vec<String> {
    let mut statements = context.statements;
    statements.sort_by_key(|(phase, _)| *phase);
    let mut merged: Vec<String> = Vec::new();
    for (_, statement) in statements {
        if merged.contains(&statement) {
            continue;
        }
        let together = ["DROP VIEW ", "DROP TABLE ", "DROP FUNCTION "];
        let verb = together.iter().find(|verb| statement.starts_with(**verb));
        match (verb, merged.last_mut()) {
            (Some(verb), Some(last)) if last.starts_with(verb) => {
                last.pop();
                last.push_str(&format!(", {}", &statement[verb.len()..]));
            }
            _ => merged.push(statement),
        }
    }
    merged
}
