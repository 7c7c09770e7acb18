//! What Postgres can do for each kind: make it, remove it, alter it in place, or only replace it.

mod aggregate;
pub(super) mod base_type;
mod cast;
mod collation;
mod column;
mod constraint;
mod default;
mod event_trigger;
mod extension;
mod faithful;
mod foreign;
pub(super) mod grant;
pub(super) mod guard;
mod identity;
mod identity_below;
mod index;
mod label;
mod not_null;
mod operator;
mod operator_class;
mod options;
pub(super) mod owner;
mod places;
mod privilege;
mod publication;
mod rare;
mod rebuild;
mod retype;
mod routine;
mod rule;
mod schema;
mod sequence;
mod statistics;
mod structure;
mod subscription;
mod table;
mod taken;
mod text_search;
mod trigger;
mod types;
mod unnamed;
mod value;
mod view;

use std::collections::BTreeMap;

use super::{Context, Statement};
use crate::compare::Transition;
use crate::fact::Fact;
use crate::identity::{Identity, Kind};

pub(super) use super::order::makes_itself;
pub(super) use column::{
    default_identity as default_of, forgotten_in_conversion, reconciled, state as column_state,
};
pub(super) use constraint::is_only_validated;
pub(super) use label::comment;
pub(super) use not_null::name_of as not_null_name;
pub(super) use places::{Place, places};
pub(super) use rebuild::{cannot_be_told, move_rows, only_from_old, still_old};
pub(super) use retype::{convert, out_of_reach};
pub(super) use structure::*;
pub(super) use table::{listed_options, stands_alone_first};
pub(super) use taken::only_own;
pub(super) use types::{aside_name, drops_default, with_default};

/// The attributes of a fact that differ.
pub(super) type Changed = BTreeMap<&'static str, Transition>;

/// How a fact that differs gets from one state to the other.
#[derive(Debug)]
pub(super) enum Way {
    /// These statements do it, and nothing that depends on it notices.
    InPlace(Vec<Statement>),
    /// Drop and create; the plan takes what depends on it out of the way, and puts it back.
    Replace,
    /// A table of another make: a new one beside the old one, which is dropped once its rows have moved over.
    Rebuild,
    /// Not by itself: what it hangs on must be dropped and made again.
    ReplaceParent,
    /// A generated column's expression cannot be altered: its column must be dropped and made again.
    ReplaceColumn,
    /// There is no way that keeps what must be kept: why, and what a person can do.
    Refuse(String),
}

/// What makes the fact. Grants, comments and owners are not its business.
///
/// # Errors
/// Why it cannot be made, and what a person can do.
pub(super) fn create(
    context: &Context<'_>,
    identity: &Identity,
    fact: &Fact,
) -> Result<Vec<Statement>, String> {
    let statements = match identity.kind {
        Kind::Table | Kind::ForeignTable => table::create(context, identity, fact, &[]),
        Kind::Column => column::create(context, identity, fact),
        Kind::Default => default::create(identity, fact),
        Kind::Constraint => constraint::create(context, identity, fact),
        Kind::Index => index::create(context, identity, fact),
        Kind::View | Kind::MaterializedView => view::create(identity, fact),
        Kind::Function | Kind::Procedure => {
            base_type::shells(context, identity).into_iter().chain(routine::create(fact)?).collect()
        }
        Kind::Trigger => trigger::create(context, identity, fact),
        Kind::Policy => trigger::create_policy(identity, fact),
        Kind::Enum | Kind::Composite | Kind::Domain => types::create(context, identity, fact),
        Kind::Sequence => sequence::create(identity, fact),
        _ => rare::create(context, identity, fact)?,
    };
    let statements = [statements, extension::depends(identity, fact)].concat();
    Ok(keep_expressions(identity.kind, statements))
}

/// Expressions read again as they were written; bodies and texts in quotes are nobody's business.
fn keep_expressions(kind: Kind, mut statements: Vec<Statement>) -> Vec<Statement> {
    if !matches!(kind, Kind::Comment | Kind::SecurityLabel) {
        for statement in &mut statements {
            statement.sql = faithful::faithful(&statement.sql);
        }
    }
    statements
}

/// What removes it.
///
/// # Errors
/// Why it cannot be removed, and what a person can do.
pub(super) fn drop(
    context: &Context<'_>,
    identity: &Identity,
    fact: &Fact,
) -> Result<Vec<Statement>, String> {
    let statements = match identity.kind {
        Kind::Enum | Kind::Composite | Kind::Domain => types::drop(context, identity),
        Kind::Table if context.is_aside(identity) => rebuild::drop(context, identity),
        _ if context.is_aside(identity) => types::drop(context, identity),
        Kind::Table | Kind::ForeignTable => table::drop(context, identity),
        Kind::Column => column::drop(context, identity, fact),
        Kind::Default => default::drop(context, identity),
        Kind::Constraint => constraint::drop(context, identity, fact),
        Kind::Index => index::drop(context, identity, fact),
        Kind::View | Kind::MaterializedView => view::drop(identity),
        Kind::Function | Kind::Procedure => routine::drop(identity),
        Kind::Trigger | Kind::Policy => trigger::drop(context, identity),
        Kind::Sequence => sequence::drop(identity),
        _ => rare::drop(context, identity, fact)?,
    };
    Ok(taken::unless_taken(context, identity, fact, statements))
}

/// What takes it from `from` to `to`. `changed` is never empty, and never has `owner` in it.
pub(super) fn alter(
    context: &Context<'_>,
    identity: &Identity,
    from: &Fact,
    to: &Fact,
    changed: &Changed,
) -> Way {
    let mut rest = changed.clone();
    let depends = rest.remove(extension::DEPENDS).is_some();
    if depends && rest.is_empty() {
        return Way::InPlace(extension::depends_still(identity, from, to));
    }
    let changed = &rest;
    let way = match identity.kind {
        Kind::Table | Kind::ForeignTable => table::alter(identity, from, to, changed),
        Kind::Column => column::alter(context, identity, from, to, changed),
        Kind::Default => default::alter(context, identity, from, to, changed),
        Kind::Constraint => constraint::alter(context, identity, from, to, changed),
        Kind::Index => index::alter(context, identity, from, to, changed),
        Kind::View | Kind::MaterializedView => view::alter(identity, from, to, changed),
        Kind::Function | Kind::Procedure => routine::alter(from, to, changed),
        Kind::Trigger => trigger::alter(context, identity, to, changed),
        Kind::Policy => trigger::alter_policy(context, identity, to, changed),
        Kind::Enum | Kind::Composite | Kind::Domain => types::alter(context, identity, from, to, changed),
        Kind::Sequence => sequence::alter(identity, to, changed),
        _ => rare::alter(context, identity, from, to, changed),
    };
    match way {
        Way::InPlace(mut statements) => {
            if depends || !statements.is_empty() {
                statements.extend(extension::depends_still(identity, from, to));
            }
            Way::InPlace(keep_expressions(identity.kind, statements))
        }
        other => other,
    }
}

/// CREATE TABLE, with those of its defaults and constraints that can be part of it.
pub(super) fn create_table(
    context: &Context<'_>,
    identity: &Identity,
    fact: &Fact,
    inline: &[&Identity],
) -> Vec<Statement> {
    keep_expressions(identity.kind, table::create(context, identity, fact, inline))
}

/// What has to be said again of something that Postgres has made again by itself, from its definition.
pub(super) fn forgotten(context: &Context<'_>, identity: &Identity, fact: &Fact) -> Vec<Statement> {
    match identity.kind {
        Kind::Column => not_null::comment_if_any(identity, fact).into_iter().collect(),
        Kind::Statistics => statistics::forgotten(context, identity, fact),
        Kind::Index => index::statistics_targets(identity, fact),
        // Postgres keeps the comment of a constraint, and not of those that come from it.
        Kind::Constraint if fact.inherited_from.is_some() => {
            let children = context.has.get(identity).into_iter().flatten();
            let comments = children.filter(|child| child.kind == Kind::Comment);
            comments.flat_map(|comment| label::comment(comment, context.to.get(comment))).collect()
        }
        _ => Vec::new(),
    }
}

/// Off the parents that it leaves.
pub(super) fn detach(context: &Context<'_>, identity: &Identity) -> Vec<Statement> {
    let (Some(from), Some(to)) = (context.from.get(identity), context.to.get(identity)) else {
        return Vec::new();
    };
    match identity.kind {
        Kind::Sequence => sequence::own(identity, None),
        Kind::Domain => types::without_default(identity),
        _ if context.steps_out(identity) => rebuild::detach(context, identity, from),
        _ => table::detach(context, identity, from, to),
    }
}

/// Out of the way under another name, until nothing is left in it or of it.
pub(super) fn aside(context: &Context<'_>, identity: &Identity) -> Vec<Statement> {
    match identity.kind {
        Kind::Table => rebuild::aside(context, identity),
        _ => types::aside(context, identity),
    }
}

/// Onto the parents that it gets.
pub(super) fn attach(context: &Context<'_>, identity: &Identity) -> Vec<Statement> {
    let Some(to) = context.to.get(identity) else { return Vec::new() };
    let from = context.from.get(identity).filter(|_| !context.is_made(identity));
    match (identity.kind, &to.inherited_from) {
        (Kind::Sequence, _) => sequence::give(context, identity, to),
        (Kind::Index | Kind::Constraint, Some(above)) => index::attach(identity, above),
        _ => table::attach(context, identity, from, to),
    }
}
