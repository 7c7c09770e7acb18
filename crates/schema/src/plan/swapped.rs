//! What needs the one that it was needed by: when the plan runs again, it stands in the way of the other's drop.

use std::collections::BTreeMap;

use super::fate::{Fate, Fates};
use super::graph::{Node, Stage};
use super::{Context, Statement, held, rules};
use crate::identity::{Identity, Kind};
use crate::quote::quote_literal;

/// For what is dropped and made again, what is dropped only after it and needs it from then on.
pub(super) fn swapped<'a>(
    context: &Context<'a>,
    fates: &Fates<'a>,
    ordered: &[Node<'a>],
) -> BTreeMap<&'a Identity, Vec<&'a Identity>> {
    let dropped = ordered.iter().enumerate().filter(|(_, node)| node.0 == Stage::Drop);
    let position: BTreeMap<&Identity, usize> = dropped.map(|(position, node)| (node.1, position)).collect();
    let replaced =
        |identity: &Identity| is_known(identity) && matches!(fates.of.get(identity), Some(Fate::Replace));
    let mut swapped: BTreeMap<&Identity, Vec<&Identity>> = BTreeMap::new();
    for (&dependent, &late) in position.iter().filter(|(identity, _)| replaced(identity)) {
        for needed in context.to.needs(dependent).map(Identity::root).filter(|needed| replaced(needed)) {
            let Some((&needed, &early)) = position.get_key_value(needed) else { continue };
            let others = swapped.entry(needed).or_default();
            // What stands aside is dropped at the end, and by then nothing new needs it.
            let alike = context.is_aside(dependent) == context.is_aside(needed);
            if early < late && alike && !others.contains(&dependent) {
                others.push(dependent);
            }
        }
    }
    swapped
}

/// Drops `dependent` where it needs `needed` already, which is so only when the plan runs again. Whatever needs it is
/// made again too, and goes with it.
pub(super) fn out_of_the_way(
    context: &Context<'_>,
    dependent: &Identity,
    needed: &Identity,
) -> Result<Vec<Statement>, String> {
    let (Some(fact), Some(other), Some(one)) =
        (context.to.get(dependent), oid(context, dependent), oid(context, needed))
    else {
        return Ok(Vec::new());
    };
    let swapped = format!(
        "EXISTS (SELECT FROM pg_catalog.pg_depend d LEFT JOIN pg_catalog.pg_rewrite r \
         ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND r.oid = d.objid \
         WHERE d.refobjid = {one} AND coalesce(r.ev_class, d.objid) = {other})"
    );
    let statements = rules::drop(context, dependent, fact)?.into_iter().map(|mut statement| {
        // Never of a type: a column might go with it.
        if !matches!(dependent.kind, Kind::Domain | Kind::Composite) {
            statement.sql += " CASCADE";
        }
        statement.guard = Some(swapped.clone());
        statement
    });
    Ok(held::unless_held(context, dependent, statements.collect()))
}

fn is_known(identity: &Identity) -> bool {
    matches!(
        identity.kind,
        Kind::View
            | Kind::MaterializedView
            | Kind::Function
            | Kind::Procedure
            | Kind::Domain
            | Kind::Composite
    )
}

/// The object as the catalog knows it, as SQL, under the name that it has by then.
fn oid(context: &Context<'_>, identity: &Identity) -> Option<String> {
    let name = match context.is_aside(identity) {
        true => rules::aside_name(context, identity).0,
        false => identity.name.sql(),
    };
    Some(match identity.kind {
        Kind::View | Kind::MaterializedView => format!("pg_catalog.to_regclass({})", quote_literal(&name)),
        Kind::Function | Kind::Procedure => {
            let arguments = identity.arguments.as_deref().unwrap_or_default();
            format!("pg_catalog.to_regprocedure({})", quote_literal(&format!("{name}({arguments})")))
        }
        Kind::Domain | Kind::Composite => format!("pg_catalog.to_regtype({})", quote_literal(&name)),
        _ => return None,
    })
}
