//! Columns whose type is another one: how their values move over, and what that costs.

use std::collections::BTreeSet;

use super::Way;
use super::column::{alter_all, state};
use super::value::cast;
use crate::fact::{ATTRIBUTE_ORDER, Fact};
use crate::identity::{Identity, Kind};
use crate::plan::{Context, Hazard, Statement};
use crate::quote::{quote_ident, quote_literal};

pub(super) fn new_type(context: &Context<'_>, column: &Identity, from: &Fact, to: &Fact) -> String {
    let own = quote_ident(&column.name.name);
    let collation = to.get("collation").map(|name| format!(" COLLATE {name}")).unwrap_or_default();
    // Postgres converts nothing in a foreign table, nor says USING where one is below.
    let foreign = |one: &Identity| one.root().kind == Kind::ForeignTable;
    if foreign(column)
        || context.below(column).into_iter().any(foreign)
        || from.text("type") == to.text("type")
    {
        return format!("TYPE {}{collation}", to.text("type"));
    }
    let (was, is) = (from.text("type"), to.text("type"));
    let of_ones_own = Identity::global(Kind::Cast, &format!("{was} AS {is}"));
    let value = match [context.from, context.to].iter().all(|catalog| catalog.get(&of_ones_own).is_some()) {
        true => format!("{own}::{is}"),
        false => cast(&own, was, is),
    };
    format!("TYPE {is}{collation} USING {value}")
}

/// What a new type costs: a rewrite, unless Postgres can tell that the bytes stay the same.
pub(super) fn retyping(
    table: &Identity,
    column: &Identity,
    from: &Fact,
    to: &Fact,
    statement: Statement,
) -> Statement {
    let (was, is) = (from.text("type"), to.text("type"));
    let base = |of: &str| of.split('(').next().unwrap_or_default().trim().to_owned();
    let length =
        |of: &str| of.split(['(', ')', ',']).nth(1).and_then(|length| length.trim().parse::<u32>().ok());
    let textual = |of: &str| ["text", "character varying"].contains(&&*base(of));
    let wider = textual(was)
        && textual(is)
        && was.ends_with("[]") == is.ends_with("[]")
        && (length(is).is_none() || length(is) >= length(was) && length(was).is_some());
    let statement = statement.hazard(Hazard::Lock { table: table.clone(), mode: "ACCESS EXCLUSIVE" });
    if wider || was == is {
        return statement;
    }
    let statement = statement.hazard(Hazard::TableRewrite { table: table.clone() });
    if loses(was, is) { statement.hazard(Hazard::DataLoss { what: column.clone() }) } else { statement }
}

/// Whether values may be cut or changed by the new type.
pub(super) fn loses(from: &str, to: &str) -> bool {
    let base = |of: &str| of.split('(').next().unwrap_or_default().trim().to_owned();
    // A list of one says the same.
    if base(to).strip_suffix("[]") == Some(&base(from)) {
        return false;
    }
    let width = |of: &str| match &*base(of) {
        "smallint" => Some(1),
        "integer" => Some(2),
        "bigint" => Some(3),
        "numeric" if !of.contains('(') => Some(9),
        _ => None,
    };
    match (width(from), width(to)) {
        (Some(from), Some(to)) => from > to,
        _ => {
            !matches!(&*base(to), "text" | "character varying" if !to.contains('(')) && base(from) != base(to)
        }
    }
}

/// Whether the column does not have its new type and collation yet: nothing that reads it would let them be set again.
pub(super) fn other_type(column: &Identity, to: &Fact) -> String {
    let of = to.text("type");
    let quoted = quote_literal(of);
    // The name of a type of one's own depends on the search path.
    let modifier = of.find('(').map(|start| &of[start..]);
    let type_differs = if let Some(modifier) = modifier.filter(|_| of.contains('.')) {
        format!(
            "(atttypid IS DISTINCT FROM pg_catalog.to_regtype({quoted}) OR pg_catalog.right(pg_catalog.format_type(atttypid, atttypmod), {}) <> {})",
            modifier.chars().count(),
            quote_literal(modifier)
        )
    } else if of.contains('.') {
        format!("atttypid IS DISTINCT FROM pg_catalog.to_regtype({quoted})")
    } else {
        format!("pg_catalog.format_type(atttypid, atttypmod) <> {quoted}")
    };
    let collation = match to.get("collation") {
        Some(collation) => {
            format!(
                "attcollation IS DISTINCT FROM pg_catalog.to_regcollation({})",
                quote_literal(&collation.to_string())
            )
        }
        None => {
            "attcollation <> (SELECT typcollation FROM pg_catalog.pg_type WHERE oid = atttypid)".to_owned()
        }
    };
    state(column, &format!("({type_differs} OR {collation})"))
}

/// A table that has the column from this one and also from a table which is not below this one.
pub(super) fn child_of_others<'a>(context: &Context<'a>, column: &Identity) -> Option<&'a Identity> {
    let mut tables = BTreeSet::from([column.root().name.sql()]);
    let mut below: Vec<&'a Identity> = Vec::new();
    let mut waiting = context.heirs.get(column).cloned().unwrap_or_default();
    // What comes from several parents is known as the heir of the first alone.
    while let Some(heir) = waiting.pop() {
        if tables.insert(heir.root().name.sql()) {
            below.push(heir);
            waiting.extend(context.heirs.get(heir).into_iter().flatten());
        }
    }
    let from_elsewhere = |heir: &Identity| {
        let table = heir.root();
        let parents = context.from.get(table).map(|fact| fact.list("parents")).unwrap_or_default();
        let stays =
            |parent: &String| context.to.get(table).is_some_and(|fact| fact.list("parents").contains(parent));
        let others = parents.iter().filter(|parent| !tables.contains(*parent) && stays(parent));
        let has = |parent: &String| {
            context.from.facts().any(|(other, _)| {
                other.kind == Kind::Column
                    && other.name.name == column.name.name
                    && other.root().name.sql() == *parent
            })
        };
        others.into_iter().any(has)
    };
    below.into_iter().find(|heir| from_elsewhere(heir)).map(Identity::root)
}

/// An attribute of a composite type. Postgres refuses while a table's column is of the type: then the type is rebuilt.
pub(super) fn attribute(context: &Context<'_>, column: &Identity, to: &Fact) -> Way {
    let Some(parent) = column.parent.as_deref() else { return Way::Replace };
    let used = context
        .needed_by(parent)
        .any(|user| user.kind == Kind::Column && user.parent.as_deref() != Some(parent));
    if used {
        return Way::ReplaceParent;
    }
    let own = quote_ident(&column.name.name);
    let collation = to.get("collation").map(|name| format!(" COLLATE {name}")).unwrap_or_default();
    let sql = format!(
        "ALTER TYPE {} ALTER ATTRIBUTE {own} TYPE {}{collation} CASCADE",
        parent.name.sql(),
        to.text("type")
    );
    // Once columns are of the type, Postgres alters it not even to what it is.
    Way::InPlace(vec![Statement::new(sql).when(other_type(column, to))])
}

/// The values of a column move over to the type that now has the old one's name.
pub(in crate::plan) fn convert(context: &Context<'_>, column: &Identity) -> Vec<Statement> {
    let (Some(to), Some(from)) = (context.to.get(column), context.from.get(column)) else {
        return Vec::new();
    };
    let Some(table) = column.parent.as_deref() else { return Vec::new() };
    let own = quote_ident(&column.name.name);
    let (of, collation) = (to.text("type"), to.get("collation").map(|name| format!(" COLLATE {name}")));
    let using = if from.text("collation") == to.text("collation") || from.text("type") != of {
        let value = carried(context, column).unwrap_or_else(|_| by_text(&own, of));
        format!(" USING {value}")
    } else {
        String::new()
    };
    let clause = format!("TYPE {of}{}{using}", collation.unwrap_or_default());
    let statement = alter_all(column, &clause).map(|statement| match composite(context, column) {
        // Attributes that came are empty in what is converted: not again, once something is in them.
        Some(of) if context.is_aside(of) => statement.when(super::types::stands_aside(context, of)),
        // Nor would what reads the column by then let its type be set again.
        _ => statement.when(other_type(column, to)),
    });
    let lost = composite(context, column).map(|of| lost(context, of, DEEPEST)).unwrap_or_default();
    let statement = statement.map(|statement| {
        let statement = statement.hazard(Hazard::TableRewrite { table: table.clone() });
        lost.into_iter().fold(statement, |statement, what| statement.hazard(Hazard::DataLoss { what }))
    });
    statement.into_iter().collect()
}

/// The value of a column of a table that stands aside, as the new table takes it.
pub(super) fn moved(context: &Context<'_>, column: &Identity) -> String {
    carried(context, column).unwrap_or_else(|_| quote_ident(&column.name.name))
}

/// Why the values of a column cannot move over to the type that takes the place of theirs.
pub(in crate::plan) fn out_of_reach(context: &Context<'_>, column: &Identity) -> Option<String> {
    carried(context, column).err()
}

/// The value of a column as its new type takes it.
///
/// # Errors
/// Why nothing carries it over.
fn carried(context: &Context<'_>, column: &Identity) -> Result<String, String> {
    value_of(context, quote_ident(&column.name.name), column, DEEPEST)
}

/// As deep as composite types are in each other; a catalog that goes in circles has no end.
const DEEPEST: usize = 16;

fn value_of(context: &Context<'_>, value: String, column: &Identity, depth: usize) -> Result<String, String> {
    let (Some(from), Some(to)) = (context.from.get(column), context.to.get(column)) else { return Ok(value) };
    let (was, is) = (from.text("type"), to.text("type"));
    if was != is {
        return Ok(cast(&value, was, is));
    }
    // A type of the same name that is another one by now.
    if !context.from.needs(column).any(|needed| needed.kind != Kind::Collation && context.is_aside(needed)) {
        return Ok(value);
    }
    if let Some(of) = composite(context, column).filter(|_| depth > 0) {
        return row(context, &value, of, depth - 1);
    }
    let types = context.from.needs(column).filter(|needed| needed.kind != Kind::Collation);
    match types.into_iter().find_map(|of| moves_attributes(context, of, DEEPEST)) {
        // Its text has the attributes by their places, and is no way to have them by their names.
        Some(of) => Err(format!(
            "its values are no plain rows of {of}, whose attributes change places, but an array, domain or range of them: move them by hand, into another column"
        )),
        None => Ok(by_text(&value, is)),
    }
}

fn by_text(value: &str, of: &str) -> String {
    let over = if of.ends_with("[]") { "text[]" } else { "text" };
    format!("{value}::{over}::{of}")
}

/// The composite type that a column or an attribute is of, and not an array or a domain of it.
fn composite<'a>(context: &Context<'a>, column: &Identity) -> Option<&'a Identity> {
    let of = context.from.get(column)?.text("type");
    context.from.needs(column).find(|needed| needed.kind == Kind::Composite && needed.name.sql() == of)
}

/// A row of the old type as one of the new, attribute by attribute, by their names.
fn row(context: &Context<'_>, value: &str, of: &Identity, depth: usize) -> Result<String, String> {
    let attribute = |attribute: Identity| match context.from.get(&attribute) {
        Some(_) => {
            value_of(context, format!("({value}).{}", quote_ident(&attribute.name.name)), &attribute, depth)
        }
        None => Ok("NULL".to_owned()),
    };
    let values: Vec<String> =
        context.columns(of).into_iter().map(attribute).collect::<Result<_, String>>()?;
    let name = of.name.sql();
    // A row of nothing but NULLs is no NULL.
    Ok(format!("CASE WHEN {value} IS DISTINCT FROM NULL THEN ROW({})::{name} END", values.join(", ")))
}

/// The attributes of a composite type that is made anew, and of those within it, that the new one does not have, or
/// whose values it may cut or change.
fn lost(context: &Context<'_>, of: &Identity, depth: usize) -> Vec<Identity> {
    let parent = std::sync::Arc::new(of.clone());
    let names = context.from.get(of).map(|fact| fact.list(ATTRIBUTE_ORDER)).unwrap_or_default();
    let mut found = Vec::new();
    for name in names.iter().filter(|_| depth > 0) {
        let attribute = Identity::child(Kind::Column, parent.clone(), name);
        if context.to.get(&attribute).is_none() || loses_values(context, &attribute) {
            found.push(attribute);
        } else if let Some(within) = composite(context, &attribute) {
            found.extend(lost(context, within, depth - 1));
        }
    }
    found
}

/// Whether tables have values of a type, or of a type that it is in.
pub(super) fn is_in_rows(context: &Context<'_>, of: &Identity) -> bool {
    let users = context.from.users_of_types(&BTreeSet::from([of]));
    users.iter().any(|user| user.kind == Kind::Column && user.root().kind == Kind::Table)
}

/// The composite type within this type, or itself, that is made anew with its attributes in other places.
fn moves_attributes<'a>(context: &Context<'a>, of: &'a Identity, depth: usize) -> Option<&'a Identity> {
    if depth == 0 || !context.is_aside(of) {
        return None;
    }
    let order = |fact: Option<&'a Fact>| fact.map(|fact| fact.list(ATTRIBUTE_ORDER)).unwrap_or_default();
    let (from, to) = (order(context.from.get(of)), order(context.to.get(of)));
    if of.kind == Kind::Composite && from != to {
        return Some(of);
    }
    let parent = std::sync::Arc::new(of.clone());
    let attributes = from.iter().map(|name| Identity::child(Kind::Column, parent.clone(), name));
    let within = attributes.filter_map(|attribute| {
        context.from.needs(&attribute).find_map(|needed| moves_attributes(context, needed, depth - 1))
    });
    within
        .into_iter()
        .next()
        .or_else(|| context.from.needs(of).find_map(|needed| moves_attributes(context, needed, depth - 1)))
}

/// Whether values may be cut or changed on their way into the new table.
pub(super) fn loses_values(context: &Context<'_>, column: &Identity) -> bool {
    let of = |fact: Option<&Fact>| fact.map(|fact| fact.text("type").to_owned()).unwrap_or_default();
    let (was, is) = (of(context.from.get(column)), of(context.to.get(column)));
    was != is && loses(&was, &is)
}

/// `typstorage` of the types that have a choice, of domains that of what they are over: SET STORAGE DEFAULT came with
/// version 16 only.
pub(super) fn usual_storage(context: &Context<'_>, of: &str) -> String {
    let mut of = of.to_owned();
    // As deep as domains are over each other; a catalog that goes in circles has no end.
    for _ in 0..32 {
        let domains = context.to.facts().filter(|(identity, _)| identity.kind == Kind::Domain);
        match domains.into_iter().find(|(identity, _)| identity.name.sql() == of) {
            Some((_, domain)) => of = domain.text("type").to_owned(),
            None => break,
        }
    }
    let main = ["numeric", "inet", "cidr"].iter().any(|name| of.starts_with(name) && !of.ends_with("[]"));
    if main { "main" } else { "extended" }.to_owned()
}
