//! Publications, and the tables and schemas in them.

use super::{Changed, Way, guard};
use crate::fact::Fact;
use crate::identity::{Identity, Kind};
use crate::plan::{Context, Hazard, Statement, name};
use crate::quote::{quote_ident, quote_literal};

pub(super) fn create(identity: &Identity, fact: &Fact) -> Vec<Statement> {
    let all = if fact.flag("all_tables") { " FOR ALL TABLES" } else { "" };
    let mut options = vec![publish(fact)];
    options.extend(fact.flag("publish_via_partition_root").then(|| via_root(fact)));
    options.extend(fact.get("publish_generated_columns").map(|_| generated(fact)));
    let sql = format!("CREATE {}{all} WITH ({})", name::object(identity), options.join(", "));
    vec![Statement::new(sql).when(guard::lacks_named("pg_publication", "pubname", &identity.name.name))]
}

fn publish(fact: &Fact) -> String {
    format!("publish = {}", quote_literal(&fact.list("publish").join(", ")))
}

fn via_root(fact: &Fact) -> String {
    format!("publish_via_partition_root = {}", fact.flag("publish_via_partition_root"))
}

fn generated(fact: &Fact) -> String {
    let which = fact.get("publish_generated_columns").map_or("none".to_owned(), ToString::to_string);
    format!("publish_generated_columns = {which}")
}

pub(super) fn alter(identity: &Identity, to: &Fact, changed: &Changed) -> Way {
    let mut options = Vec::new();
    for name in changed.keys() {
        options.push(match *name {
            "publish" => publish(to),
            "publish_via_partition_root" => via_root(to),
            "publish_generated_columns" => generated(to),
            _ => return Way::Replace,
        });
    }
    Way::InPlace(vec![Statement::new(format!(
        "ALTER {} SET ({})",
        name::object(identity),
        options.join(", ")
    ))])
}

/// Whether the publication has this table or schema, as a condition.
fn holds(identity: &Identity) -> String {
    let publication = quote_literal(identity.parent.as_deref().map_or("", |parent| &parent.name.name));
    let own = quote_literal(&identity.name.name);
    let (catalog, publication_of, member) = match identity.kind {
        Kind::PublicationTable => {
            ("pg_publication_rel", "prpubid", format!("prrelid = pg_catalog.to_regclass({own})"))
        }
        _ => (
            "pg_publication_namespace",
            "pnpubid",
            format!("pnnspid = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = {own})"),
        ),
    };
    format!(
        "EXISTS (SELECT FROM pg_catalog.{catalog} AS m JOIN pg_catalog.pg_publication AS p ON p.oid = m.{publication_of} \
         WHERE p.pubname = {publication} AND m.{member})"
    )
}

fn publication(identity: &Identity) -> String {
    identity.parent.as_deref().map(name::object).unwrap_or_default()
}

/// The table without its children, which ADD TABLE and DROP TABLE would take along.
fn alone(context: &Context<'_>, identity: &Identity) -> String {
    let table = &*identity.name.name;
    let is_parent = [context.from, context.to].iter().flat_map(|catalog| catalog.facts()).any(|(_, fact)| {
        fact.get("partition_bound").is_none() && fact.list("parents").iter().any(|parent| parent == table)
    });
    format!("{}{table}", if is_parent { "ONLY " } else { "" })
}

pub(super) fn add_table(context: &Context<'_>, identity: &Identity, fact: &Fact) -> Vec<Statement> {
    let mut sql = format!("ALTER {} ADD TABLE {}", publication(identity), alone(context, identity));
    let columns = fact.list("columns").iter().map(|column| quote_ident(column)).collect::<Vec<_>>();
    if !columns.is_empty() {
        sql += &format!(" ({})", columns.join(", "));
    }
    if let Some(filter) = fact.get("row_filter") {
        sql += &format!(" WHERE ({filter})");
    }
    vec![Statement::new(sql).when(format!("NOT {}", holds(identity)))]
}

pub(super) fn drop_table(context: &Context<'_>, identity: &Identity) -> Vec<Statement> {
    let sql = format!("ALTER {} DROP TABLE {}", publication(identity), alone(context, identity));
    vec![Statement::new(sql).when(holds(identity)).hazard(no_longer(identity))]
}

/// Out and in again: Postgres alters the columns and the filter of a single table no other way.
pub(super) fn alter_table(context: &Context<'_>, identity: &Identity, to: &Fact) -> Way {
    let mut statements = drop_table(context, identity);
    statements.iter_mut().for_each(|statement| statement.hazards.clear());
    statements.extend(add_table(context, identity, to));
    Way::InPlace(statements)
}

pub(super) fn add_schema(identity: &Identity) -> Vec<Statement> {
    let schema = quote_ident(&identity.name.name);
    let sql = format!("ALTER {} ADD TABLES IN SCHEMA {schema}", publication(identity));
    vec![Statement::new(sql).when(format!("NOT {}", holds(identity)))]
}

pub(super) fn drop_schema(identity: &Identity) -> Vec<Statement> {
    let schema = quote_ident(&identity.name.name);
    let sql = format!("ALTER {} DROP TABLES IN SCHEMA {schema}", publication(identity));
    vec![Statement::new(sql).when(holds(identity)).hazard(no_longer(identity))]
}

fn no_longer(identity: &Identity) -> Hazard {
    Hazard::BreaksRunningCode { why: format!("subscribers no longer get {}", identity.name.name) }
}
