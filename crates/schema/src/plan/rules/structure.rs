//! What the plan asks of a kind beside its statements: what lets go of what, and which names are taken.

use std::collections::BTreeSet;

use super::{Changed, table, types};
use crate::catalog::Catalog;
use crate::compare::places_differ;
use crate::fact::{ATTRIBUTE_ORDER, Fact, Value};
use crate::identity::{Identity, Kind};
use crate::plan::Context;
use crate::plan::fate::Fates;

/// How something that stays lets go of what it needs, when that goes.
pub(in crate::plan) enum Release {
    /// By itself.
    Itself,
    /// Dropped before, and made again after.
    Replace,
    /// Its parent is.
    Parent,
    /// Its column is.
    Column,
    /// A column moves over to the type that takes the old one's name.
    Convert,
    /// A domain's default is dropped before, and set again after.
    Default,
    /// Not at all.
    Refuse(String),
}

pub(in crate::plan) fn release(context: &Context<'_>, dependent: &Identity, cause: &Identity) -> Release {
    let fact = context.from.get(dependent);
    match dependent.kind {
        Kind::Column if dependent.parent.as_deref().is_some_and(|parent| parent.kind == Kind::Composite) => {
            Release::Parent
        }
        Kind::Column if context.to.get(dependent).is_some_and(|fact| fact.get("generated").is_some()) => {
            Release::Replace
        }
        Kind::Column => match cause.kind {
            Kind::Enum | Kind::Domain | Kind::Composite | Kind::Range | Kind::BaseType | Kind::Collation => {
                Release::Convert
            }
            _ => Release::Refuse(format!("its type needs {cause}, which has to be dropped and made again")),
        },
        // An expression goes with DROP EXPRESSION.
        Kind::Default
            if fact.is_some_and(|fact| fact.get("generated").is_some())
                && column_of(dependent).is_some_and(|column| {
                    context.to.get(&column).is_some_and(|column| column.get("generated").is_none())
                }) =>
        {
            Release::Itself
        }
        Kind::Default if fact.is_some_and(|fact| fact.get("generated").is_some()) => Release::Column,
        Kind::Domain if types::is_for_default(dependent, cause) => Release::Default,
        Kind::Sequence
            if cause.kind == Kind::Table
                || context.to.get(dependent).is_some_and(|to| {
                    Some(to.text("owned_by")) != fact.map(|from| from.text("owned_by"))
                }) =>
        {
            Release::Itself
        }
        Kind::Table
            if fact.is_some_and(|fact| !fact.list("parents").is_empty())
                && matches!(cause.kind, Kind::Table | Kind::ForeignTable) =>
        {
            Release::Itself
        }
        Kind::Table
            if cause.kind == Kind::Composite
                && fact.is_some_and(|fact| fact.text("of_type") == cause.name.sql()) =>
        {
            let order = |catalog: &Catalog| {
                catalog.get(cause).map(|of| of.list(ATTRIBUTE_ORDER).to_vec()).unwrap_or_default()
            };
            let still =
                context.to.get(dependent).is_some_and(|fact| fact.text("of_type") == cause.name.sql());
            match still && places_differ(&order(context.from), &order(context.to)) {
                true => Release::Refuse(format!(
                    "its columns cannot change places with the attributes of {cause}, which it is of"
                )),
                false => Release::Itself,
            }
        }
        _ => Release::Replace,
    }
}

/// Whether Postgres refuses to change a column's type while this stands, or leaves it as it should not be.
pub(in crate::plan) fn hinders_new_type(
    context: &Context<'_>,
    dependent: &Identity,
    column: &Identity,
) -> bool {
    match dependent.kind {
        Kind::View | Kind::MaterializedView | Kind::Policy | Kind::Rule => true,
        Kind::Trigger => context.from.get(dependent).is_some_and(|fact| fact.inherited_from.is_none()),
        // Only those with a body in SQL-standard form need a column.
        Kind::Function | Kind::Procedure => true,
        Kind::Default => true,
        Kind::PublicationTable => context.from.get(dependent).is_some_and(|fact| {
            ["row_filter", "columns"].iter().any(|attribute| fact.get(attribute).is_some())
        }),
        Kind::Constraint => {
            let key = context.from.get(dependent).filter(|fact| fact.text("type") == "foreign key");
            // One with a period compares by the operators of its key's index, which are of one type only.
            key.is_some_and(|key| {
                key.text("definition").contains("PERIOD ") || !stays_comparable(context, column)
            })
        }
        _ => false,
    }
}

/// Whether a foreign key may hold while one side has the old type and the other the new one.
pub(in crate::plan) fn stays_comparable(context: &Context<'_>, column: &Identity) -> bool {
    let collation = |catalog: &Catalog| catalog.get(column).map(|fact| fact.get("collation").cloned());
    if collation(context.from) != collation(context.to) {
        return false;
    }
    let base = |fact: Option<&Fact>| {
        fact.map(|fact| fact.text("type").split('(').next().unwrap_or_default().trim().to_owned())
            .unwrap_or_default()
    };
    let families: [&[&str]; 2] = [&["smallint", "integer", "bigint"], &["text", "character varying"]];
    let (from, to) = (base(context.from.get(column)), base(context.to.get(column)));
    families.iter().any(|family| family.contains(&&*from) && family.contains(&&*to))
}

/// Why something cannot be dropped and made again without losing what nobody can bring back.
pub(in crate::plan) fn irreplaceable(context: &Context<'_>, identity: &Identity) -> Option<String> {
    match identity.kind {
        Kind::Table => {
            Some("it cannot be altered that way, and making it anew would lose its rows".to_owned())
        }
        Kind::Column => {
            let composite = identity.parent.as_deref().is_some_and(|parent| parent.kind == Kind::Composite);
            let computed = context.to.get(identity).is_some_and(|fact| fact.get("generated").is_some());
            let view = identity.parent.as_deref().is_some_and(|parent| {
                matches!(parent.kind, Kind::View | Kind::MaterializedView | Kind::ForeignTable)
            });
            (!composite && !computed && !view).then(|| "making it anew would lose its values".to_owned())
        }
        Kind::Schema => Some("it cannot be dropped and made again with all that is in it".to_owned()),
        _ => None,
    }
}

/// The routines of the same name, whatever their arguments are.
pub(in crate::plan) fn namesakes<'a>(
    catalog: &'a Catalog,
    routine: &Identity,
) -> impl Iterator<Item = &'a Identity> {
    let routines = [Kind::Function, Kind::Procedure, Kind::Aggregate];
    let own = routine.clone();
    routines.into_iter().filter(move |_| routines.contains(&own.kind)).flat_map({
        let first = Identity { arguments: None, ..routine.clone() };
        move |kind| {
            let first = Identity { kind, ..first.clone() };
            let name = first.name.clone();
            let from_there = catalog.facts.range(first..).map(|(identity, _)| identity);
            from_there.take_while(move |identity| identity.kind == kind && identity.name == name)
        }
    })
}

/// Whether a routine goes while one of its name comes: with both there, a call may be anybody's. Or a sequence, while
/// an identity gets one of its name.
pub(in crate::plan) fn gets_namesake(context: &Context<'_>, identity: &Identity) -> bool {
    let of_identity =
        identity.kind == Kind::Sequence && context.identity_sequences.contains(&*identity.name.sql());
    context.to.get(identity).is_none()
        && (of_identity || namesakes(context.to, identity).any(|other| context.from.get(other).is_none()))
}

/// Whether a column gets another type by which its table is partitioned: Postgres alters the type of no such column.
pub(in crate::plan) fn retypes_key(context: &Context<'_>, column: &Identity, changed: &Changed) -> bool {
    column.kind == Kind::Column
        && ["type", "collation"].iter().any(|name| changed.contains_key(name))
        && partitions_by(context, column)
}

/// Whether a table is partitioned by this column, as far as its name in the key tells.
pub(in crate::plan) fn partitions_by(context: &Context<'_>, column: &Identity) -> bool {
    let key = column
        .parent
        .as_deref()
        .and_then(|table| context.from.get(table))
        .and_then(|table| table.get("partition_key"));
    key.is_some_and(|key| {
        let name = crate::quote::quote_ident(&column.name.name);
        key.to_string().split(['(', ')', ',', ' ']).any(|word| word == name)
    })
}

/// Whether columns are of a domain by way of an array or a composite type: Postgres then takes no new constraint on it.
pub(in crate::plan) fn is_hidden_in_columns(context: &Context<'_>, domain: &Identity) -> bool {
    if domain.kind != Kind::Domain {
        return false;
    }
    // Postgres looks into columns of the domain itself, and of domains over it.
    let mut plain: BTreeSet<&Identity> = BTreeSet::from([domain]);
    let mut waiting = vec![domain];
    while let Some(next) = waiting.pop() {
        let over = context.needed_by(next).filter(|user| {
            let of = context.from.get(user).map(|fact| fact.text("type"));
            user.kind == Kind::Domain && of == Some(&*next.name.sql())
        });
        waiting.extend(over.filter(|over| plain.insert(over)));
    }
    let names: BTreeSet<String> = plain.iter().map(|domain| domain.name.sql()).collect();
    context.from.users_of_types(&BTreeSet::from([domain])).into_iter().any(|user| {
        let stored = user.kind == Kind::Column && user.root().kind != Kind::Composite;
        stored && context.from.get(user).is_some_and(|fact| !names.contains(fact.text("type")))
    })
}

/// The column that a default belongs to.
pub(in crate::plan) fn column_of(identity: &Identity) -> Option<Identity> {
    if identity.kind != Kind::Default {
        return None;
    }
    Some(Identity::child(Kind::Column, identity.parent.clone()?, &identity.name.name))
}

/// Whether a constraint has an index in the new catalog.
pub(in crate::plan) fn has_index(context: &Context<'_>, identity: &Identity) -> bool {
    has_index_in(context.to, identity)
}

/// Whether a constraint has an index.
pub(in crate::plan) fn has_index_in(catalog: &Catalog, identity: &Identity) -> bool {
    identity.kind == Kind::Constraint
        && catalog
            .get(identity)
            .is_some_and(|fact| ["primary key", "unique", "exclude"].contains(&fact.text("type")))
}

/// Whether it is an index, or a constraint that has one.
pub(in crate::plan) fn is_of_index(catalog: &Catalog, identity: &Identity) -> bool {
    identity.kind == Kind::Index || has_index_in(catalog, identity)
}

/// The index of the same columns on the same partition, which is attached to one of its table when this one is not.
pub(in crate::plan) fn twin<'a>(context: &Context<'a>, identity: &Identity) -> Option<&'a Identity> {
    let own = context.to.get(identity).filter(|fact| fact.inherited_from.is_none())?;
    if !is_of_index(context.to, identity) || context.to.get(identity.root())?.get("partition_bound").is_none()
    {
        return None;
    }
    let siblings = context.has.get(identity.root())?;
    siblings.iter().copied().find(|sibling| {
        let fact = context.to.get(sibling).filter(|fact| fact.inherited_from.is_some());
        is_of_index(context.to, sibling) && fact.is_some_and(|fact| shape(fact) == shape(own))
    })
}

/// What Postgres looks at to tell whether two indexes fit: columns, uniqueness, method, predicate.
fn shape(index: &Fact) -> (Vec<String>, bool, String, String) {
    let text = |name| index.derived.get(name).map(ToString::to_string).unwrap_or_default();
    let columns = match (index.derived.get("key_columns"), index.derived.get("columns")) {
        (Some(Value::List(columns)), _) => columns.clone(),
        (_, Some(Value::List(columns))) => {
            columns.iter().map(|name| crate::quote::quote_ident(name)).collect()
        }
        _ => Vec::new(),
    };
    let constraint = index.get("type").is_some();
    let method = if constraint { "btree".to_owned() } else { text("method") };
    let unique = constraint || index.derived.get("unique") == Some(&Value::Bool(true));
    (columns, unique, method, text("predicate"))
}

/// Whether something that is made is put onto a parent by a statement of its own.
pub(in crate::plan) fn attaches(context: &Context<'_>, fates: &Fates<'_>, identity: &Identity) -> bool {
    let Some(fact) = context.to.get(identity) else { return false };
    match identity.kind {
        Kind::Table => table::stands_alone_first(context, identity),
        Kind::Sequence => fact.get("owned_by").is_some(),
        Kind::Index => fact.inherited_from.is_some(),
        Kind::Constraint => {
            fact.inherited_from.is_some()
                && has_index(context, identity)
                && super::makes_itself(context, fates, identity)
        }
        _ => false,
    }
}

/// Whether something that stays leaves a parent.
pub(in crate::plan) fn is_detached(
    context: &Context<'_>,
    identity: &Identity,
    from: &Fact,
    to: &Fact,
) -> bool {
    match identity.kind {
        Kind::Sequence => {
            from.get("owned_by").is_some()
                && (from.get("owned_by") != to.get("owned_by") || owner_is_rebuilt(context, from))
        }
        Kind::Table | Kind::ForeignTable => !table::detach(context, identity, from, to).is_empty(),
        Kind::Domain => {
            context.to.needs(identity).any(|needed| types::drops_default(context, identity, needed))
        }
        _ => false,
    }
}

/// Whether something that stays gets a parent.
pub(in crate::plan) fn is_attached(
    context: &Context<'_>,
    identity: &Identity,
    from: &Fact,
    to: &Fact,
) -> bool {
    match identity.kind {
        Kind::Sequence => {
            to.get("owned_by").is_some()
                && (from.get("owned_by") != to.get("owned_by") || owner_is_rebuilt(context, to))
        }
        Kind::Table | Kind::ForeignTable => !table::attach(context, identity, Some(from), to).is_empty(),
        Kind::Index => to.inherited_from.is_some() && from.inherited_from != to.inherited_from,
        Kind::Constraint => {
            let becomes = to.inherited_from.is_some() && from.inherited_from != to.inherited_from;
            becomes && has_index(context, identity)
        }
        _ => false,
    }
}

fn owner_is_rebuilt(context: &Context<'_>, sequence: &Fact) -> bool {
    sequence
        .owned_by
        .as_ref()
        .and_then(|column| column.parent.as_deref())
        .is_some_and(|table| context.is_aside(table))
}

/// A dependency that holds only once both are there: a sequence's owner, a partition's table.
pub(in crate::plan) fn is_tie(dependent: &Identity, needed: &Identity) -> bool {
    match dependent.kind {
        Kind::Sequence => matches!(needed.kind, Kind::Column | Kind::Table | Kind::ForeignTable),
        Kind::Table | Kind::ForeignTable => matches!(needed.kind, Kind::Table | Kind::ForeignTable),
        Kind::Index => needed.kind == Kind::Index,
        Kind::Constraint => false,
        _ => false,
    }
}

/// Whether rights are granted on it.
pub(in crate::plan) fn has_rights(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Schema
            | Kind::Table
            | Kind::ForeignTable
            | Kind::View
            | Kind::MaterializedView
            | Kind::Sequence
            | Kind::Function
            | Kind::Procedure
            | Kind::Aggregate
            | Kind::Enum
            | Kind::Composite
            | Kind::Domain
            | Kind::Range
            | Kind::BaseType
            | Kind::Language
            | Kind::ForeignDataWrapper
            | Kind::Server
    )
}

/// Whether the text of a function may name it.
pub(in crate::plan) fn can_be_mentioned(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Table
            | Kind::ForeignTable
            | Kind::View
            | Kind::MaterializedView
            | Kind::Sequence
            | Kind::Function
            | Kind::Procedure
            | Kind::Aggregate
            | Kind::Enum
            | Kind::Composite
            | Kind::Domain
            | Kind::Column
    )
}
