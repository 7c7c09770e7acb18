//! CREATE for each kind.

use std::sync::Arc;

use super::{Context, Phase, alter, column, grant, name, table};
use crate::fact::{ATTRIBUTE_ORDER, Fact};
use crate::identity::{Identity, Kind};
use crate::quote::{quote_ident, quote_literal};

/// Says what makes this fact, unless its parent's statement does.
pub(super) fn create(context: &mut Context<'_>, identity: &Identity, fact: &Fact) {
    let name = identity.name.sql();
    match identity.kind {
        Kind::Schema => context.say(Phase::Schemas, format!("CREATE SCHEMA {name};")),
        Kind::Extension => {
            let schema = quote_ident(fact.text("installed_in"));
            context.say(Phase::Schemas, format!("CREATE EXTENSION {name} WITH SCHEMA {schema};"));
        }
        Kind::Enum => {
            let labels = fact.list("labels").iter().map(|label| quote_literal(label)).collect::<Vec<_>>();
            context.say(Phase::Types, format!("CREATE TYPE {name} AS ENUM ({});", labels.join(", ")));
        }
        Kind::Composite => composite(context, identity, fact),
        Kind::Domain => domain(context, &name, fact),
        Kind::Range => range(context, &name, fact),
        Kind::Sequence => sequence(context, identity, fact),
        Kind::Table | Kind::ForeignTable => table::create(context, identity, fact),
        Kind::Column => add_column(context, identity, fact),
        Kind::Default => set_default(context, identity, fact),
        Kind::Constraint => constraint(context, identity, fact),
        Kind::Index => index(context, identity, fact),
        Kind::View | Kind::MaterializedView => view(context, identity, fact),
        Kind::Function | Kind::Procedure => match &fact.creates {
            Some(creates) => context.say(Phase::Functions, format!("{};", creates.trim_end())),
            None => context.give_up(identity, "no statement is offered that makes it"),
        },
        Kind::Trigger | Kind::Rule | Kind::Statistics => {
            let definition = fact.text("definition").trim_end_matches(';');
            context.say(Phase::Dependents, format!("{definition};"));
            if fact.get("enabled").is_some() {
                alter::enabled(context, identity, fact.text("enabled"));
            }
        }
        Kind::Policy => policy(context, identity, fact),
        Kind::EventTrigger => event_trigger(context, &name, fact),
        Kind::Publication => publication(context, &name, fact),
        Kind::PublicationTable => publication_table(context, identity, fact),
        Kind::PublicationSchema => {
            let publication = identity.parent.as_deref().map(|parent| parent.name.sql()).unwrap_or_default();
            context.say(
                Phase::Dependents,
                format!("ALTER PUBLICATION {publication} ADD TABLES IN SCHEMA {name};"),
            );
        }
        Kind::Grant => grant::grant(context, identity),
        Kind::Comment => comment(context, identity, fact),
        _ => context.give_up(identity, "no statement is offered that makes it"),
    }
    let owner = fact.text("owner");
    if !owner.is_empty() && owner != context.owner {
        let statement = format!("ALTER {} OWNER TO {};", name::object(identity), quote_ident(owner));
        context.say(Phase::Owners, statement);
    }
}

fn composite(context: &mut Context<'_>, identity: &Identity, fact: &Fact) {
    let parent = Arc::new(identity.clone());
    let attribute = |name: &String| {
        let column = Identity::child(Kind::Column, parent.clone(), name);
        Some(column::definition(context, &column, context.want.get(&column)?))
    };
    let attributes: Vec<String> = fact.list(ATTRIBUTE_ORDER).iter().filter_map(attribute).collect();
    context.say(Phase::Types, format!("CREATE TYPE {} AS ({});", identity.name.sql(), attributes.join(", ")));
}

fn domain(context: &mut Context<'_>, name: &str, fact: &Fact) {
    let mut sql = format!("CREATE DOMAIN {name} AS {}", fact.text("type"));
    for (words, attribute) in [("COLLATE", "collation"), ("DEFAULT", "default")] {
        if let Some(value) = fact.get(attribute) {
            sql += &format!(" {words} {value}");
        }
    }
    if fact.flag("not_null") {
        sql += " NOT NULL";
    }
    context.say(Phase::Types, format!("{sql};"));
}

fn range(context: &mut Context<'_>, name: &str, fact: &Fact) {
    let options = [
        ("subtype", "subtype"),
        ("subtype_opclass", "subtype_operator_class"),
        ("collation", "subtype_collation"),
        ("canonical", "canonical"),
        ("subtype_diff", "subtype_difference"),
        ("multirange_type_name", "multirange"),
    ];
    let options = options.iter().filter_map(|(word, name)| Some(format!("{word} = {}", fact.get(name)?)));
    context.say(
        Phase::Types,
        format!("CREATE TYPE {name} AS RANGE ({});", options.collect::<Vec<_>>().join(", ")),
    );
}

fn sequence(context: &mut Context<'_>, identity: &Identity, fact: &Fact) {
    let unlogged = if fact.flag("unlogged") { "UNLOGGED " } else { "" };
    let options = alter::sequence_options(fact);
    let name = identity.name.sql();
    context.say(Phase::Sequences, format!("CREATE {unlogged}SEQUENCE {name} {options};"));
    if let Some(column) = fact.get("owned_by") {
        context.say(Phase::Functions, format!("ALTER SEQUENCE {name} OWNED BY {column};"));
    }
}

fn add_column(context: &mut Context<'_>, identity: &Identity, fact: &Fact) {
    let Some(parent) = identity.parent.as_deref() else { return };
    let attributes = ["storage", "compression", "statistics_target", "options"];
    let attributes = attributes.iter().filter_map(|name| {
        Some((*name, crate::compare::Transition { from: None, to: Some(fact.get(name)?.clone()) }))
    });
    column::alter(context, identity, &attributes.collect());
    if context.created.contains(parent) {
        return;
    }
    let definition = column::definition(context, identity, fact);
    if parent.kind == Kind::Composite {
        return context
            .say(Phase::Types, format!("ALTER TYPE {} ADD ATTRIBUTE {definition};", parent.name.sql()));
    }
    context.say(Phase::Columns, format!("ALTER {} ADD COLUMN {definition};", name::object(parent)));
}

fn set_default(context: &mut Context<'_>, identity: &Identity, fact: &Fact) {
    let Some(parent) = identity.parent.clone() else { return };
    let column = Identity::child(Kind::Column, parent.clone(), &identity.name.name);
    let expression = fact.text("expression");
    let inline = context.created.contains(&column) && !column::needs_function(context, expression);
    // A generated column's expression comes with the column, rebuilt if need be.
    if inline || fact.get("generated").is_some() {
        return;
    }
    let own = quote_ident(&identity.name.name);
    context.say(
        Phase::Alter,
        format!("ALTER {} ALTER COLUMN {own} SET DEFAULT {expression};", name::object(&parent)),
    );
}

pub(super) fn constraint(context: &mut Context<'_>, identity: &Identity, fact: &Fact) {
    let Some(parent) = identity.parent.as_deref() else { return };
    let phase = if fact.text("type") == "foreign key" { Phase::ForeignKeys } else { Phase::Constraints };
    let not_valid = if fact.flag("not_valid") { " NOT VALID" } else { "" };
    let (own, definition) = (quote_ident(&identity.name.name), fact.text("definition"));
    let statement = format!("ALTER {} ADD CONSTRAINT {own} {definition}{not_valid};", name::object(parent));
    context.say(phase, statement);
    alter::index_state(context, identity, fact);
}

pub(super) fn index(context: &mut Context<'_>, identity: &Identity, fact: &Fact) {
    context.say(Phase::Indexes, format!("{};", fact.text("definition")));
    if let Some(parent) = fact.get("attached_to") {
        context
            .say(Phase::Views, format!("ALTER INDEX {parent} ATTACH PARTITION {};", name::index(identity)));
    }
    alter::index_state(context, identity, fact);
}

pub(super) fn view(context: &mut Context<'_>, identity: &Identity, fact: &Fact) {
    let options = fact.list("options").iter().filter_map(|option| option.split_once('='));
    let options: Vec<String> =
        options.map(|(key, value)| format!("{key} = {}", quote_literal(value))).collect();
    let with = if options.is_empty() { String::new() } else { format!(" WITH ({})", options.join(", ")) };
    let verb =
        if identity.kind == Kind::View { "CREATE OR REPLACE VIEW" } else { "CREATE MATERIALIZED VIEW" };
    let statement = format!("{verb} {}{with} AS\n{}", identity.name.sql(), fact.text("definition"));
    context.say(Phase::Views, format!("{};", statement.trim_end_matches(';')));
}

pub(super) fn policy(context: &mut Context<'_>, identity: &Identity, fact: &Fact) {
    let restrictive = if fact.flag("restrictive") { " AS RESTRICTIVE" } else { "" };
    let roles = fact.list("roles").iter().map(|name| grant::role(name)).collect::<Vec<_>>().join(", ");
    let mut sql = format!(
        "CREATE {}{restrictive} FOR {} TO {roles}",
        name::object(identity),
        fact.text("command").to_uppercase()
    );
    for (words, attribute) in [("USING", "using"), ("WITH CHECK", "with_check")] {
        if let Some(expression) = fact.get(attribute) {
            sql += &format!(" {words} ({expression})");
        }
    }
    context.say(Phase::Dependents, format!("{sql};"));
}

fn event_trigger(context: &mut Context<'_>, name: &str, fact: &Fact) {
    let tags = fact.list("tags").iter().map(|tag| quote_literal(tag)).collect::<Vec<_>>().join(", ");
    let when = if tags.is_empty() { String::new() } else { format!(" WHEN TAG IN ({tags})") };
    let (event, function) = (fact.text("event"), fact.text("function"));
    let statement = format!("CREATE EVENT TRIGGER {name} ON {event}{when} EXECUTE FUNCTION {function}();");
    context.say(Phase::Dependents, statement);
}

fn publication(context: &mut Context<'_>, name: &str, fact: &Fact) {
    let all = if fact.flag("all_tables") { " FOR ALL TABLES" } else { "" };
    let publish = quote_literal(&fact.list("publish").join(", "));
    context.say(Phase::Dependents, format!("CREATE PUBLICATION {name}{all} WITH (publish = {publish});"));
}

fn publication_table(context: &mut Context<'_>, identity: &Identity, fact: &Fact) {
    let publication = identity.parent.as_deref().map(|parent| parent.name.sql()).unwrap_or_default();
    let mut sql = format!("ALTER PUBLICATION {publication} ADD TABLE {}", identity.name.name);
    if !fact.list("columns").is_empty() {
        let columns = fact.list("columns").iter().map(|column| quote_ident(column)).collect::<Vec<_>>();
        sql += &format!(" ({})", columns.join(", "));
    }
    if let Some(filter) = fact.get("row_filter") {
        sql += &format!(" WHERE ({filter})");
    }
    context.say(Phase::Dependents, format!("{sql};"));
}

pub(super) fn comment(context: &mut Context<'_>, identity: &Identity, fact: &Fact) {
    let Some(parent) = identity.parent.as_deref() else { return };
    let statement = format!("COMMENT ON {} IS {};", name::object(parent), quote_literal(fact.text("text")));
    context.say(Phase::Comments, statement);
}
