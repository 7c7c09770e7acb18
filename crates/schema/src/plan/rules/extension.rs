//! What brings code into the server: extensions, languages, access methods.

use super::{Changed, Way, guard};
use crate::fact::Fact;
use crate::identity::Identity;
use crate::plan::{Statement, name};
use crate::quote::{quote_ident, quote_literal};

/// The extensions with which it goes, as `pg_depend` has it (`deptype = 'x'`).
pub(super) const DEPENDS: &str = "depends_on_extensions";

/// ALTER … DEPENDS ON EXTENSION, which CREATE does not say, and CREATE OR REPLACE forgets.
pub(super) fn depends(identity: &Identity, fact: &Fact) -> Vec<Statement> {
    let names = fact.list(DEPENDS).iter();
    let depends =
        |name| format!("ALTER {} DEPENDS ON EXTENSION {}", name::object(identity), quote_ident(name));
    names.map(|name: &String| Statement::new(depends(name))).collect()
}

/// The same after it has been altered, and NO DEPENDS ON EXTENSION.
pub(super) fn depends_still(identity: &Identity, from: &Fact, to: &Fact) -> Vec<Statement> {
    let gone = from.list(DEPENDS).iter().filter(|name| !to.list(DEPENDS).contains(name));
    let not =
        |name| format!("ALTER {} NO DEPENDS ON EXTENSION {}", name::object(identity), quote_ident(name));
    gone.map(|name| Statement::new(not(name))).chain(depends(identity, to)).collect()
}

/// The version is the server's default, unless another one was asked for: servers of one project differ in which
/// versions they have.
pub(super) fn create(identity: &Identity, fact: &Fact) -> Vec<Statement> {
    let schema = quote_ident(fact.text("installed_in"));
    let version = match fact.derived.get("pinned") {
        Some(_) => format!(" VERSION {}", quote_literal(fact.text("version"))),
        None => String::new(),
    };
    let sql = format!("CREATE EXTENSION IF NOT EXISTS {} WITH SCHEMA {schema}{version}", identity.name.sql());
    vec![Statement::new(sql)]
}

pub(super) fn alter(identity: &Identity, changed: &Changed, to: &Fact) -> Way {
    if let Some(refused) = guard::only(changed, &["version", "installed_in"]) {
        return refused;
    }
    let mut statements = Vec::new();
    let extension = name::object(identity);
    if let Some(version) = changed.get("version") {
        let (from, to) = (version.from.as_ref().map(ToString::to_string), to.text("version"));
        if from.is_some_and(|from| numbers(&from) > numbers(to)) {
            return Way::Refuse(format!("Postgres updates extensions, and has no way back to version {to}"));
        }
        statements.push(Statement::new(format!("ALTER {extension} UPDATE TO {}", quote_literal(to))));
    }
    if changed.contains_key("installed_in") {
        let schema = quote_ident(to.text("installed_in"));
        statements.push(Statement::new(format!("ALTER {extension} SET SCHEMA {schema}")));
    }
    Way::InPlace(statements)
}

fn numbers(version: &str) -> Vec<u64> {
    version.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect()
}

/// Made, or made what it should be.
pub(super) fn language(identity: &Identity, fact: &Fact) -> Vec<Statement> {
    let trusted = if fact.flag("trusted") { "TRUSTED " } else { "" };
    let mut sql = format!("CREATE OR REPLACE {trusted}LANGUAGE {}", identity.name.sql());
    for (word, attribute) in [("HANDLER", "handler"), ("INLINE", "inline"), ("VALIDATOR", "validator")] {
        if let Some(function) = fact.get(attribute) {
            sql += &format!(" {word} {function}");
        }
    }
    vec![Statement::new(sql)]
}

pub(super) fn access_method(identity: &Identity, fact: &Fact) -> Vec<Statement> {
    let (own, kind, handler) = (identity.name.sql(), fact.text("type").to_uppercase(), fact.text("handler"));
    let sql = format!("CREATE ACCESS METHOD {own} TYPE {kind} HANDLER {handler}");
    vec![Statement::new(sql).when(guard::lacks_named("pg_am", "amname", &identity.name.name))]
}
