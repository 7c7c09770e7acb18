//! Renames that follow from others, and those that somebody may have meant.

use std::collections::BTreeMap;
use std::sync::Arc;

use meshhook_schema::quote::quote_ident;
use meshhook_schema::{Catalog, Fact, Identity, Kind, Value};

use super::Rename;

/// Constraints, indexes and sequences that are the same but for their name, on tables that were renamed or have renamed
/// columns: their names were made from the old one. `from` is the catalog after the renames.
pub(crate) fn followers(from: &Catalog, to: &Catalog, renames: &[Rename]) -> Vec<Rename> {
    let touched: Vec<Identity> = renames
        .iter()
        .filter_map(|rename| match rename {
            Rename::Object { kind: Kind::Table, .. } => Some(rename.object()),
            Rename::Column { of, .. } if of.kind == Kind::Table => Some(of.clone()),
            _ => None,
        })
        .collect();
    let mut found = Vec::new();
    let mut taken: Vec<&Identity> = Vec::new();
    for (identity, fact) in from.facts().filter(|(identity, _)| to.get(identity).is_none()) {
        let on =
            |identity: &Identity| identity.parent.as_deref().is_some_and(|table| touched.contains(table));
        let child = matches!(identity.kind, Kind::Constraint | Kind::Index) && on(identity);
        let owner = fact.owned_by.as_ref().and_then(|column| column.parent.as_deref());
        let owned = identity.kind == Kind::Sequence && owner.is_some_and(|table| touched.contains(table));
        if !child && !owned {
            continue;
        }
        let twin = to.facts().find(|(other, there)| {
            other.kind == identity.kind
                && other.parent == identity.parent
                && other.schema() == identity.schema()
                && from.get(other).is_none()
                && !taken.contains(other)
                && same_but_for_the_name((identity, fact), (other, there))
        });
        let Some((other, _)) = twin else { continue };
        taken.push(other);
        found.push(if owned {
            Rename::Object { kind: Kind::Sequence, from: identity.name.clone(), to: other.name.clone() }
        } else {
            Rename::Child { of: identity.clone(), to: other.name.name.clone() }
        });
    }
    found
}

/// An index's definition names it.
fn same_but_for_the_name(one: (&Identity, &Fact), other: (&Identity, &Fact)) -> bool {
    let nameless = |(identity, fact): (&Identity, &Fact)| {
        let name = format!(" INDEX {} ON ", quote_ident(&identity.name.name));
        let mut attributes = fact.attributes.clone();
        for value in attributes.values_mut() {
            if let Value::Text(text) = value {
                *text = text.replacen(&name, " INDEX ON ", 1);
            }
        }
        attributes
    };
    nameless(one) == nameless(other)
}

/// Tables and columns that go while others of the same shape come: perhaps renamed, but only a person knows.
pub(crate) fn candidates(from: &Catalog, to: &Catalog) -> Vec<Rename> {
    let gone = |kind: Kind| from.facts().filter(move |(one, _)| one.kind == kind && to.get(one).is_none());
    let come = |kind: Kind| to.facts().filter(move |(one, _)| one.kind == kind && from.get(one).is_none());
    let mut found = Vec::new();
    for (old, _) in gone(Kind::Table) {
        let shape = columns(from, old);
        let alike = come(Kind::Table).filter(|(new, _)| !shape.is_empty() && columns(to, new) == shape);
        found.extend(alike.map(|(new, _)| Rename::Object {
            kind: Kind::Table,
            from: old.name.clone(),
            to: new.name.clone(),
        }));
    }
    for (old, fact) in gone(Kind::Column) {
        let Some(table) = old.parent.as_deref().filter(|table| to.get(table).is_some()) else { continue };
        let alike = come(Kind::Column)
            .filter(|(new, there)| new.parent == old.parent && there.attributes == fact.attributes);
        found.extend(alike.map(|(new, _)| Rename::Column {
            of: table.clone(),
            from: old.name.name.clone(),
            to: new.name.name.clone(),
        }));
    }
    found
}

fn columns<'a>(catalog: &'a Catalog, table: &Identity) -> Vec<(Arc<str>, &'a BTreeMap<&'static str, Value>)> {
    catalog
        .facts()
        .filter(|(one, _)| one.kind == Kind::Column && one.parent.as_deref() == Some(table))
        .map(|(one, fact)| (one.name.name.clone(), &fact.attributes))
        .collect()
}
