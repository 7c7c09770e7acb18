//! Defaults of columns, and the expressions of generated columns.

use super::{Changed, Way, column};
use crate::fact::Fact;
use crate::identity::{Identity, Kind};
use crate::plan::{Context, Hazard, Statement, name};
use crate::quote::quote_ident;

/// SET DEFAULT. Children have defaults of their own, hence ONLY.
pub(super) fn create(identity: &Identity, fact: &Fact) -> Vec<Statement> {
    clause(identity, &format!("SET DEFAULT {}", fact.text("expression"))).into_iter().collect()
}

/// DROP DEFAULT.
pub(super) fn drop(context: &Context<'_>, identity: &Identity) -> Vec<Statement> {
    // What the expression calls goes before the table that stands aside.
    if context.from.get(identity).is_some_and(|fact| fact.get("generated").is_some()) {
        return clause(identity, "DROP EXPRESSION IF EXISTS").into_iter().collect();
    }
    let column = super::column_of(identity).and_then(|column| context.to.get(&column));
    let statement = clause(identity, "DROP DEFAULT");
    // The second time, an identity has taken its place, and has no default to drop; or the column is gone.
    let guard =
        column.is_none_or(|column| column.get("identity").is_some() || column.get("generated").is_some());
    statement
        .map(
            |drop| {
                if guard {
                    drop.when(column::state(identity, "atthasdef AND attgenerated = ''"))
                } else {
                    drop
                }
            },
        )
        .into_iter()
        .collect()
}

/// SET DEFAULT again; a generated column gets another expression from PostgreSQL 17 on, and is made anew before.
pub(super) fn alter(
    context: &Context<'_>,
    identity: &Identity,
    from: &Fact,
    to: &Fact,
    changed: &Changed,
) -> Way {
    let _ = from;
    if to.get("generated").is_some() {
        // SET EXPRESSION came with version 17.
        let in_place =
            context.from.major >= 17 && context.to.major >= 17 && !changed.contains_key("generated");
        let set = clause(identity, &format!("SET EXPRESSION AS ({})", to.text("expression")));
        return match set.filter(|_| in_place) {
            Some(set) => Way::InPlace(vec![rewriting(identity, to, set)]),
            None => Way::ReplaceColumn,
        };
    }
    if changed.contains_key("expression") || changed.contains_key("generated") {
        return Way::InPlace(create(identity, to));
    }
    Way::InPlace(Vec::new())
}

fn rewriting(identity: &Identity, to: &Fact, set: Statement) -> Statement {
    match identity.parent.as_deref().filter(|_| to.text("generated") == "stored") {
        Some(table) => set.hazard(Hazard::TableRewrite { table: table.clone() }),
        None => set,
    }
}

fn clause(identity: &Identity, clause: &str) -> Option<Statement> {
    let table = identity.parent.as_deref()?;
    let target = match table.kind {
        Kind::Table => format!("TABLE ONLY {}", table.name.sql()),
        _ => name::alter_target(table),
    };
    Some(Statement::new(format!("ALTER {target} ALTER COLUMN {} {clause}", quote_ident(&identity.name.name))))
}
