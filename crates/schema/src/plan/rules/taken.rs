//! DROP … IF EXISTS fails, or drops the wrong thing, where something else has the name: as it has the second time a plan
//! runs that gave it that name.

use super::places;
use crate::fact::Fact;
use crate::identity::{Identity, Kind};
use crate::plan::{Context, Statement};
use crate::quote::quote_literal;

/// The statements that drop this, each only where the name is still its own.
pub(super) fn unless_taken(
    context: &Context<'_>,
    identity: &Identity,
    fact: &Fact,
    statements: Vec<Statement>,
) -> Vec<Statement> {
    let stays = context.to.get(identity).is_some() || context.is_aside(identity);
    let taken = || {
        places(identity, fact).iter().any(|place| context.taken.contains(place))
            || (identity.parent.is_none() || identity.kind == Kind::Index)
                && context.identity_sequences.contains(&crate::plan::name::qualified_index(identity))
    };
    if stays || !taken() {
        return statements;
    }
    let Some(own) = is_own(identity) else { return statements };
    let guard = |statement: Statement| {
        if statement.guard.is_none() && statement.sql.starts_with("DROP ") {
            statement.when(own.clone())
        } else {
            statement
        }
    };
    statements.into_iter().map(guard).collect()
}

/// The statements that take this out of the way, should the plan run again: the first time, something else may have the
/// name.
pub(in crate::plan) fn only_own(
    context: &Context<'_>,
    identity: &Identity,
    statements: Vec<Statement>,
) -> Vec<Statement> {
    let namesake = |(other, _): (&Identity, &Fact)| {
        other.name == identity.name && other.parent.is_none() && other.kind != identity.kind
    };
    match is_own(identity).filter(|_| identity.parent.is_none() && context.from.facts().any(namesake)) {
        Some(own) => statements.into_iter().map(|statement| statement.when(own.clone())).collect(),
        None => statements,
    }
}

/// Whether what has the name is of the kind that is dropped, as SQL.
fn is_own(identity: &Identity) -> Option<String> {
    let relation = |kinds: &str, more: &str| {
        let schema = identity.schema().unwrap_or_default();
        let name = format!(
            "{}.{}",
            crate::quote::quote_ident(schema),
            crate::quote::quote_ident(&identity.name.name)
        );
        format!(
            "EXISTS (SELECT FROM pg_catalog.pg_class WHERE oid = pg_catalog.to_regclass({}) AND relkind IN ({kinds}){more})",
            quote_literal(&name)
        )
    };
    let of_type = |kind: &str| {
        format!(
            "EXISTS (SELECT FROM pg_catalog.pg_type WHERE oid = pg_catalog.to_regtype({}) AND typtype = '{kind}')",
            quote_literal(&identity.name.sql())
        )
    };
    let routine = |kinds: &str| {
        let arguments = identity.arguments.as_deref().unwrap_or_default();
        let signature = format!("{}({arguments})", identity.name.sql());
        format!(
            "EXISTS (SELECT FROM pg_catalog.pg_proc WHERE oid = pg_catalog.to_regprocedure({}) AND prokind IN ({kinds}))",
            quote_literal(&signature)
        )
    };
    Some(match identity.kind {
        Kind::Table => relation("'r', 'p'", ""),
        Kind::ForeignTable => relation("'f'", ""),
        Kind::View => relation("'v'", ""),
        Kind::MaterializedView => relation("'m'", ""),
        Kind::Composite => relation("'c'", ""),
        Kind::Sequence => relation(
            "'S'",
            " AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend WHERE classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND objid = pg_class.oid AND deptype = 'i')",
        ),
        Kind::Index => relation(
            "'i', 'I'",
            " AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint WHERE conindid = pg_class.oid)",
        ),
        Kind::Enum => of_type("e"),
        Kind::Domain => of_type("d"),
        Kind::Range => of_type("r"),
        Kind::BaseType => of_type("b"),
        Kind::Function => routine("'f', 'w'"),
        Kind::Procedure => routine("'p'"),
        Kind::Aggregate => routine("'a'"),
        _ => return None,
    })
}
