//! Collations and conversions. Postgres alters neither, their owner and schema aside.

use super::guard;
use crate::fact::Fact;
use crate::identity::Identity;
use crate::plan::Statement;
use crate::quote::quote_literal;

pub(super) fn create(identity: &Identity, fact: &Fact) -> Vec<Statement> {
    let own = identity.name.sql();
    // One that has no encoding fits databases of all: Postgres has it from another such one only.
    if fact.text("provider") == "libc"
        && fact.get("encoding").is_none()
        && ["C", "POSIX"].contains(&fact.text("lc_collate"))
    {
        return vec![Statement::new(format!(
            "CREATE COLLATION IF NOT EXISTS {own} FROM pg_catalog.\"{}\"",
            fact.text("lc_collate")
        ))];
    }
    let mut options = vec![format!("provider = {}", fact.text("provider"))];
    for attribute in ["locale", "lc_collate", "lc_ctype", "rules"] {
        if fact.get(attribute).is_some() {
            options.push(format!("{attribute} = {}", quote_literal(fact.text(attribute)).trim()));
        }
    }
    if fact.flag("nondeterministic") {
        options.push("deterministic = false".to_owned());
    }
    let options = options.join(", ");
    vec![Statement::new(format!("CREATE COLLATION IF NOT EXISTS {own} ({options})"))]
}

/// Whether a collation is not as it should be, as SQL. What Postgres calls its locale depends on the version.
pub(super) fn other_settings(identity: &Identity, to: &Fact) -> String {
    let value = |attribute| match to.get(attribute) {
        Some(value) => quote_literal(&value.to_string()).trim().to_owned(),
        None => "NULL".to_owned(),
    };
    let provider = match to.text("provider") {
        "libc" => "c",
        "icu" => "i",
        "builtin" => "b",
        _ => "d",
    };
    let settings = ["lc_collate", "lc_ctype", "locale", "rules"].map(value).join(", ");
    format!(
        "EXISTS (SELECT FROM pg_catalog.pg_collation AS c, pg_catalog.to_jsonb(c) AS j WHERE c.oid = pg_catalog.to_regcollation({}) AND (c.collprovider, c.collisdeterministic, c.collcollate, c.collctype, coalesce(j ->> 'colllocale', j ->> 'colliculocale'), j ->> 'collicurules') IS DISTINCT FROM ('{provider}', {}, {settings}))",
        quote_literal(&identity.name.sql()),
        !to.flag("nondeterministic"),
    )
}

pub(super) fn create_conversion(identity: &Identity, fact: &Fact) -> Vec<Statement> {
    let default = if fact.flag("default") { "DEFAULT " } else { "" };
    let (from, to) = (quote_literal(fact.text("lc_collate")), quote_literal(fact.text("lc_ctype")));
    let (own, function) = (identity.name.sql(), fact.text("function"));
    let sql = format!("CREATE {default}CONVERSION {own} FOR {from} TO {to} FROM {function}");
    vec![Statement::new(sql).when(guard::lacks("pg_conversion", "con", identity))]
}
