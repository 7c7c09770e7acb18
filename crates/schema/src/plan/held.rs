//! What is dropped and made again, while a table that the same plan makes is of it: when the plan runs again, that table is
//! there, with rows perhaps, and the one that it is of is the new one already.

use std::collections::{BTreeMap, BTreeSet};

use super::fate::{Fate, Fates};
use super::{Context, Statement, rules};
use crate::identity::{Identity, Kind};
use crate::quote::quote_literal;

/// For what is replaced, what the plan makes for the first time out of it, as SQL that says whether it is there.
pub(super) fn held<'a>(context: &Context<'a>, fates: &Fates<'a>) -> BTreeMap<&'a Identity, BTreeSet<String>> {
    let replaced = |needed: &Identity| {
        let known = fates.of.get_key_value(needed)?;
        matches!(known.1, Fate::Replace).then_some(*known.0)
    };
    let mut held: BTreeMap<&'a Identity, BTreeSet<String>> = BTreeMap::new();
    for (&fresh, fate) in &fates.of {
        let becomes_of_it = matches!(fate, Fate::Alter(_)) && fresh.kind == Kind::Column;
        if (*fate != Fate::Create && !becomes_of_it) || fates.again.contains(fresh) {
            continue;
        }
        for needed in context.to.needs(fresh).filter_map(replaced) {
            if becomes_of_it && context.from.needs(fresh).any(|before| before == needed) {
                continue;
            }
            // A table is not taken out of the way, it stands aside.
            if needed.root() != fresh.root()
                && (needed.root().kind != Kind::Table
                    || matches!(needed.kind, Kind::Constraint | Kind::Index))
                && !(needed.root().kind == Kind::Table && fates.aside.contains(needed.root()))
                && let Some(there) = is_there(context, fates, fresh)
            {
                held.entry(needed).or_default().insert(there);
            }
        }
    }
    // A table that was made anew is there the second time, and all that hangs on it.
    for (part, _) in context.to.facts() {
        let table = part.root();
        if table.kind != Kind::Table || !fates.aside.contains(table) {
            continue;
        }
        for needed in context.to.needs(part).filter_map(replaced) {
            if needed.root() != table && needed.kind != Kind::Table && !fates.aside.contains(needed.root()) {
                let new = format!("(NOT {})", rules::still_old(context, table));
                held.entry(needed).or_default().insert(new);
            }
        }
    }
    // What is not dropped the second time, holds what it needs in turn.
    let mut waiting: Vec<&'a Identity> = held.keys().copied().collect();
    while let Some(holder) = waiting.pop() {
        let why = held[holder].clone();
        for needed in
            context.to.needs(holder).filter_map(replaced).filter(|needed| needed.kind != Kind::Table)
        {
            let known = held.entry(needed).or_default();
            let before = known.len();
            known.extend(why.iter().cloned());
            if known.len() > before {
                waiting.push(needed);
            }
        }
    }
    held
}

/// Whether something that was not there before the plan is there, as SQL.
fn is_there(context: &Context<'_>, fates: &Fates<'_>, fresh: &Identity) -> Option<String> {
    let whole = fresh.root();
    let name = quote_literal(&whole.name.sql());
    let relation = |name: &str, kinds: &str| {
        format!(
            "EXISTS (SELECT FROM pg_catalog.pg_class WHERE oid = pg_catalog.to_regclass({name}) AND relkind IN ({kinds}))"
        )
    };
    let of_type = |kind: char| {
        format!(
            "EXISTS (SELECT FROM pg_catalog.pg_type WHERE oid = pg_catalog.to_regtype({name}) AND typtype = '{kind}')"
        )
    };
    let on_table = |catalog: &str, table: &str, own: &str| {
        format!(
            "EXISTS (SELECT FROM pg_catalog.{catalog} WHERE {table} = pg_catalog.to_regclass({name}) AND {own} = {})",
            quote_literal(&fresh.name.name)
        )
    };
    if matches!(fates.of.get(fresh), Some(Fate::Alter(_))) {
        let of = quote_literal(context.to.get(fresh)?.text("type"));
        return Some(rules::column_state(fresh, &format!("atttypid = pg_catalog.to_regtype({of})")));
    }
    let made = matches!(fates.of.get(whole), Some(Fate::Create));
    match (whole.kind, fresh.kind) {
        (Kind::Domain, _) if made => return Some(of_type('d')),
        (Kind::Composite, _) if made => return Some(of_type('c')),
        (Kind::Range, _) if made => return Some(of_type('r')),
        (Kind::Composite, Kind::Column) => return Some(rules::column_state(fresh, "NOT attisdropped")),
        (Kind::Table | Kind::ForeignTable | Kind::MaterializedView, _) => {}
        _ => return None,
    }
    let kinds = if whole.kind == Kind::ForeignTable { "'f'" } else { "'r', 'p'" };
    let part = match fresh.kind {
        Kind::Table | Kind::ForeignTable => return Some(relation(&name, kinds)),
        Kind::Column => rules::column_state(fresh, "NOT attisdropped"),
        Kind::Default => rules::column_state(fresh, "atthasdef"),
        Kind::Constraint => on_table("pg_constraint", "conrelid", "conname"),
        Kind::Trigger => on_table("pg_trigger", "tgrelid", "tgname"),
        Kind::Policy => on_table("pg_policy", "polrelid", "polname"),
        Kind::Index if context.from.get(fresh).is_none() => {
            let index = quote_literal(&super::name::qualified_index(fresh));
            return Some(relation(&index, "'i', 'I'"));
        }
        _ => return None,
    };
    // What had the table's name before may have had a part of that name too.
    Some(if made { format!("({} AND {part})", relation(&name, kinds)) } else { part })
}

/// The statements that take it out of the way, unless something is of it that only this plan has made.
pub(super) fn unless_held(
    context: &Context<'_>,
    identity: &Identity,
    statements: Vec<Statement>,
) -> Vec<Statement> {
    let Some(held) = context.held.get(identity) else { return statements };
    let free = held.iter().map(|there| format!("NOT {there}")).collect::<Vec<_>>().join(" AND ");
    let guard = |statement: Statement| match statement.guard.clone() {
        Some(guard) => statement.when(format!("{guard} AND {free}")),
        None => statement.when(free.clone()),
    };
    statements.into_iter().map(guard).collect()
}
