//! Foreign data wrappers, servers, user mappings.

use super::{Changed, Way, guard};
use crate::compare::Transition;
use crate::fact::Fact;
use crate::identity::{Identity, Kind};
use crate::plan::{Context, Statement, name};
use crate::quote::{quote_ident, quote_literal};

pub(super) fn create_wrapper(identity: &Identity, fact: &Fact) -> Result<Vec<Statement>, String> {
    let mut sql = format!("CREATE {}", name::object(identity));
    for (word, attribute) in [("HANDLER", "handler"), ("VALIDATOR", "validator")] {
        if let Some(function) = fact.get(attribute) {
            sql += &format!(" {word} {function}");
        }
    }
    sql += &guard::new_options(fact.get("foreign_options"))?;
    let guard = guard::lacks_named("pg_foreign_data_wrapper", "fdwname", &identity.name.name);
    Ok(vec![Statement::new(sql).when(guard)])
}

pub(super) fn alter_wrapper(identity: &Identity, changed: &Changed) -> Way {
    if let Some(refused) = guard::only(changed, &["handler", "validator", "foreign_options"]) {
        return refused;
    }
    let mut statements = Vec::new();
    for (word, attribute) in [("HANDLER", "handler"), ("VALIDATOR", "validator")] {
        if let Some(transition) = changed.get(attribute) {
            let to = transition.to.as_ref();
            let clause = to.map_or(format!("NO {word}"), |function| format!("{word} {function}"));
            statements.push(Statement::new(format!("ALTER {} {clause}", name::object(identity))));
        }
    }
    let own = quote_literal(&identity.name.name);
    let current =
        format!("(SELECT fdwoptions FROM pg_catalog.pg_foreign_data_wrapper WHERE fdwname = {own})");
    with_options(identity, statements, changed.get("foreign_options"), &current)
}

pub(super) fn create_server(identity: &Identity, fact: &Fact) -> Result<Vec<Statement>, String> {
    let mut sql = format!("CREATE SERVER IF NOT EXISTS {}", identity.name.sql());
    for (word, attribute) in [("TYPE", "type"), ("VERSION", "version")] {
        if fact.get(attribute).is_some() {
            sql += &format!(" {word} {}", quote_literal(fact.text(attribute)));
        }
    }
    sql += &format!(" FOREIGN DATA WRAPPER {}", quote_ident(fact.text("wrapper")));
    sql += &guard::new_options(fact.get("foreign_options"))?;
    Ok(vec![Statement::new(sql)])
}

pub(super) fn alter_server(identity: &Identity, changed: &Changed, to: &Fact) -> Way {
    if changed.contains_key("type") || changed.contains_key("wrapper") {
        return Way::Replace;
    }
    if let Some(refused) = guard::only(changed, &["version", "foreign_options"]) {
        return refused;
    }
    let mut statements = Vec::new();
    if changed.contains_key("version") {
        let version = to.get("version").map(|version| quote_literal(&version.to_string()));
        let version = version.unwrap_or_else(|| "NULL".to_owned());
        statements.push(Statement::new(format!("ALTER {} VERSION {version}", name::object(identity))));
    }
    let own = quote_literal(&identity.name.name);
    let current = format!("(SELECT srvoptions FROM pg_catalog.pg_foreign_server WHERE srvname = {own})");
    with_options(identity, statements, changed.get("foreign_options"), &current)
}

pub(super) fn create_mapping(identity: &Identity, fact: &Fact) -> Result<Vec<Statement>, String> {
    let options = guard::new_options(fact.get("foreign_options"))?;
    let mapping = name::object(identity).replacen("USER MAPPING", "USER MAPPING IF NOT EXISTS", 1);
    Ok(vec![Statement::new(format!("CREATE {mapping}{options}"))])
}

/// A server is not dropped while someone has a mapping on it.
pub(super) fn drop_mappings(context: &Context<'_>, server: &Identity) -> Vec<Statement> {
    let mappings =
        context.from.facts().map(|(identity, _)| identity).filter(|identity| {
            identity.kind == Kind::UserMapping && identity.parent.as_deref() == Some(server)
        });
    let drop = |mapping: &Identity| {
        let object = name::object(mapping).replacen("USER MAPPING", "USER MAPPING IF EXISTS", 1);
        Statement::new(format!("DROP {object}"))
    };
    mappings.map(drop).collect()
}

pub(super) fn alter_mapping(identity: &Identity, changed: &Changed) -> Way {
    if let Some(refused) = guard::only(changed, &["foreign_options"]) {
        return refused;
    }
    let server = identity.parent.as_deref().map_or("", |server| &server.name.name);
    let current = format!(
        "(SELECT umoptions FROM pg_catalog.pg_user_mappings WHERE srvname = {} AND usename = {})",
        quote_literal(server),
        quote_literal(&identity.name.name)
    );
    with_options(identity, Vec::new(), changed.get("foreign_options"), &current)
}

fn with_options(
    identity: &Identity,
    mut statements: Vec<Statement>,
    options: Option<&Transition>,
    current: &str,
) -> Way {
    let Some(options) = options else { return Way::InPlace(statements) };
    match guard::changed_options(options, current) {
        Err(why) => return Way::Refuse(why),
        Ok(changes) => {
            for (change, guard) in changes {
                let sql = format!("ALTER {} OPTIONS ({change})", name::object(identity));
                statements.push(Statement::new(sql).when(guard));
            }
        }
    }
    Way::InPlace(statements)
}
